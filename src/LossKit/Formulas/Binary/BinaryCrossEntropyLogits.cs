namespace LossKit.Formulas;

/// <summary>
/// w·t′·softplus(−x) + (1 − t′)·softplus(x), the cross-entropy of the probability σ(x), for a logit x and a target t in
/// [0, 1]; t′ = t(1 − s) + s/2 with label smoothing s, and w is the positive weight.
/// </summary>
/// <remarks>
/// Gradient (1 − t′)σ(x) − w·t′·σ(−x); Hessian (w·t′ + 1 − t′)σ(x)σ(−x), which for w = 1 is the Fisher information of a
/// likelihood, that is with s = 0. Exact for logits of any size, infinite ones
/// included. PyTorch's <c>binary_cross_entropy_with_logits</c> with <c>pos_weight</c>; smoothing as in Keras, applied
/// before the weight. The positive weight multiplies losses and does not enter the divisor of the mean. Source: Cox,
/// "The Regression Analysis of Binary Sequences", JRSS B 20(2), 1958; smoothing: Szegedy et al., CVPR 2016.
/// </remarks>
/// <param name="positiveWeight">w, what a positive counts relative to a negative; not negative, 1 is neutral.</param>
/// <param name="labelSmoothing">s in [0, 1], how far targets move toward ½; 0 is off.</param>
public readonly struct BinaryCrossEntropyLogits(double positiveWeight, double labelSmoothing = 0)
    : IPointwiseFormula, IExplicitFormula
{
    private readonly Parameter _positiveWeight = Parameter.NotNegative(positiveWeight);
    private readonly Parameter _labelSmoothing = Parameter.Probability(labelSmoothing);
    private readonly Parameter _kept = 1 - labelSmoothing;
    private readonly Parameter _moved = 0.5 * labelSmoothing;

    /// <summary>With the usual parameters.</summary>
    public BinaryCrossEntropyLogits() : this(1, 0)
    {
    }

    /// <inheritdoc/>
    public LossFacts Facts => new()
    {
        Targets = Domain.Probabilities,
        Link = Link.Logit,
        Convexity = _positiveWeight.Value > 0 ? Convexity.Strict : Convexity.Convex,
        Curvature = Curvature.NotNegative,
        IsLeastAtTarget = _positiveWeight.Value == 1 && _labelSmoothing.Value == 0,
        Elicits = _positiveWeight.Value == 1 && _labelSmoothing.Value == 0 ? Statistic.Mean : null,
        Lipschitz = Math.Max(1, _positiveWeight.Value) * (1 - _moved.Value),
    };

    bool IPointwiseFormula.HasFisherInformation => _positiveWeight.Value == 1 && _labelSmoothing.Value == 0;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
        TLane.Evaluate(this, prediction, target);

    // By hand they take a quarter less time: the jets would differentiate what is made of the target alone, too.

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Derivatives<TLane> Derivatives<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane>
    {
        TLane smoothed = _kept * target + _moved;
        TLane positive = _positiveWeight * smoothed;
        TLane negative = 1.0 - smoothed;
        Logistic<TLane> logistic = TLane.Logistic(prediction);
        return new()
        {
            Value = TLane.Weigh(positive, logistic.OppositeSoftplus) + TLane.Weigh(negative, logistic.Softplus),
            First = negative * logistic.Sigmoid - positive * logistic.OppositeSigmoid,
            Second = (positive + negative) * Logistic.Variance(logistic),
        };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    TLane IPointwiseFormula.FisherInformation<TLane>(TLane prediction) => Logistic.Variance(TLane.Logistic(prediction));
}
