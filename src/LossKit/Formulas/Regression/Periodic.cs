namespace LossKit.Formulas;

/// <summary>
/// 1 − cos(2πd/c), with d = prediction − target: for angles, hours and phases, where a whole period off is no
/// error.
/// </summary>
/// <remarks>
/// Gradient (2π/c)·sin(2πd/c); Hessian (2π/c)²·cos(2πd/c). Exact for errors of many periods. LossFunctions.jl's
/// <c>PeriodicLoss</c>; with c = 2π the negative log-likelihood of a von Mises distribution up to scale. Source: Mardia
/// and Jupp, "Directional Statistics", Wiley 2000.
/// </remarks>
/// <param name="period">c, the period, in units of the target; positive and finite.</param>
public readonly struct Periodic(double period) : IPointwiseFormula
{
    private readonly Parameter _period = Parameter.Positive(period);
    private readonly Parameter _inverse = 1 / period;

    /// <inheritdoc/>
    public LossFacts Facts => new()
    {
        Convexity = Convexity.None,
        Curvature = Curvature.AnySign,
        IsSymmetric = true,
        IsLeastAtTarget = true,
        LossAtTarget = 0,
        Lipschitz = 2 * Math.PI / _period.Value,
    };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
        2.0 * TLane.Square(TLane.SinPi(_inverse * (prediction - target)));
}
