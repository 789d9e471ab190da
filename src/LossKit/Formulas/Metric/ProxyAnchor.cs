namespace LossKit.Formulas;

/// <summary>
/// log(1 + Σ e^(−α(s − δ))) over the rows of a proxy's label, weighed by a number of theirs, + log(1 + Σ e^(α(s + δ)))
/// over all others.
/// </summary>
/// <remarks>
/// Scores s are the cosines of a proxy to all rows, targets the weight for rows of its label and 0 for others; of a
/// proxy without rows the first term is 0. Source: Kim et al., "Proxy Anchor Loss for Deep Metric Learning", CVPR 2020.
/// </remarks>
/// <param name="margin">δ, finite.</param>
/// <param name="alpha">α, positive and finite.</param>
public readonly struct ProxyAnchor(double margin, double alpha)
    : IGroupFormula<LogSumExpFold, LogSumExpFold, LargestFold>
{
    private readonly Parameter _margin = Parameter.Finite(margin);
    private readonly Parameter _alpha = Parameter.Positive(alpha);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Entries<TLane> Entry<TLane>(TLane score, TLane target) where TLane : struct, ILane<TLane> => new(
        TLane.SelectGreater(target, 0.0, _alpha * (_margin - score), double.NegativeInfinity),
        TLane.SelectGreater(target, 0.0, double.NegativeInfinity, _alpha * (score + _margin)),
        target);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane first, TLane second, TLane third) where TLane : struct, ILane<TLane> =>
        TLane.Weigh(third, TLane.Softplus(first)) + TLane.Softplus(second);
}
