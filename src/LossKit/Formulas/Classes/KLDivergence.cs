namespace LossKit.Formulas;

/// <summary>
/// t(log t − x) of a log-probability x and the probability t it should have: one class' part of the Kullback–Leibler
/// divergence.
/// </summary>
/// <remarks>
/// 0·log 0 = 0: where t = 0, loss and derivative are 0. The derivative is −t. PyTorch's <c>kl_div</c>. Source: Kullback
/// and Leibler, "On Information and Sufficiency", Annals of Mathematical Statistics 22(1), 1951.
/// </remarks>
public readonly struct KLDivergence : IPointwiseFormula
{
    /// <inheritdoc/>
    public LossFacts Facts => new()
    {
        Targets = Domain.Probabilities,
        Link = Link.Log,
        Convexity = Convexity.Convex,
        Curvature = Curvature.Zero,
        Lipschitz = 1,
    };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
        TLane.Weigh(target, TLane.Log(target) - prediction);
}
