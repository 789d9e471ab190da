namespace LossKit.Internals.Scores;

/// <summary>A formula on how far cosines are from 1, as one on cosines.</summary>
internal readonly struct OnCosine<TFormula>(TFormula formula) : IGroupFormula<LogSumExpFold, LogSumExpFold>
    where TFormula : struct, IGroupFormula<LogSumExpFold, LogSumExpFold>
{
    private readonly TFormula _formula = formula;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Entries<TLane> Entry<TLane>(TLane score, TLane target) where TLane : struct, ILane<TLane> =>
        _formula.Entry(1.0 - score, target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane first, TLane second) where TLane : struct, ILane<TLane> =>
        _formula.Loss(first, second);
}
