namespace LossKit.Formulas;

/// <summary>|d|, with d = prediction − target.</summary>
/// <remarks>
/// Gradient sign d, 0 at d = 0; Hessian 0. PyTorch's <c>l1_loss</c>; scikit-learn has −1 at d = 0. Its minimiser is the
/// median. Source: Laplace 1774; Koenker and Bassett 1978.
/// </remarks>
public readonly struct AbsoluteError : IPointwiseFormula, IPropagatesNaN
{
    /// <inheritdoc/>
    public LossFacts Facts => new()
    {
        Convexity = Convexity.Convex,
        Curvature = Curvature.Zero,
        IsSymmetric = true,
        IsLeastAtTarget = true,
        LossAtTarget = 0,
        Elicits = Statistic.Median,
        Lipschitz = 1,
        Kinks = [0],
    };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
        TLane.Abs(prediction - target);
}
