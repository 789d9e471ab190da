namespace LossKit.Formulas;

/// <summary>A preference formula of answers beside a reference model.</summary>
/// <remarks>
/// Predictions: the log-probabilities of the chosen and of the rejected answer; targets: those by the reference. Whole
/// answers: sums over tokens.
/// </remarks>
/// <param name="formula">The loss of a pair.</param>
public readonly struct Preference<TFormula>(TFormula formula) : ITupleFormula, IPreferences
    where TFormula : struct, IPreferenceFormula
{
    private readonly TFormula _formula = formula;

    /// <summary>The loss of a pair.</summary>
    public TFormula Formula => _formula;

    /// <inheritdoc/>
    public static int Predictions => 2;

    /// <inheritdoc/>
    public static int Targets => 2;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane, TExample>(TExample x)
        where TLane : struct, ILane<TLane>
        where TExample : struct, IExample<TLane>, allows ref struct =>
        _formula.Loss(x[0] - x.Target(0), x[1] - x.Target(1));

    TupleLoss<T>? IPreferences.PerToken<T>(TupleLoss<T> loss) =>
        PreferenceLosses.PerToken((TupleLoss<T, Preference<TFormula>>)loss);

    TupleLoss<T>? IPreferences.WithoutReference<T>(TupleLoss<T> loss) =>
        PreferenceLosses.WithoutReference((TupleLoss<T, Preference<TFormula>>)loss);
}
