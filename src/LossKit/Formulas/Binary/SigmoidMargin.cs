namespace LossKit.Formulas;

/// <summary>
/// 1 − tanh a = 2σ(−2a) of the margin a = y·x, for a score x and a target y of −1 or +1: a smooth error count.
/// </summary>
/// <remarks>
/// Derivative with respect to a: −1/cosh² a; Hessian 2·tanh a/cosh² a. Bounded by 2, so that mislabelled examples
/// have little force; not convex. LossFunctions.jl's <c>SigmoidLoss</c>, which takes the difference from 1 and so
/// rounds losses at large margins to 0. Source: Mason et al., "Boosting Algorithms as Gradient Descent", NIPS 12,
/// 1999.
/// </remarks>
public readonly struct SigmoidMargin : IMarginFormula, IExplicitFormula
{
    /// <inheritdoc/>
    public LossFacts Facts => new()
    {
        Convexity = Convexity.None,
        Curvature = Curvature.AnySign,
        Lipschitz = 1,
    };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane margin) where TLane : struct, ILane<TLane> => TLane.Evaluate(this, margin, 1.0);

    /// <summary>The loss of a margin and its derivatives with respect to it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Derivatives<TLane> Derivatives<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane>
    {
        // Of the two sigmoids tanh a would be a difference, which cancels near 0.
        Logistic<TLane> logistic = TLane.Logistic(2.0 * prediction);
        TLane slope = 4.0 * (logistic.Sigmoid * logistic.OppositeSigmoid);
        return new()
        {
            Value = 2.0 * logistic.OppositeSigmoid,
            First = -slope,
            Second = 2.0 * TLane.Tanh(prediction) * slope,
        };
    }
}
