namespace LossKit.Formulas;

/// <summary>A preference formula of averages over tokens of the model alone, without a reference.</summary>
/// <remarks>
/// Predictions as <see cref="PreferenceAlone{TFormula}"/>; targets are the numbers of tokens of the chosen and of the
/// rejected answer, which log-probabilities are divided by.
/// </remarks>
/// <param name="formula">The loss of a pair.</param>
public readonly struct PreferenceAlonePerToken<TFormula>(TFormula formula) : ITupleFormula, IFormulaDomains
    where TFormula : struct, IPreferenceFormula
{
    private readonly TFormula _formula = formula;

    /// <inheritdoc/>
    public static int Predictions => 2;

    /// <inheritdoc/>
    public static int Targets => 2;

    Domain IFormulaDomains.TargetDomain(int k) => Domain.Positive;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane, TExample>(TExample x)
        where TLane : struct, ILane<TLane>
        where TExample : struct, IExample<TLane>, allows ref struct =>
        _formula.Loss(x[0] / x.Target(0), x[1] / x.Target(1));
}
