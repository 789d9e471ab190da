namespace LossKit.Formulas;

/// <summary>
/// 0 where a ≥ 1, (1 − a)²/(2γ) where 1 − γ ≤ a &lt; 1, else 1 − γ/2 − a, of the margin a = y·x, for a score x and a
/// target y of −1 or +1: the hinge with its corner rounded off.
/// </summary>
/// <remarks>
/// Derivative with respect to a: −(1 − a)/γ, clipped to [−1, 0]; Hessian 1/γ where 1 − γ ≤ a &lt; 1, else 0. For
/// solvers that need a continuous gradient. LossFunctions.jl's <c>SmoothedL1HingeLoss</c>; Accord's γ is always 1;
/// four times γ = 2 is scikit-learn's modified Huber. Source: Rennie and Srebro, "Loss Functions for Preference
/// Levels", IJCAI workshop 2005, for γ = 1.
/// </remarks>
/// <param name="gamma">γ, the width of the rounded part, in units of the margin; positive and finite.</param>
public readonly struct SmoothedHinge(double gamma) : IMarginFormula, IExplicitFormula
{
    private readonly Parameter _gamma = Parameter.Positive(gamma);
    private readonly Parameter _inverse = 1 / gamma;

    /// <inheritdoc/>
    public LossFacts Facts => new()
    {
        Convexity = Convexity.Convex,
        Curvature = Curvature.NotNegative,
        Lipschitz = 1,
    };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane margin) where TLane : struct, ILane<TLane> => TLane.Evaluate(this, margin, 1.0);

    /// <summary>The loss of a margin and its derivatives with respect to it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Derivatives<TLane> Derivatives<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane>
    {
        TLane shortfall = TLane.PositivePart(1.0 - prediction);
        TLane slope = TLane.Min(1.0, _inverse * shortfall);
        TLane curvature = TLane.SelectGreater(shortfall, _gamma, 0.0, _inverse);
        return new()
        {
            Value = slope * (shortfall - 0.5 * (_gamma * slope)),
            First = -slope,
            Second = TLane.SelectGreater(shortfall, 0.0, curvature, 0.0),
        };
    }
}
