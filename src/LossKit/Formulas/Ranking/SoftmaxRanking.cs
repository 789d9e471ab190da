namespace LossKit.Formulas;

/// <summary>−Σ t_i·log softmax(s)_i over the items of a group, for scores s and targets t.</summary>
/// <remarks>
/// Gradient (Σt)·softmax(s)_i − t_i. A target of 0 adds nothing of its own, whatever its score.
/// </remarks>
public readonly struct SoftmaxRanking : IGroupFormula<LogSumExpFold, SumFold, SumFold>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Entries<TLane> Entry<TLane>(TLane score, TLane target) where TLane : struct, ILane<TLane> =>
        new(score, TLane.Weigh(target, score), target);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane first, TLane second, TLane third) where TLane : struct, ILane<TLane> =>
        TLane.Weigh(third, first) - second;
}
