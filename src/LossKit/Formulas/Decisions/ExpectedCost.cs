namespace LossKit.Formulas;

/// <summary>
/// σ(z)·a + σ(−z)·b of a logit z: what is expected to be paid if it is decided positive with probability σ(z), a being
/// the cost of deciding positive and b that of deciding negative, given the truth.
/// </summary>
/// <remarks>
/// a is a true positive's cost and b a false negative's where the target is greater than ½, so that targets in {0, 1}
/// and {−1, +1} both do; else a is a false positive's and b a true negative's. Gradient (a − b)·σ(z)σ(−z); Hessian
/// (a − b)·σ(z)σ(−z)(σ(−z) − σ(z)), of either sign: not convex, so start from a good model, as one trained on
/// cross-entropy. A steep logit makes it the cost of decisions at z ≥ 0, <see cref="DecisionCosts.AtThreshold{T}"/> of
/// 0. Each tail is computed by itself, never as a difference from 1. Source: Elkan, "The Foundations of Cost-Sensitive
/// Learning", IJCAI 2001; Bahnsen, Aouada and Ottersten, "Example-Dependent Cost-Sensitive Logistic Regression for
/// Credit Scoring", ICMLA 2014.
/// </remarks>
/// <param name="falsePositive">The cost of a false alarm; finite, as all are, and negative where it is a gain.</param>
/// <param name="falseNegative">The cost of a miss.</param>
/// <param name="truePositive">The cost of a hit.</param>
/// <param name="trueNegative">The cost of rightly deciding negative.</param>
public readonly struct ExpectedCost(
    double falsePositive, double falseNegative, double truePositive = 0, double trueNegative = 0)
    : IPointwiseFormula, IExplicitFormula
{
    private readonly Parameter _falsePositive = Parameter.Finite(falsePositive);
    private readonly Parameter _falseNegative = Parameter.Finite(falseNegative);
    private readonly Parameter _truePositive = Parameter.Finite(truePositive);
    private readonly Parameter _trueNegative = Parameter.Finite(trueNegative);

    // What deciding positive costs more than deciding negative.
    private readonly Parameter _ofNegatives = falsePositive - trueNegative;
    private readonly Parameter _ofPositives = truePositive - falseNegative;

    /// <inheritdoc/>
    public LossFacts Facts
    {
        get
        {
            double largest = Math.Max(Math.Abs(_ofNegatives.Value), Math.Abs(_ofPositives.Value));
            return new()
            {
                Link = Link.Logit,
                Convexity = largest > 0 ? Convexity.None : Convexity.Convex,
                Curvature = largest > 0 ? Curvature.AnySign : Curvature.Zero,
                Lipschitz = 0.25 * largest,
            };
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
        TLane.Evaluate(this, prediction, target);

    // By hand, because the costs' difference has to come before they are multiplied.

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Derivatives<TLane> Derivatives<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane>
    {
        Logistic<TLane> logistic = TLane.Logistic(prediction);
        TLane ifPositive = TLane.SelectGreater(target, 0.5, _truePositive, _falsePositive);
        TLane ifNegative = TLane.SelectGreater(target, 0.5, _falseNegative, _trueNegative);
        TLane slope = TLane.SelectGreater(target, 0.5, _ofPositives, _ofNegatives)
            * (logistic.Sigmoid * logistic.OppositeSigmoid);

        // Of the two sigmoids the hyperbolic tangent would be a difference, which cancels near 0.
        return new()
        {
            Value = ifPositive * logistic.Sigmoid + ifNegative * logistic.OppositeSigmoid,
            First = slope,
            Second = -(slope * TLane.Tanh(0.5 * prediction)),
        };
    }
}
