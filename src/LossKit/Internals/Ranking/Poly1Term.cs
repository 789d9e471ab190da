namespace LossKit.Internals.Ranking;

/// <summary>ε·(1 − Σ p_i·softmax(s)_i) over the items of a group, for scores s and log p as targets.</summary>
/// <remarks>Σ p_i·softmax(s)_i is the ratio of two sums of exponentials; what it lacks of 1 is no difference.</remarks>
internal readonly struct Poly1Term(double epsilon) : IGroupFormula<LogSumExpFold, LogSumExpFold>
{
    private readonly Parameter _epsilon = Parameter.NotNegative(epsilon);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Entries<TLane> Entry<TLane>(TLane score, TLane target) where TLane : struct, ILane<TLane> =>
        new(score, score + target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane first, TLane second) where TLane : struct, ILane<TLane> =>
        -_epsilon * TLane.Expm1(second - first);
}
