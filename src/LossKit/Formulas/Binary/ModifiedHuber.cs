namespace LossKit.Formulas;

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
public readonly struct ModifiedHuber : IMarginFormula, IExplicitFormula
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
    public TLane Loss<TLane>(TLane margin) where TLane : struct, ILane<TLane> => TLane.Evaluate(this, margin, 1.0);

    /// <summary>The loss of a margin and its derivatives with respect to it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Derivatives<TLane> Derivatives<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane>
    {
        TLane shortfall = TLane.PositivePart(1.0 - prediction);
        TLane clipped = TLane.Min(2.0, shortfall);
        return new()
        {
            Value = clipped * (2.0 * shortfall - clipped),
            First = -2.0 * clipped,
            Second = TLane.SelectGreater(shortfall, 0.0, TLane.SelectGreater(shortfall, 2.0, 0.0, 2.0), 0.0),
        };
    }
}
