namespace LossKit.Formulas;

/// <summary>The targets of a Tweedie distribution.</summary>
internal static class TweedieTargets
{
    /// <summary>Whether there is such a distribution; between 0 and 1 there is only its deviance.</summary>
    public static bool HasDistribution(double power) => power is <= 0 or >= 1;

    public static Domain Of(double power) => power switch
    {
        <= 0 => Domain.Reals,
        < 2 => Domain.NotNegative,
        _ => Domain.Positive,
    };
}
