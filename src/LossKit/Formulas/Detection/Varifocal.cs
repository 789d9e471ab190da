namespace LossKit.Formulas;

/// <summary>
/// q·(q·softplus(−x) + (1 − q)·softplus(x)) of a logit x where its quality q is positive, else
/// α·σ(x)^γ·softplus(x): background fades out, objects count as much as they are worth.
/// </summary>
/// <remarks>
/// The weight σ(x)^γ is differentiated, as in MMDetection's <c>VarifocalLoss</c>, which divides by the positives.
/// Source: Zhang et al., "VarifocalNet", CVPR 2021.
/// </remarks>
/// <param name="alpha">α, what background counts; finite and not negative.</param>
/// <param name="gamma">γ, how fast easy background fades; finite and not negative.</param>
public readonly struct Varifocal(double alpha, double gamma) : IPointwiseFormula, IExplicitFormula
{
    private readonly Parameter _alpha = Parameter.NotNegative(alpha);
    private readonly Parameter _gamma = Parameter.NotNegative(gamma);

    /// <summary>With the usual parameters, 0.75 and 2.</summary>
    public Varifocal() : this(0.75, 2)
    {
    }

    /// <inheritdoc/>
    public LossFacts Facts => new()
    {
        Targets = Domain.Probabilities,
        Link = Link.Logit,
        Convexity = _gamma.Value == 0 ? Convexity.Convex : Convexity.None,
        Curvature = _gamma.Value == 0 ? Curvature.NotNegative : Curvature.AnySign,
        IsLeastAtTarget = true,
    };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
        TLane.Evaluate(this, prediction, target);

    // By hand as binary focal loss, and because the two sides share a softplus.

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Derivatives<TLane> Derivatives<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane>
    {
        TLane opposite = 1.0 - target;
        Logistic<TLane> logistic = TLane.Logistic(prediction);
        TLane curvature = logistic.Sigmoid * logistic.OppositeSigmoid;
        TLane crossEntropy = TLane.Weigh(target, logistic.OppositeSoftplus) + TLane.Weigh(opposite, logistic.Softplus);
        TLane error = opposite * logistic.Sigmoid - target * logistic.OppositeSigmoid;
        Derivatives<TLane> fading = Powers.Fading(
            logistic.Sigmoid, curvature, curvature * (logistic.OppositeSigmoid - logistic.Sigmoid), _gamma);
        TLane background = TLane.Weigh(fading.Value, logistic.Softplus);
        TLane slope = TLane.Weigh(fading.First, logistic.Softplus) + fading.Value * logistic.Sigmoid;
        TLane bend = TLane.Weigh(fading.Second, logistic.Softplus) + 2.0 * (fading.First * logistic.Sigmoid)
            + fading.Value * curvature;
        return new()
        {
            Value = TLane.SelectGreater(target, 0.0, target * crossEntropy, TLane.Weigh(_alpha, background)),
            First = TLane.SelectGreater(target, 0.0, target * error, _alpha * slope),
            Second = TLane.SelectGreater(target, 0.0, target * curvature, _alpha * bend),
        };
    }
}
