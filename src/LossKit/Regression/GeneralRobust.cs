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
public readonly struct GeneralRobust(double alpha, double c = 1) : IPointwiseFormula
{
    private readonly Parameter _alpha = Parameter.BelowInfinity(alpha);
    private readonly Parameter _b = Math.Abs(alpha - 2);
    private readonly Parameter _inverseB = 1 / Math.Abs(alpha - 2);
    private readonly Parameter _halfAlpha = 0.5 * alpha;
    private readonly Parameter _ratio = double.IsNegativeInfinity(alpha) ? -1 : Math.Abs(alpha - 2) / alpha;
    private readonly Parameter _inverse = 1 / Parameter.Positive(c).Value;

    /// <inheritdoc/>
    public LossFacts Facts => new()
    {
        Convexity = _alpha.Value < 1 ? Convexity.None : Convexity.Strict,
        Curvature = _alpha.Value < 1 ? Curvature.AnySign : Curvature.NotNegative,
        IsSymmetric = true,
        IsLeastAtTarget = true,
    };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane>
    {
        TLane square = TLane.Square(_inverse * (prediction - target));
        if (_alpha.Value == 2)
        {
            return 0.5 * square;
        }

        if (_alpha.Value == 0)
        {
            return TLane.Log1p(_inverseB * square);
        }

        return _ratio * (double.IsNegativeInfinity(_alpha.Value)
            ? TLane.Expm1(-0.5 * square)
            : Powers.Growth(_inverseB * square, _halfAlpha));
    }
}
