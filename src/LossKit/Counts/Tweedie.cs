using System.Runtime.CompilerServices;

namespace LossKit;

/// <summary>
/// e^((2−k)p)/(2 − k) − t·e^((1−k)p)/(1 − k) for a target t, p being the log of its mean: half the Tweedie deviance
/// of power k, but for the terms of t alone. k = 0 is ½(e^p − t)², 1 is Poisson, 2 is gamma.
/// </summary>
/// <remarks>
/// Gradient e^((2−k)p) − t·e^((1−k)p). Powers between 1 and 2 suit amounts that are often exactly 0, as rainfall or
/// claims. Not continuous in k and possibly negative, because constants are left out. scikit-learn's
/// <c>HalfTweedieLoss</c>; ML.NET's value and derivative do not belong together. Source: Tweedie 1984; Jørgensen,
/// JRSS B 49(2), 1987.
/// </remarks>
/// <param name="power">k, how the variance grows with the mean; finite. Targets: any for k ≤ 0, at least 0 for k
/// below 2, positive from 2 on.</param>
public readonly struct Tweedie(double power) : IPointwiseFormula
{
    private readonly Parameter _power = Parameter.Finite(power);
    private readonly Parameter _first = 2 - power;
    private readonly Parameter _second = 1 - power;
    private readonly Parameter _inverseFirst = 1 / (2 - power);
    private readonly Parameter _inverseSecond = 1 / (1 - power);

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
        Lipschitz = double.PositiveInfinity,
    };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane>
    {
        if (_power.Value == 0)
        {
            return 0.5 * TLane.Square(TLane.Exp(prediction) - target);
        }

        if (_power.Value is >= 1 and <= 2)
        {
            // Where an exponent vanishes, its limit takes the place of the exponential.
            TLane first = _power.Value == 2 ? prediction : _inverseFirst * TLane.Exp(_first * prediction);
            TLane second = _power.Value == 1 ? prediction : _inverseSecond * TLane.Exp(_second * prediction);
            return first - TLane.Weigh(target, second);
        }

        TLane loss = Difference(prediction, target, _inverseFirst, _inverseSecond);
        TLane slope = Difference(prediction, target, 1, 1);
        return Surrogate.WithDerivatives(loss, prediction, slope, Difference(prediction, target, _first, _second));
    }

    // a·e^((2−k)p) − b·t·e^((1−k)p). On the side where both terms grow it would be ∞ − ∞; with the common factor taken
    // out it is not.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private TLane Difference<TLane>(TLane prediction, TLane target, Parameter a, Parameter b)
        where TLane : struct, ILane<TLane>
    {
        TLane p = TLane.StopGradient(prediction);
        TLane common = TLane.Exp(_second * p);
        TLane factored = common * (a * TLane.Exp(p) - b * target);
        TLane direct = a * TLane.Exp(_first * p) - TLane.Weigh(b * target, common);
        return TLane.SelectGreater(_power.Value < 1 ? p : -p, 0.0, factored, direct);
    }
}
