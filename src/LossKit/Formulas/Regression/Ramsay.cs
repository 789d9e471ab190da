namespace LossKit.Formulas;

/// <summary>
/// (1 − e^(−a|d|)(1 + a|d|))/a², with d = prediction − target: the pull of an error fades exponentially.
/// </summary>
/// <remarks>
/// Gradient d·e^(−a|d|), Hessian (1 − a|d|)e^(−a|d|). statsmodels' <c>RamsayE</c>, whose value cancels near 0. Source:
/// Ramsay, "A Comparative Study of Several Robust Estimates of Slope, Intercept, and Scale in Linear Regression", JASA
/// 72, 1977.
/// </remarks>
/// <param name="a">a, the inverse of the error with the greatest pull; positive and finite.</param>
public readonly struct Ramsay(double a) : IPointwiseFormula, IExplicitFormula
{
    private readonly Parameter _a = Parameter.Positive(a);
    private readonly Parameter _inverse = 1 / a;

    /// <summary>With the usual parameters.</summary>
    public Ramsay() : this(0.3)
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
        Lipschitz = 1 / (Math.E * _a.Value),
    };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
        TLane.Evaluate(this, prediction, target);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Derivatives<TLane> Derivatives<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane>
    {
        // With x = a|d| the value is e^(−x)(e^x − 1 − x)/a², which does not cancel; from 80 on it is 1/a² to the last
        // bit, and below 10⁻¹⁷, where x² may be 0, ½d². e^(−x) may be 0 where the gradient is not, but not its root.
        TLane error = prediction - target;
        TLane x = _a * TLane.Abs(error);
        TLane shrink = TLane.Exp(-0.5 * x);
        TLane near = TLane.Min(80.0, x);
        TLane loss = _inverse * (_inverse * (TLane.Exp(-near) * TLane.Expm1Excess(near)));
        return new()
        {
            Value = TLane.SelectGreater(x, 1e-17, loss, 0.5 * error * error),
            First = shrink * TLane.Weigh(shrink, error),
            Second = shrink * TLane.Weigh(shrink, 1.0 - x),
        };
    }
}
