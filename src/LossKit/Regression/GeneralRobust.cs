using System.Runtime.CompilerServices;
using LossKit.Lanes;

namespace LossKit;

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
    /// <summary>From where on x/(1 + x) is 1.</summary>
    private const double Large = 1e30;

    private readonly Parameter _alpha = Parameter.BelowInfinity(alpha);
    private readonly Parameter _inverseB = 1 / Math.Abs(alpha - 2);
    private readonly Parameter _exponent = double.IsNegativeInfinity(alpha) ? 1 : 0.5 * alpha;
    private readonly Parameter _ratio =
        double.IsNegativeInfinity(alpha) ? -1 : alpha == 0 ? 1 : Math.Abs(alpha - 2) / alpha;
    private readonly Parameter _bend = alpha - 2;
    private readonly Parameter _inverse = 1 / Parameter.Positive(c).Value;
    private readonly Parameter _inverseSquare = 1 / (c * c);

    private bool IsWelsch => double.IsNegativeInfinity(_alpha.Value);

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

    // By hand, because jets of all that a shape may need would exceed what the JIT compiler inlines; for the same reason
    // each function stands here once.

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Derivatives<TLane> Derivatives<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane>
    {
        TLane error = _inverse * (prediction - target);
        TLane square = error * error;
        TLane x = _inverseB * square;
        TLane sum = 1.0 + x;

        // (1 + x)^(α/2) − 1 and the same power less one.
        TLane growth;
        TLane slope;
        switch (_alpha.Value)
        {
            case 2:
                return new() { Value = 0.5 * square, First = _inverse * error, Second = _inverseSquare };
            case 1:
                TLane root = TLane.Sqrt(sum);
                growth = x / (1.0 + root);
                slope = 1.0 / root;
                break;
            case -2:
                growth = -(x / sum);
                slope = 1.0 / (sum * sum);
                break;
            default:
                TLane logarithm = IsWelsch ? -0.5 * square : TLane.Log1p(x);
                TLane power = _exponent * logarithm;
                growth = _alpha.Value == 0 ? logarithm : TLane.Expm1(power);
                slope = TLane.Exp(power) / sum;
                break;
        }

        TLane bounded = TLane.Min(x, Large);
        TLane bend = IsWelsch ? -square : _bend * (bounded / (1.0 + bounded));
        return new()
        {
            Value = _ratio * growth,
            First = _inverse * TLane.Weigh(slope, error),
            Second = _inverseSquare * TLane.Weigh(slope, 1.0 + bend),
        };
    }
}
