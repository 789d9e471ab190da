namespace LossKit.Formulas;

/// <summary>
/// μ^(2−k)/(2 − k) − t·μ^(1−k)/(1 − k) for a target t and a prediction μ &gt; 0 that is the mean itself: as
/// Tweedie, without the log link. k = 0 is ½(μ − t)², 1 is μ − t·log μ, 2 is log μ + t/μ.
/// </summary>
/// <remarks>
/// Gradient μ^(1−k) − t·μ^(−k). A prediction of 0 or less is NaN or infinite, but for k = 0. scikit-learn's
/// <c>HalfTweedieLossIdentity</c> with <c>power</c>. Source: as Tweedie.
/// </remarks>
/// <param name="power">k, how the variance grows with the mean; finite.</param>
public readonly struct TweedieIdentity(double power) : IPointwiseFormula, IExplicitFormula
{
    private readonly Parameter _power = Parameter.Finite(power);
    private readonly Parameter _second = 1 - power;
    private readonly Parameter _halfSecond = 0.5 * (1 - power);
    private readonly Parameter _inverseFirst = 1 / (2 - power);
    private readonly Parameter _inverseSecond = 1 / (1 - power);

    /// <summary>With the usual parameters.</summary>
    public TweedieIdentity() : this(1.5)
    {
    }

    /// <inheritdoc/>
    public LossFacts Facts => new()
    {
        Predictions = _power.Value == 0 ? Domain.Reals : Domain.Positive,
        Targets = TweedieTargets.Of(_power.Value),
        Convexity = _power.Value switch
        {
            1 => Convexity.Convex,
            >= 0 and < 1 => Convexity.Strict,
            _ => Convexity.None,
        },
        Curvature = _power.Value is >= 0 and <= 1 ? Curvature.NotNegative : Curvature.AnySign,
        IsSymmetric = _power.Value == 0,
        Elicits = Statistic.Mean,
        IsLeastAtTarget = true,
        LossAtTarget = _power.Value == 0 ? 0 : double.NaN,
    };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
        TLane.Evaluate(this, prediction, target);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Derivatives<TLane> Derivatives<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane>
    {
        if (_power.Value == 0)
        {
            TLane error = prediction - target;
            return new() { Value = 0.5 * error * error, First = error, Second = 1.0 };
        }

        // Everything is made of the one power μ^(1−k), by its root, so that no product leaves the range on the way; where
        // an exponent vanishes, the logarithm takes its place. The mean 0 of a target of 0 is a limit that asymmetric
        // losses start from: there μ·μ^(1−k) is 0, not 0·∞.
        TLane log = TLane.Log(prediction);
        TLane root = TLane.Exp(_halfSecond * log);
        TLane inverse = 1.0 / prediction;
        TLane share = TLane.Weigh(target, root);
        TLane first = _power.Value == 2 ? log : _inverseFirst * TLane.Weigh(TLane.Weigh(prediction, root), root);
        TLane second = _power.Value == 1 ? TLane.Weigh(target, log) : _inverseSecond * TLane.Weigh(share, root);
        TLane bend = _power * TLane.Weigh(target, inverse) + _second;
        return new()
        {
            Value = first - second,
            First = root * (prediction - target) / prediction * root,
            Second = TLane.Weigh(bend, root * inverse) * root,
        };
    }
}
