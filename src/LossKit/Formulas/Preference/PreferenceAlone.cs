namespace LossKit.Formulas;

/// <summary>A preference formula of the model alone, without a reference.</summary>
/// <remarks>
/// Predictions: the log-probabilities of the chosen and of the rejected answer; no targets.
/// </remarks>
/// <param name="formula">The loss of a pair.</param>
public readonly struct PreferenceAlone<TFormula>(TFormula formula) : ITupleFormula, IPreferences, IFormulaDomains
    where TFormula : struct, IPreferenceFormula
{
    private readonly TFormula _formula = formula;

    /// <summary>The loss of a pair.</summary>
    public TFormula Formula => _formula;

    /// <inheritdoc/>
    public static int Predictions => 2;

    /// <inheritdoc/>
    public static int Targets => 0;

    Domain IFormulaDomains.PredictionDomain(int k) =>
        _formula is IFormulaDomains domains ? domains.PredictionDomain(k) : Domain.Reals;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane, TExample>(TExample x)
        where TLane : struct, ILane<TLane>
        where TExample : struct, IExample<TLane>, allows ref struct =>
        _formula.Loss(x[0], x[1]);

    TupleLoss<T>? IPreferences.PerToken<T>(TupleLoss<T> loss) =>
        PreferenceLosses.PerToken((TupleLoss<T, PreferenceAlone<TFormula>>)loss);

    TupleLoss<T>? IPreferences.WithoutReference<T>(TupleLoss<T> loss) => null;
}
