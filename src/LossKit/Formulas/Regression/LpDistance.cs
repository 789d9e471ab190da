namespace LossKit.Formulas;

/// <summary>|d|^p, with d = prediction − target and p &gt; 0.</summary>
/// <remarks>
/// Gradient p|d|^(p−1)·sign d, 0 at d = 0. p = 1 is the absolute, p = 2 the squared error. For 1 &lt; p &lt; 2 the
/// second derivative is infinite at d = 0. Below 1 it is not convex, so that most errors may be exactly 0 at the price
/// of a few large ones: the slope is unbounded near its kink at d = 0, where the gradient is 0 by convention, and the
/// second derivative is negative, −∞ at d = 0: Newton's method and boosting need a floor. LossFunctions.jl's
/// <c>LPDistLoss</c>; CatBoost's <c>Lq</c> wants at least 1. Source: Gonin and Money, "Nonlinear Lp-Norm Estimation",
/// Marcel Dekker 1989.
/// </remarks>
/// <param name="p">p, the power; positive and finite.</param>
public readonly struct LpDistance(double p) : IPointwiseFormula, IExplicitFormula
{
    private readonly Parameter _p = Parameter.Positive(p);
    private readonly Parameter _rest = p - 2;
    private readonly Parameter _less = p - 1;

    /// <inheritdoc/>
    public LossFacts Facts => new()
    {
        Convexity = _p.Value > 1 ? Convexity.Strict : _p.Value < 1 ? Convexity.None : Convexity.Convex,
        Curvature = _p.Value > 1 ? Curvature.NotNegative : _p.Value < 1 ? Curvature.AnySign : Curvature.Zero,
        IsSymmetric = true,
        IsLeastAtTarget = true,
        LossAtTarget = 0,
        Lipschitz = _p.Value == 1 ? 1 : double.PositiveInfinity,
        Kinks = _p.Value > 1 ? [] : [0],
    };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
        TLane.Evaluate(this, prediction, target);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Derivatives<TLane> Derivatives<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane>
    {
        TLane error = prediction - target;
        TLane size = TLane.Abs(error);
        switch (_p.Value)
        {
            case < 1:
                return new()
                {
                    Value = Powers.Of(size, _p),
                    First = Signed.Compare(error, 0.0, _p * Powers.Of(size, _less)),
                    Second = _p * (_less * Powers.Of(size, _rest)),
                };
            case 1:
                return new() { Value = size, First = Signed.Compare<TLane>(error, 0.0, 1.0), Second = 0.0 };
            case 2:
                return new() { Value = TLane.Square(error), First = 2.0 * error, Second = 2.0 };
            default:
                TLane rest = Powers.Of(size, _rest);

                // |d|^(p − 2) is at least 1/|d|, but 0 at an infinite error.
                TLane factor = _p.Value < 2 ? TLane.Max(0.25 * TLane.SmallestNormal, rest) : rest;
                TLane power = TLane.Weigh(size, factor);
                return new()
                {
                    Value = TLane.Weigh(size, power),
                    First = Signed.Compare(error, 0.0, _p * power),
                    Second = _p * (_less * rest),
                };
        }
    }
}
