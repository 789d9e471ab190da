namespace LossKit.Formulas;

/// <summary>
/// (2·atan a − 1)² of the margin a = y·x, for a score x and a target y of −1 or +1: bounded on both sides, so that
/// neither mislabelled examples nor those far on the right side have much force.
/// </summary>
/// <remarks>
/// Derivative with respect to a: 4(2·atan a − 1)/(1 + a²). Least at a = tan ½, and not convex. Source: Masnadi-Shirazi,
/// Mahadevan and Vasconcelos, "On the Design of Robust Classifiers for Computer Vision", CVPR 2010.
/// </remarks>
public readonly struct Tangent : IMarginFormula
{
    /// <inheritdoc/>
    public LossFacts Facts => new()
    {
        Convexity = Convexity.None,
        Curvature = Curvature.AnySign,

        // Where a(2·atan a − 1) = 1, which has no closed form.
        Lipschitz = 6.168571308828051,
    };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane margin) where TLane : struct, ILane<TLane> =>
        TLane.Square(2.0 * Functions.Atan(margin) - 1.0);
}
