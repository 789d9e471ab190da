namespace LossKit.Internals.Scores;

/// <summary>The sum of a formula over all entries of a group.</summary>
internal readonly struct Summed<TFormula>(TFormula formula) : IGroupFormula<SumFold, SumFold>
    where TFormula : struct, IPointwiseFormula
{
    private readonly TFormula _formula = formula;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Entries<TLane> Entry<TLane>(TLane score, TLane target) where TLane : struct, ILane<TLane> =>
        new(_formula.Loss(score, target), 0.0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane first, TLane second) where TLane : struct, ILane<TLane> => first;
}
