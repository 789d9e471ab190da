namespace LossKit.Formulas;

/// <summary>
/// e^((2−k)p)/(2 − k) − t·e^((1−k)p)/(1 − k) for a target t, p being the log of its mean: half the Tweedie deviance
/// of power k, but for the terms of t alone. k = 0 is ½(e^p − t)², 1 is Poisson, 2 is gamma.
/// </summary>
/// <remarks>
/// Gradient e^((2−k)p) − t·e^((1−k)p); Fisher information e^((2−k)p), of a dispersion of 1, where there is such a
/// distribution: not for k strictly between 0 and 1. Powers between 1 and 2 suit amounts that are often exactly 0, as
/// rainfall or claims. Not continuous in k and possibly negative, because constants are left out. scikit-learn's
/// <c>HalfTweedieLoss</c>; ML.NET's value and derivative do not belong together. Source: Tweedie 1984; Jørgensen,
/// JRSS B 49(2), 1987.
/// </remarks>
/// <param name="power">k, how the variance grows with the mean; finite. Targets: any for k ≤ 0, at least 0 for k
/// below 2, positive from 2 on.</param>
public readonly struct Tweedie(double power) : IPointwiseFormula, IExplicitFormula
{
    private readonly Parameter _power = Parameter.Finite(power);
    private readonly Parameter _first = 2 - power;
    private readonly Parameter _second = 1 - power;
    private readonly Parameter _inverseFirst = 1 / (2 - power);
    private readonly Parameter _inverseSecond = 1 / (1 - power);
    private readonly Parameter _exponent = power < 1 ? 1 - power : 2 - power;
    private readonly Parameter _otherExponent = power < 1 ? 1 : power > 2 ? -1 : 1 - power;

    /// <summary>With the usual parameters.</summary>
    public Tweedie() : this(1.5)
    {
    }

    /// <inheritdoc/>
    public LossFacts Facts => new()
    {
        Targets = TweedieTargets.Of(_power.Value),
        Link = Link.Log,
        Convexity = _power.Value is >= 1 and <= 2 ? Convexity.Strict : Convexity.None,
        Curvature = _power.Value is >= 1 and <= 2 ? Curvature.NotNegative : Curvature.AnySign,
        IsLeastAtTarget = _power.Value > 0,
        Elicits = Statistic.Mean,
        Lipschitz = double.PositiveInfinity,
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
        // An exponent of 0 is one at infinite predictions, too.
        TLane power = _power.Value == 2 ? 1.0 : TLane.Exp(_exponent * prediction);
        TLane other = _power.Value == 1 ? 1.0 : TLane.Exp(_otherExponent * prediction);
        TLane loss = _power.Value switch
        {
            // Where an exponent vanishes, its limit takes the place of the exponential.
            0 => 0.5 * (other - target) * (other - target),
            1 => LogLink.Poisson(power, prediction, target),
            2 => LogLink.Line(prediction) + TLane.Weigh(target, other),
            _ => Difference(power, other, target, _inverseFirst, _inverseSecond),
        };
        return new()
        {
            Value = loss,
            First = Difference(power, other, target, 1, 1),
            Second = Difference(power, other, target, _first, _second),
        };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    TLane IPointwiseFormula.FisherInformation<TLane>(TLane prediction) =>
        _power.Value == 2 ? 1.0 : TLane.Exp(_first * prediction);

    // a·e^((2−k)p) − b·t·e^((1−k)p). Outside [1, 2] both terms overflow on one side, and their difference would be
    // ∞ − ∞: there e^((1−k)p) or e^((2−k)p) is a common factor.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private TLane Difference<TLane>(TLane power, TLane other, TLane target, Parameter a, Parameter b)
        where TLane : struct, ILane<TLane> => _power.Value switch
        {
            < 1 => power * (a * other - b * target),
            > 2 => power * (a - TLane.Weigh(target, b * other)),
            _ => a * power - TLane.Weigh(target, b * other),
        };
}
