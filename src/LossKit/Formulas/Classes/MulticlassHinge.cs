namespace LossKit.Formulas;

/// <summary>max(0, m − a)^p of the margin a of the true class over another one.</summary>
/// <remarks>
/// Derivative 0 at a = m. Source: Weston and Watkins, "Support Vector Machines for Multi-Class Pattern Recognition",
/// ESANN 1999.
/// </remarks>
/// <param name="margin">m, finite.</param>
/// <param name="p">1 or 2.</param>
public readonly struct MulticlassHinge(double margin, int p) : IMarginFormula
{
    private readonly MarginHinge _hinge = new(margin);
    private readonly Flag _isSquared = p is 1 or 2
        ? p == 2
        : throw new ArgumentOutOfRangeException(nameof(p), p, "'p' must be 1 or 2.");

    /// <summary>With the usual parameters, a margin of 1 and p = 1.</summary>
    public MulticlassHinge() : this(1, 1)
    {
    }

    /// <inheritdoc/>
    public LossFacts Facts => _isSquared
        ? new() { Convexity = Convexity.Convex, Curvature = Curvature.NotNegative }
        : _hinge.Facts;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane margin) where TLane : struct, ILane<TLane>
    {
        TLane hinge = _hinge.Loss(margin);
        return _isSquared ? TLane.Square(hinge) : hinge;
    }
}
