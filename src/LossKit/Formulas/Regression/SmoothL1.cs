namespace LossKit.Formulas;

/// <summary>
/// ½d²/β where |d| &lt; β, else |d| − ½β, with d = prediction − target: Huber's loss with slope 1 outside.
/// </summary>
/// <remarks>
/// Gradient d/β, clipped to [−1, 1]; Hessian 1/β where |d| ≤ β, else 0. β = 0 is the absolute error, gradient 0 at
/// d = 0 (PyTorch's has −1 there). Huber(δ) is δ times this with β = δ. PyTorch's <c>smooth_l1_loss</c>. Source:
/// Girshick, "Fast R-CNN", ICCV 2015.
/// </remarks>
/// <param name="beta">β, where the square turns into a line, in units of the target; finite and not negative.</param>
public readonly struct SmoothL1(double beta) : IPointwiseFormula, IExplicitFormula
{
    private readonly Parameter _beta = Parameter.NotNegative(beta);
    private readonly Parameter _inverse = 1 / beta;

    /// <inheritdoc/>
    public LossFacts Facts => new()
    {
        Convexity = Convexity.Convex,
        Curvature = _beta.Value > 0 ? Curvature.NotNegative : Curvature.Zero,
        IsSymmetric = true,
        IsLeastAtTarget = true,
        LossAtTarget = 0,
        Lipschitz = 1,
        Kinks = _beta.Value > 0 ? [] : [0],
    };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
        TLane.Evaluate(this, prediction, target);

    // The derivative is the clipped quotient itself: by the product rule it would take three times as long.

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Derivatives<TLane> Derivatives<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane>
    {
        TLane error = prediction - target;
        if (_beta.Value == 0)
        {
            return new() { Value = TLane.Abs(error), First = Signed.Compare<TLane>(error, 0.0, 1.0), Second = 0.0 };
        }

        TLane slope = TLane.Clamp(_inverse * error, -1.0, 1.0);
        return new()
        {
            Value = slope * (error - 0.5 * (_beta * slope)),
            First = slope,
            Second = TLane.SelectGreater(TLane.Abs(error), _beta, 0.0, _inverse),
        };
    }
}
