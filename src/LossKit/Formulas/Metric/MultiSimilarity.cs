namespace LossKit.Formulas;

/// <summary>
/// log(1 + Σ e^(−α(s − λ)))/α + log(1 + Σ e^(β(s − λ)))/β of each row of a labelled batch: the first sum is over its
/// similarities s to rows of its label, the second over those to others.
/// </summary>
/// <remarks>
/// Every row counts; log(1 + Σ) of nothing is 0. Targets are those of an in-batch formula: 1 for a row of the label, 0
/// for others, ½ for the row itself. Source: Wang et al., "Multi-Similarity Loss
/// with General Pair Weighting for Deep Metric Learning", CVPR 2019.
/// </remarks>
/// <param name="alpha">α, positive and finite.</param>
/// <param name="beta">β, positive and finite.</param>
/// <param name="base">λ, finite.</param>
public readonly struct MultiSimilarity(double alpha, double beta, double @base)
    : IGroupFormula<LogSumExpFold, LogSumExpFold>
{
    private readonly Parameter _alpha = Parameter.Positive(alpha);
    private readonly Parameter _beta = Parameter.Positive(beta);
    private readonly Parameter _base = Parameter.Finite(@base);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Entries<TLane> Entry<TLane>(TLane score, TLane target) where TLane : struct, ILane<TLane>
    {
        TLane above = score - _base;
        return new(
            TLane.SelectGreater(target, 0.5, -_alpha * above, double.NegativeInfinity),
            TLane.SelectGreater(0.5, target, _beta * above, double.NegativeInfinity));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane first, TLane second) where TLane : struct, ILane<TLane> =>
        TLane.Softplus(first) / _alpha + TLane.Softplus(second) / _beta;
}
