namespace LossKit.Formulas;

/// <summary>The targets of a Tweedie distribution.</summary>
internal static class TweedieTargets
{
    public static Domain Of(double power) => power switch
    {
        <= 0 => Domain.Reals,
        < 2 => Domain.NotNegative,
        _ => Domain.Positive,
    };
}
