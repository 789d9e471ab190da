using System.Runtime.CompilerServices;

namespace LossKit;

/// <summary>½c²·log(1 + (d/c)²), with d = prediction − target: the pull of an error fades beyond c.</summary>
/// <remarks>
/// Gradient d/(1 + u), Hessian (1 − u)/(1 + u)² with u = (d/c)²: negative beyond c. SciPy's
/// <c>least_squares(loss="cauchy", f_scale=c)</c>, Ceres; also called Lorentzian. Source: Black and Anandan,
/// Computer Vision and Image Understanding 63(1), 1996.
/// </remarks>
/// <param name="c">c, the scale of the error; positive and finite.</param>
public readonly struct Cauchy(double c) : IPointwiseFormula
{
    private readonly Parameter _half = 0.5 * Parameter.Positive(c).Value;
    private readonly Parameter _c = c;
    private readonly Parameter _inverse = 1 / c;

    /// <summary>With the usual parameters.</summary>
    public Cauchy() : this(1)
    {
    }

    /// <inheritdoc/>
    public LossFacts Facts => new()
    {
        Convexity = Convexity.None,
        Curvature = Curvature.AnySign,
        IsSymmetric = true,
        IsLeastAtTarget = true,
        LossAtTarget = 0,
        Lipschitz = _half.Value,
    };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
        _half * (_c * TLane.Log1p(TLane.Square(_inverse * (prediction - target))));
}
