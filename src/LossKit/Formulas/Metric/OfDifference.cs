namespace LossKit.Formulas;

/// <summary>A formula on a margin, for predictions that are margins already; the target says nothing.</summary>
/// <typeparam name="TFormula">The formula of the margin.</typeparam>
/// <param name="formula">The formula of the margin.</param>
public readonly struct OfDifference<TFormula>(TFormula formula) : IPointwiseFormula
    where TFormula : struct, IMarginFormula
{
    private readonly TFormula _formula = formula;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
        _formula.Loss(prediction);
}
