namespace LossKit.Formulas;

/// <summary>½d²/(1 + (d/c)²), with d = prediction − target: bounded by ½c², so that gross errors are ignored.</summary>
/// <remarks>
/// Gradient d/(1 + u)², Hessian (1 − 3u)/(1 + u)³ with u = (d/c)². Scaled to ½d² near 0. Source: Geman and McClure,
/// "Bayesian Image Analysis: An Application to Single Photon Emission Tomography", 1985.
/// </remarks>
/// <param name="c">c, the scale of the error; positive and finite.</param>
public readonly struct GemanMcClure(double c) : IPointwiseFormula, IExplicitFormula
{
    private readonly Parameter _c = Parameter.Positive(c);
    private readonly Parameter _half = 0.5 * c;
    private readonly Parameter _inverse = 1 / c;

    /// <summary>With the usual parameters.</summary>
    public GemanMcClure() : this(1)
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
        Lipschitz = _c.Value * 3 * Math.Sqrt(3) / 16,
    };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
        TLane.Evaluate(this, prediction, target);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Derivatives<TLane> Derivatives<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane>
    {
        // c²u/(1 + u) is d²/(1 + u) near 0 and c²(1 − 1/(1 + u)) far out; (1 − 3u)/(1 + u) is 4/(1 + u) − 3 there. None
        // cancels or leaves the range of the numbers.
        TLane error = prediction - target;
        TLane square = TLane.Square(_inverse * error);
        TLane shrink = 1.0 / (1.0 + square);
        TLane shrunk = TLane.Weigh(shrink, error);
        TLane bend = TLane.SelectGreater(square, 1.0, 4.0 * shrink - 3.0, shrink * (1.0 - 3.0 * square));
        return new()
        {
            Value = TLane.SelectGreater(square, 1.0, _half * (_c * (1.0 - shrink)), 0.5 * error * shrunk),
            First = shrink * shrunk,
            Second = shrink * (shrink * bend),
        };
    }
}
