namespace LossKit.Formulas;

/// <summary>max(0, 1 − a) of the margin a = y·x, for a score x and a target y of −1 or +1.</summary>
/// <remarks>
/// Derivative with respect to a: −1 where a &lt; 1, else 0, also at a = 1 (scikit-learn's SGD has −1 there); Hessian 0.
/// Targets 0 and 1 are taken with <see cref="PointwiseLoss{T}.WithZeroOneTargets"/>. Source: Cortes and Vapnik,
/// "Support-Vector Networks", Machine Learning 20, 1995.
/// </remarks>
public readonly struct Hinge : IMarginFormula
{
    /// <inheritdoc/>
    public LossFacts Facts => new()
    {
        Convexity = Convexity.Convex,
        Curvature = Curvature.Zero,
        Lipschitz = 1,
        Kinks = [1],
    };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane margin) where TLane : struct, ILane<TLane> => TLane.PositivePart(1.0 - margin);
}
