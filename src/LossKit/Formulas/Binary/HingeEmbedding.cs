namespace LossKit.Formulas;

/// <summary>
/// x of a distance x of two things that are to be alike (target +1), max(0, m − x) of two that are not (−1).
/// </summary>
/// <remarks>
/// Gradient 1 where the target is +1; where it is −1, −1 if x &lt; m, else 0, also at x = m, where PyTorch's
/// <c>hinge_embedding_loss</c> has −1. Nothing keeps x from being negative, and the loss then is. A target above 0
/// counts as +1, any other as −1. Source: the documentation of PyTorch's <c>HingeEmbeddingLoss</c>.
/// </remarks>
/// <param name="margin">m, finite, in units of x.</param>
public readonly struct HingeEmbedding(double margin) : IPointwiseFormula
{
    private readonly Parameter _margin = Parameter.Finite(margin);

    /// <summary>With a margin of 1.</summary>
    public HingeEmbedding() : this(1)
    {
    }

    /// <inheritdoc/>
    public LossFacts Facts => new()
    {
        Targets = Domain.Signs,
        Convexity = Convexity.Convex,
        Curvature = Curvature.Zero,
        Lipschitz = 1,
        Kinks = null,
    };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
        TLane.SelectGreater(target, 0.0, prediction, TLane.PositivePart(_margin - prediction));
}
