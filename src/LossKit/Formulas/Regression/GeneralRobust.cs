namespace LossKit.Formulas;

/// <summary>
/// b/α·((u/b + 1)^(α/2) − 1), with d = prediction − target, u = (d/c)² and b = |α − 2|: one family from the squared
/// error (α = 2) over pseudo-Huber (1), Cauchy (0) and Geman–McClure (−2) to Welsch (−∞).
/// </summary>
/// <remarks>
/// Gradient d/c²·(u/b + 1)^(α/2 − 1). α = 2 is ½u, α = 0 log(½u + 1), α = −∞ 1 − e^(−u/2); near these the formula
/// does not cancel. Not multiplied by c². Source: Barron, "A General and Adaptive Robust Loss Function", CVPR 2019,
/// equation 8.
/// </remarks>
/// <param name="alpha">α, the shape, up to −∞; the smaller, the less gross errors pull.</param>
/// <param name="c">c, the scale of the error; positive and finite.</param>
public readonly struct GeneralRobust(double alpha, double c = 1) : IPointwiseFormula, IExplicitFormula
{
    /// <summary>Up to here the loss is that of α = −∞ to the last bit.</summary>
    private const double Welsch = -1e18;

    private readonly Parameter _alpha = Parameter.BelowInfinity(alpha);
    private readonly Parameter _c = Parameter.Positive(c);
    private readonly Parameter _inverse = 1 / c;
    private readonly Parameter _inverseSquare = 1 / c / c;
    private readonly Parameter _b = Math.Abs(alpha - 2);
    private readonly Parameter _inverseRootB = 1 / Math.Sqrt(Math.Abs(alpha - 2));
    private readonly Parameter _ratio = alpha <= Welsch ? -1 : Math.Abs(alpha - 2) / alpha;
    private readonly Parameter _bend = alpha - 1;

    // log (c√b); α/2, of the value's exponent; and how the logarithm of the slope depends on log(1 + x).
    private readonly Parameter _logScale = Math.Log(c) + 0.5 * Math.Log(Math.Abs(alpha - 2));
    private readonly Parameter _half = 0.5 * alpha;
    private readonly Parameter _near = 0.25 * (alpha - 2);
    private readonly Parameter _far = 0.25 * (alpha - 1);
    private readonly Parameter _logFar = 0.25 * Math.Log(Math.Abs(alpha - 2)) - 0.5 * Math.Log(c);

    /// <inheritdoc/>
    public LossFacts Facts => new()
    {
        Convexity = _alpha.Value < 1 ? Convexity.None : Convexity.Strict,
        Curvature = _alpha.Value < 1 ? Curvature.AnySign : Curvature.NotNegative,
        IsSymmetric = true,
        IsLeastAtTarget = true,
        LossAtTarget = 0,
    };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
        TLane.Evaluate(this, prediction, target);

    // By hand, because jets of all that a shape may need would exceed what the JIT compiler inlines; for the same
    // reason each function stands here once.

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Derivatives<TLane> Derivatives<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane>
    {
        TLane difference = prediction - target;
        TLane error = _inverse * difference;
        if (_alpha.Value == 2)
        {
            return new() { Value = 0.5 * error * error, First = _inverse * error, Second = _inverseSquare };
        }

        return _alpha.Value == 1 ? PseudoHuber(error) : Derivatives(difference, error, _inverseRootB * error);
    }

    // With r = √(1 + u), which is √u where u leaves the range: u/(1 + r), d/(c²r) and 1/(c²r³).
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Derivatives<TLane> PseudoHuber<TLane>(TLane error) where TLane : struct, ILane<TLane>
    {
        TLane size = TLane.Abs(error);
        TLane square = TLane.Square(error);
        TLane root = TLane.Sqrt(1.0 + square);
        TLane slope = 1.0 / TLane.SelectGreater(size, 1e18, size, root);
        TLane scaled = _inverse * slope;
        TLane limit = TLane.SelectGreater(error, 0.0, 1.0, -1.0);
        return new()
        {
            Value = TLane.SelectGreater(size, 1e18, size, square / (1.0 + root)),
            First = _inverse * TLane.SelectGreater(size, 1e18, limit, error * slope),
            Second = scaled * (scaled * slope),
        };
    }

    // With x = u/b the slope is (1 + x)^(α/2 − 1); the gradient is d/c² times it, the Hessian 1/c² times it and
    // 1/(1 + x) + (α − 1)x/(1 + x). Far out the gradient is itself one power, √b/c·x^(α/2 − ½), and the Hessian (α −
    // 1)/d times it. Each is made of two factors, so that neither they nor their products with 1/c leave the range of
    // the numbers.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Derivatives<TLane> Derivatives<TLane>(TLane difference, TLane error, TLane ratio)
        where TLane : struct, ILane<TLane>
    {
        HeavyTail<TLane> tail = HeavyTail<TLane>.Of(difference, ratio);
        TLane inverse = tail.Inverse;
        TLane near = TLane.SelectGreater(tail.Square, 1.0, 1.0 - inverse, tail.Square * inverse);
        TLane share = tail.Select(1.0, near);
        TLane bend = inverse + _bend * share;
        TLane logarithm = default;
        if (_alpha.Value is > Welsch and not -2)
        {
            logarithm = tail.Log(difference, ratio, _logScale);
        }

        TLane value;
        TLane left;
        TLane right;
        TLane far;
        switch (_alpha.Value)
        {
            case -2:
                value = 2.0 * share;
                left = inverse;
                right = inverse;
                far = 16.0 * (_c * inverse * (_c * inverse));
                break;
            case 0:
                value = logarithm;
                left = 1.0;
                right = inverse;
                far = 2.0;
                break;
            default:
                TLane power = _half * logarithm;
                TLane exponent = tail.Select(_far * logarithm + _logFar, _near * logarithm);
                if (_alpha.Value <= Welsch)
                {
                    power = -0.5 * error * error;
                    exponent = 0.5 * power;
                    bend = (1.0 - error) * (1.0 + error);
                }

                value = _ratio * TLane.Expm1(power);
                left = TLane.Exp(exponent);
                right = left;
                far = TLane.SelectGreater(error, 0.0, left, -left);
                break;
        }

        // 1/d is at least a quarter of the smallest normal number, but 0 at an infinite error.
        TLane least = _alpha.Value > 2 ? 0.25 * TLane.SmallestNormal : 0.0;
        TLane farBend = _bend * TLane.Weigh(TLane.Max(least, TLane.Abs(inverse)), TLane.Abs(far));
        left = _inverse * left;
        return new()
        {
            Value = value,
            First = tail.Select(far * right, left * TLane.Weigh(right, error)),
            Second = tail.Select(
                TLane.Weigh(farBend, TLane.Abs(right)), TLane.Weigh(left * (_inverse * right), bend)),
        };
    }
}
