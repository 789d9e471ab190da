namespace LossKit.Formulas;

/// <summary>
/// α_t·(1 − p_t)^γ·CE, the cross-entropy of a logit x and a target t in [0, 1] with easy examples faded out:
/// CE = t·softplus(−x) + (1 − t)·softplus(x), 1 − p_t = t·σ(−x) + (1 − t)·σ(x), α_t = α·t + (1 − α)(1 − t).
/// </summary>
/// <remarks>
/// At saturated logits the derivatives are their limit, 0, also for γ &lt; 1. γ = 0 is binary cross-entropy.
/// torchvision's <c>sigmoid_focal_loss</c>, whose α is 0.25 by default and off when negative; here it is off by
/// default, when α_t = 1. The mean divides by the examples, not by the positives. Source: Lin et al.,
/// "Focal Loss for Dense Object Detection", ICCV 2017.
/// </remarks>
/// <param name="gamma">γ, how fast easy examples fade; finite and not negative.</param>
/// <param name="alpha">α in [0, 1], the share of positives, 1 − α being that of negatives; <c>null</c> is off.</param>
public readonly struct BinaryFocalLogits(double gamma, double? alpha = null) : IPointwiseFormula, IExplicitFormula
{
    private readonly Parameter _gamma = Parameter.NotNegative(gamma);
    private readonly Parameter _alpha = alpha is { } share ? Parameter.Probability(share, nameof(alpha)) : 1;
    private readonly Parameter _ifNegative = alpha is { } share ? 1 - share : 1;

    /// <summary>With the usual parameters.</summary>
    public BinaryFocalLogits() : this(2, null)
    {
    }

    /// <inheritdoc/>
    public LossFacts Facts => new()
    {
        Targets = Domain.Probabilities,
        Link = Link.Logit,
        Convexity = _gamma.Value == 0 ? Convexity.Strict : Convexity.None,
        Curvature = _gamma.Value == 0 ? Curvature.NotNegative : Curvature.AnySign,
        IsLeastAtTarget = _gamma.Value == 0 && _alpha.Value == _ifNegative.Value,
    };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
        TLane.Evaluate(this, prediction, target);

    // By hand, because jets would differentiate what is made of the target alone, too, and exceed what the JIT compiler
    // inlines.

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Derivatives<TLane> Derivatives<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane>
    {
        TLane opposite = 1.0 - target;
        TLane share = _alpha * target + _ifNegative * opposite;
        Logistic<TLane> logistic = TLane.Logistic(prediction);
        TLane curvature = logistic.Sigmoid * logistic.OppositeSigmoid;
        TLane crossEntropy = TLane.Weigh(target, logistic.OppositeSoftplus) + TLane.Weigh(opposite, logistic.Softplus);
        TLane slope = opposite * logistic.Sigmoid - target * logistic.OppositeSigmoid;

        TLane error = target * logistic.OppositeSigmoid + opposite * logistic.Sigmoid;
        TLane errorSlope = (opposite - target) * curvature;
        TLane errorCurvature = errorSlope * (logistic.OppositeSigmoid - logistic.Sigmoid);
        Derivatives<TLane> modulation = Powers.Fading(error, errorSlope, errorCurvature, _gamma);
        return new()
        {
            Value = TLane.Weigh(modulation.Value * share, crossEntropy),
            First = share * (TLane.Weigh(modulation.First, crossEntropy) + modulation.Value * slope),
            Second = share * (TLane.Weigh(modulation.Second, crossEntropy)
                + 2.0 * (modulation.First * slope) + modulation.Value * curvature),
        };
    }
}
