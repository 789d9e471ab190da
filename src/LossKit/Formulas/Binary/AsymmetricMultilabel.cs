namespace LossKit.Formulas;

/// <summary>
/// t(1 − p)^γ₊·(−log p) + (1 − t)·q^γ₋·(−log(1 − q)) of a logit x and a target t in [0, 1], with p = σ(x) and
/// q = max(0, p − m): focal loss that fades easy negatives faster, and forgets those below m.
/// </summary>
/// <remarks>
/// For rows of many labels of which few are true. By default the weights (1 − p)^γ₊ and q^γ₋ are differentiated; the
/// authors' code has a flag to stop them, clips the logarithms at 10⁻⁸, and sums. Hessian: where q is 0 negatives have
/// none. Source: Ridnik et al., "Asymmetric Loss For Multi-Label Classification", ICCV 2021.
/// </remarks>
/// <param name="gammaPositive">γ₊, how fast easy positives fade; finite and not negative.</param>
/// <param name="gammaNegative">γ₋, how fast easy negatives fade; finite and not negative.</param>
/// <param name="clip">m, at least 0 and below 1: negatives of at most this probability cost nothing.</param>
/// <param name="stopWeights">Whether the weights are constants when differentiating.</param>
public readonly struct AsymmetricMultilabel(
    double gammaPositive, double gammaNegative, double clip, bool stopWeights = false)
    : IPointwiseFormula, IExplicitFormula
{
    private readonly Parameter _gammaPositive = Parameter.NotNegative(gammaPositive);
    private readonly Parameter _gammaNegative = Parameter.NotNegative(gammaNegative);
    private readonly Parameter _clip = Parameter.InRange(0, 1, clip);
    private readonly Flag _stopWeights = stopWeights;

    /// <summary>With the usual parameters.</summary>
    public AsymmetricMultilabel() : this(1, 4, 0.05)
    {
    }

    /// <inheritdoc/>
    public LossFacts Facts => new()
    {
        Targets = Domain.Probabilities,
        Link = Link.Logit,
        Convexity = IsCrossEntropy ? Convexity.Strict : Convexity.None,
        Curvature = IsCrossEntropy ? Curvature.NotNegative : Curvature.AnySign,
        IsLeastAtTarget = IsCrossEntropy,

        // Of negatives alone, where p = m.
        Kinks = _gammaNegative.Value == 0 && _clip.Value > 0 ? null : [],
    };

    private bool IsCrossEntropy => _gammaPositive.Value == 0 && _gammaNegative.Value == 0 && _clip.Value == 0;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
        TLane.Evaluate(this, prediction, target);

    // By hand, because jets of two fading weights would exceed what the JIT compiler inlines.

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Derivatives<TLane> Derivatives<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane>
    {
        Logistic<TLane> logistic = TLane.Logistic(prediction);
        TLane slope = logistic.Sigmoid * logistic.OppositeSigmoid;
        TLane bend = slope * (logistic.OppositeSigmoid - logistic.Sigmoid);
        Derivatives<TLane> positive = Faded<TLane>(
            new() { Value = logistic.OppositeSigmoid, First = -slope, Second = -bend },
            new() { Value = logistic.OppositeSoftplus, First = -logistic.OppositeSigmoid, Second = slope },
            _gammaPositive);

        // The probability that fades and the loss of a negative: of p, or of what is left of it beyond the clip.
        Derivatives<TLane> fading = new() { Value = logistic.Sigmoid, First = slope, Second = bend };
        Derivatives<TLane> loss = new() { Value = logistic.Softplus, First = logistic.Sigmoid, Second = slope };
        if (_clip.Value != 0)
        {
            // 1 − q is 1 − p + m, which does not cancel where p is near 1.
            TLane clipped = TLane.PositivePart(logistic.Sigmoid - _clip);
            TLane rest = TLane.Min(1.0, logistic.OppositeSigmoid + _clip);
            TLane inside = TLane.SelectGreater(clipped, 0.0, slope, 0.0);
            TLane bendInside = TLane.SelectGreater(clipped, 0.0, bend, 0.0);
            TLane relative = inside / rest;
            fading = new() { Value = clipped, First = inside, Second = bendInside };
            loss = new()
            {
                Value = TLane.SelectGreater(logistic.Sigmoid, 0.5, -TLane.Log(rest), -TLane.Log1p(-clipped)),
                First = relative,
                Second = bendInside / rest + TLane.Square(relative),
            };
        }

        Derivatives<TLane> negative = Faded(fading, loss, _gammaNegative);

        TLane opposite = 1.0 - target;
        return new()
        {
            Value = TLane.Weigh(target, positive.Value) + TLane.Weigh(opposite, negative.Value),
            First = TLane.Weigh(target, positive.First) + TLane.Weigh(opposite, negative.First),
            Second = TLane.Weigh(target, positive.Second) + TLane.Weigh(opposite, negative.Second),
        };
    }

    /// <summary>A loss times the power of a probability, by which it fades.</summary>
    /// <remarks>Not inlined, because two of it exceed what the JIT compiler inlines into a loop.</remarks>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private Derivatives<TLane> Faded<TLane>(Derivatives<TLane> fading, Derivatives<TLane> loss, Parameter gamma)
        where TLane : struct, ILane<TLane>
    {
        Derivatives<TLane> weight = Powers.Fading(fading.Value, fading.First, fading.Second, gamma);
        TLane first = weight.Value * loss.First;
        TLane second = weight.Value * loss.Second;
        return new()
        {
            Value = TLane.Weigh(weight.Value, loss.Value),
            First = _stopWeights ? first : first + TLane.Weigh(weight.First, loss.Value),
            Second = _stopWeights
                ? second
                : second + 2.0 * (weight.First * loss.First) + TLane.Weigh(weight.Second, loss.Value),
        };
    }
}
