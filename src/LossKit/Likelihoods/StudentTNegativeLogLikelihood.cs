using System.Runtime.CompilerServices;

namespace LossKit;

/// <summary>
/// ½(ν + 1)·log(1 + d²/(νs²)) + const, with d = prediction − target: the negative log-likelihood of Student's t
/// distribution with ν degrees of freedom and scale s around the prediction.
/// </summary>
/// <remarks>
/// Gradient (ν + 1)d/(νs² + d²); Hessian negative for d² &gt; νs². The constant is log s + ½log(πν) + log Γ(½ν) −
/// log Γ(½(ν + 1)). ν = 1 is a Cauchy distribution. Source: Lange, Little and Taylor, "Robust Statistical Modeling
/// Using the t Distribution", JASA 84, 1989.
/// </remarks>
/// <param name="degreesOfFreedom">ν, the smaller the heavier the tails; positive and finite.</param>
/// <param name="scale">s, in units of the target; positive and finite.</param>
public readonly struct StudentTNegativeLogLikelihood(double degreesOfFreedom, double scale = 1) : IPointwiseFormula
{
    private readonly Parameter _half = 0.5 * (Parameter.Positive(degreesOfFreedom).Value + 1);
    private readonly Parameter _inverse = 1 / (Parameter.Positive(scale).Value * Math.Sqrt(degreesOfFreedom));
    private readonly Parameter _constant =
        Math.Log(scale) + 0.5 * Math.Log(Math.PI * degreesOfFreedom) - LogGamma.Half(degreesOfFreedom);

    /// <inheritdoc/>
    public LossFacts Facts => new()
    {
        Convexity = Convexity.None,
        Curvature = Curvature.AnySign,
        IsSymmetric = true,
        IsLeastAtTarget = true,
        LossAtTarget = _constant.Value,
        Lipschitz = _half.Value * _inverse.Value,
    };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
        _half * TLane.Log1p(TLane.Square(_inverse * (prediction - target))) + _constant;
}
