namespace LossKit.Formulas;

/// <summary>e⁻ᵃ of the margin a = y·x, for a score x and a target y of −1 or +1: what AdaBoost minimises.</summary>
/// <remarks>
/// Derivative with respect to a: −e⁻ᵃ; Hessian e⁻ᵃ. Infinite below a = −709.78 (in float −88.72), derivatives
/// included, and ruled by outliers long before. scikit-learn's <c>ExponentialLoss</c> is e⁻ᵃ as well, but on a score
/// of half the log-odds from targets of 0 and 1. Source: Freund and Schapire, "A Decision-Theoretic Generalization of
/// On-Line Learning and an Application to Boosting", JCSS 55(1), 1997.
/// </remarks>
public readonly struct Exponential : IMarginFormula
{
    /// <inheritdoc/>
    public LossFacts Facts => new()
    {
        Convexity = Convexity.Strict,
        Curvature = Curvature.NotNegative,
        Lipschitz = double.PositiveInfinity,
    };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane margin) where TLane : struct, ILane<TLane> => TLane.Exp(-margin);
}
