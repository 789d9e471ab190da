using System.Runtime.CompilerServices;

namespace LossKit;

/// <summary>
/// max(0, 1 − a)² where a ≥ −1, else −4a, of the margin a = y·x, for a score x and a target y of −1 or +1: the
/// squared hinge, with a bounded force of outliers.
/// </summary>
/// <remarks>
/// Derivative with respect to a: −2(1 − a), clipped to [−4, 0]; Hessian 2 where −1 ≤ a &lt; 1, else 0. Where it is
/// least, the score is a probability: P(y = +1) = (x + 1)/2, clipped to [0, 1]. scikit-learn's <c>modified_huber</c>;
/// four times <see cref="SmoothedHinge"/> with γ = 2. Source: Zhang, "Solving Large Scale Linear Prediction Problems
/// Using Stochastic Gradient Descent Algorithms", ICML 2004.
/// </remarks>
public readonly struct ModifiedHuber : IMarginFormula
{
    /// <inheritdoc/>
    public LossFacts Facts => new()
    {
        Convexity = Convexity.Convex,
        Curvature = Curvature.NotNegative,
        Lipschitz = 4,
    };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane margin) where TLane : struct, ILane<TLane>
    {
        TLane shortfall = TLane.PositivePart(1.0 - margin);
        TLane clipped = TLane.Min(shortfall, 2.0);
        return clipped * (2.0 * shortfall - clipped);
    }
}
