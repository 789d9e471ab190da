namespace LossKit.Formulas;

/// <summary>
/// μ^(2−k)/(2 − k) − t·μ^(1−k)/(1 − k) for a target t and a prediction μ &gt; 0 that is the mean itself: as
/// Tweedie, without the log link. k = 0 is ½(μ − t)², 1 is μ − t·log μ, 2 is log μ + t/μ.
/// </summary>
/// <remarks>
/// Gradient μ^(1−k) − t·μ^(−k); Fisher information μ^(−k). A prediction of 0 or less is NaN or infinite, but for k = 0.
/// With <c>full</c>, t^(2−k)/((1 − k)(2 − k)) is added, t·log t − t for k = 1 and −1 − log t for k = 2: half the unit
/// deviance, 0 at μ = t and accurate near it, half of scikit-learn's <c>mean_tweedie_deviance</c>. A negative target,
/// which k &lt; 0 takes, has no such term. scikit-learn's <c>HalfTweedieLossIdentity</c> with <c>power</c> leaves it
/// out. Source: as Tweedie.
/// </remarks>
/// <param name="power">k, how the variance grows with the mean; finite.</param>
/// <param name="full">Whether the term of the target alone is added, so that the loss is 0 at the target.</param>
public readonly struct TweedieIdentity(double power, bool full = false) : IPointwiseFormula, IExplicitFormula
{
    private readonly Flag _full = full;
    private readonly Parameter _power = Parameter.Finite(power);
    private readonly Parameter _second = 1 - power;
    private readonly Parameter _halfSecond = 0.5 * (1 - power);
    private readonly Parameter _first = 2 - power;
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
        LossAtTarget = _power.Value == 0 || (_full && _power.Value > 0) ? 0 : double.NaN,
    };

    bool IPointwiseFormula.HasFisherInformation => TweedieTargets.HasDistribution(_power.Value);

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

        // Everything is made of the one power μ^(1−k), by its root, so that no product leaves the range on the way;
        // where an exponent vanishes, the logarithm takes its place. The mean 0 of a target of 0 is a limit that
        // asymmetric losses start from: there μ·μ^(1−k) is 0, not 0·∞.
        TLane log = TLane.Log(prediction);
        TLane root = TLane.Exp(_halfSecond * log);
        TLane inverse = 1.0 / prediction;
        TLane share = TLane.Weigh(target, root);
        TLane first = _power.Value == 2 ? log : _inverseFirst * TLane.Weigh(TLane.Weigh(prediction, root), root);
        TLane second = _power.Value == 1 ? TLane.Weigh(target, log) : _inverseSecond * TLane.Weigh(share, root);
        TLane bend = _power * TLane.Weigh(target, inverse) + _second;
        return new()
        {
            Value = _full ? Deviance(prediction, target, first - second) : first - second,
            First = root * (prediction - target) / prediction * root,
            Second = TLane.Weigh(bend, root * inverse) * root,
        };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    TLane IPointwiseFormula.FisherInformation<TLane>(TLane prediction) =>
        _power.Value == 0 ? 1.0 : Powers.Of(prediction, -_power);

    /// <summary>The loss with the term of the target, given the one without.</summary>
    /// <remarks>
    /// Where they nearly cancel, it is t^(2−k)·(E((2 − k)·u)/(2 − k) − E((1 − k)·u)/(1 − k)), u = log(μ/t) and
    /// E(x) = eˣ − 1 − x, which is ½t^(2−k)·u² near 0; for k of 1 to 2 no two of its terms are opposed. Not inlined,
    /// because all of it together exceeds what the JIT compiler inlines into a loop.
    /// </remarks>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private TLane Deviance<TLane>(TLane prediction, TLane target, TLane loss) where TLane : struct, ILane<TLane>
    {
        TLane log = TLane.Log(target);
        TLane power = _power.Value == 2 ? 1.0 : TLane.Exp(_first * log);
        TLane ratio = TLane.Log1p((prediction - target) / target);
        TLane near = _power.Value == 2 ? 0.0 : _inverseFirst * TLane.Expm1Excess(_first * ratio);
        near -= _power.Value == 1 ? 0.0 : _inverseSecond * TLane.Expm1Excess(_second * ratio);
        TLane term = _power.Value switch
        {
            1 => TLane.Weigh(target, log) - target,
            2 => -1.0 - log,
            _ => _inverseFirst * (_inverseSecond * power),
        };
        TLane far = loss + TLane.SelectGreater(target, 0.0, term, 0.0);
        return TLane.SelectGreater(1.0, TLane.Abs(ratio), power * near, far);
    }
}
