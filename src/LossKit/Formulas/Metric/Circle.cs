namespace LossKit.Formulas;

/// <summary>
/// log(1 + Σ e^(γ[s + m]₊(s − m))·Σ e^(−γ[1 + m − s]₊(s − 1 + m))) of each row of a labelled batch: the first sum is
/// over its similarities s to rows of other labels, the second over those to rows of its own.
/// </summary>
/// <remarks>
/// Rows without another of their label or without any of another do not count. The paper and PyTorch Metric Learning
/// hold [·]₊ constant when differentiating, Keras does not. Targets are those of an in-batch formula. Source: Sun et
/// al., "Circle Loss: A Unified Perspective of Pair Similarity Optimization", CVPR 2020.
/// </remarks>
/// <param name="margin">m, finite.</param>
/// <param name="gamma">γ, positive and finite.</param>
/// <param name="stopWeights">Whether [·]₊ is held constant when differentiating.</param>
public readonly struct Circle(double margin, double gamma, bool stopWeights)
    : IGroupFormula<LogSumExpFold, LogSumExpFold>
{
    private readonly Parameter _margin = Parameter.Finite(margin);
    private readonly Parameter _gamma = Parameter.Positive(gamma);
    private readonly Flag _stopWeights = stopWeights;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Entries<TLane> Entry<TLane>(TLane score, TLane target) where TLane : struct, ILane<TLane>
    {
        // Of a positive what it lacks to 1, of a negative what it has: both are to be small.
        TLane distance = TLane.SelectGreater(target, 0.5, 1.0 - score, score);
        TLane weight = TLane.PositivePart(distance + _margin);
        TLane excess = _gamma * ((_stopWeights ? TLane.StopGradient(weight) : weight) * (distance - _margin));
        return new(
            TLane.SelectGreater(target, 0.5, excess, double.NegativeInfinity),
            TLane.SelectGreater(0.5, target, excess, double.NegativeInfinity));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane first, TLane second) where TLane : struct, ILane<TLane> =>
        TLane.Softplus(first + second);
}
