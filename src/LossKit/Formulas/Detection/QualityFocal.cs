namespace LossKit.Formulas;

/// <summary>
/// |y − σ(x)|^β·CE of a logit x and the quality y in [0, 1] it should have, such as the overlap of a box:
/// CE = y·softplus(−x) + (1 − y)·softplus(x), faded out where the quality is met.
/// </summary>
/// <remarks>
/// Where it is met exactly the gradient is 0, and so is the Hessian unless β is 2. β = 0 is binary cross-entropy.
/// MMDetection's <c>QualityFocalLoss</c>, which divides by the positives. Source: Li et al., "Generalized Focal Loss",
/// NeurIPS 2020.
/// </remarks>
/// <param name="beta">β, how fast what is nearly right fades; finite and not negative.</param>
public readonly struct QualityFocal(double beta) : IPointwiseFormula, IExplicitFormula
{
    private readonly Parameter _beta = Parameter.NotNegative(beta);

    /// <summary>With the usual parameter, 2.</summary>
    public QualityFocal() : this(2)
    {
    }

    /// <inheritdoc/>
    public LossFacts Facts => new()
    {
        Targets = Domain.Probabilities,
        Link = Link.Logit,
        Convexity = _beta.Value == 0 ? Convexity.Strict : Convexity.None,
        Curvature = _beta.Value == 0 ? Curvature.NotNegative : Curvature.AnySign,
        IsLeastAtTarget = true,
        Kinks = _beta.Value is > 0 and <= 1 ? null : [],
    };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
        TLane.Evaluate(this, prediction, target);

    // By hand, because the power of the error is needed relative to it, and jets would exceed what is inlined.

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Derivatives<TLane> Derivatives<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane>
    {
        TLane opposite = 1.0 - target;
        Logistic<TLane> logistic = TLane.Logistic(prediction);
        TLane curvature = logistic.Sigmoid * logistic.OppositeSigmoid;
        TLane crossEntropy = TLane.Weigh(target, logistic.OppositeSoftplus) + TLane.Weigh(opposite, logistic.Softplus);

        // σ(x) − y, which is also the slope of the cross-entropy.
        TLane error = opposite * logistic.Sigmoid - target * logistic.OppositeSigmoid;
        TLane distance = TLane.Abs(error);
        TLane slope = TLane.SelectGreater(error, 0.0, curvature, -curvature);
        Derivatives<TLane> fading = Powers.Fading(
            distance, slope, slope * (logistic.OppositeSigmoid - logistic.Sigmoid), _beta);
        TLane first = fading.First;
        TLane second = fading.Second;
        if (_beta.Value != 2)
        {
            first = TLane.SelectGreater(distance, 0.0, first, 0.0);
            second = TLane.SelectGreater(distance, 0.0, second, 0.0);
        }

        return new()
        {
            Value = TLane.Weigh(fading.Value, crossEntropy),
            First = TLane.Weigh(first, crossEntropy) + fading.Value * error,
            Second = TLane.Weigh(second, crossEntropy) + 2.0 * (first * error) + fading.Value * curvature,
        };
    }
}
