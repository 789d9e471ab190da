using System.Runtime.CompilerServices;

namespace LossKit;

/// <summary>b(e^(a·d) − a·d − 1), with d = prediction − target: exponential on one side, linear on the other.</summary>
/// <remarks>
/// Gradient a·b(e^(a·d) − 1); Hessian a²b·e^(a·d). With a &gt; 0 it is over-prediction that costs exponentially,
/// with a &lt; 0 under-prediction. Overflows to ∞ where a·d does in the exponential. Source: Varian, "A Bayesian
/// Approach to Real Estate Assessment", 1975; Zellner, JASA 81, 1986.
/// </remarks>
/// <param name="a">a, the asymmetry, in inverse units of the target; finite and not 0.</param>
/// <param name="b">b, the scale of the loss; positive and finite.</param>
public readonly struct Linex(double a, double b = 1) : IPointwiseFormula, IExplicitFormula
{
    private readonly Parameter _a = Parameter.NotZero(a);
    private readonly Parameter _b = Parameter.Positive(b);
    private readonly Parameter _slope = a * b;
    private readonly Parameter _curvature = a * a * b;

    /// <inheritdoc/>
    public LossFacts Facts => new()
    {
        Convexity = Convexity.Strict,
        Curvature = Curvature.NotNegative,
        IsLeastAtTarget = true,
        LossAtTarget = 0,
        Lipschitz = double.PositiveInfinity,
    };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
        TLane.Evaluate(this, prediction, target);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Derivatives<TLane> Derivatives<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane>
    {
        TLane exponent = _a * (prediction - target);
        TLane expm1 = TLane.Expm1(exponent);
        return new()
        {
            Value = _b * (expm1 - exponent),
            First = _slope * expm1,
            Second = _curvature * TLane.Exp(exponent),
        };
    }
}
