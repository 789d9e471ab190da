namespace LossKit.Formulas;

/// <summary>A formula on a margin, for margins that are given; the target says nothing.</summary>
internal readonly struct OfDifference<TFormula>(TFormula formula) : IPointwiseFormula
    where TFormula : struct, IMarginFormula
{
    private readonly TFormula _formula = formula;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
        _formula.Loss(prediction);
}
