namespace LossKit.Formulas;

/// <summary>max(0, 1 − a)² of the margin a = y·x, for a score x and a target y of −1 or +1.</summary>
/// <remarks>
/// Derivative with respect to a: −2(1 − a) where a &lt; 1, else 0; Hessian 2 where a &lt; 1, else 0, also at a = 1.
/// Smooth enough for Newton's method, but an outlier pulls without bound. As in scikit-learn, Keras and
/// LossFunctions.jl there is no ½; Accord has one. Source: Fan et al., "LIBLINEAR: A Library for Large Linear
/// Classification", JMLR 9, 2008.
/// </remarks>
public readonly struct SquaredHinge : IMarginFormula
{
    /// <inheritdoc/>
    public LossFacts Facts => new()
    {
        Convexity = Convexity.Convex,
        Curvature = Curvature.NotNegative,
        Lipschitz = double.PositiveInfinity,
    };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane margin) where TLane : struct, ILane<TLane> =>
        TLane.Square(TLane.PositivePart(1.0 - margin));
}
