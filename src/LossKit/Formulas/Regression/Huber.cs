namespace LossKit.Formulas;

/// <summary>
/// ½d² where |d| ≤ δ, else δ(|d| − ½δ), with d = prediction − target: outliers pull with a bounded force.
/// </summary>
/// <remarks>
/// Gradient d, clipped to [−δ, δ]; Hessian 1 where |d| ≤ δ, else 0 (LightGBM reports 1 everywhere). PyTorch's
/// <c>huber_loss</c>, SciPy's <c>huber</c>; δ times smooth L1 with β = δ. Source: Huber, "Robust Estimation of a
/// Location Parameter", Annals of Mathematical Statistics 35(1), 1964.
/// </remarks>
/// <param name="delta">δ, where the square turns into a line, in units of the target; positive and finite.</param>
public readonly struct Huber(double delta) : IPointwiseFormula, IExplicitFormula, IPropagatesNaN
{
    private readonly Parameter _delta = Parameter.Positive(delta);

    /// <inheritdoc/>
    public LossFacts Facts => new()
    {
        Convexity = Convexity.Convex,
        Curvature = Curvature.NotNegative,
        IsSymmetric = true,
        IsLeastAtTarget = true,
        LossAtTarget = 0,
        Lipschitz = _delta.Value,
    };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
        TLane.Evaluate(this, prediction, target);

    // The derivative is the clipped error itself: by the product rule it would take three times as long.

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Derivatives<TLane> Derivatives<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane>
    {
        TLane error = prediction - target;
        TLane clipped = TLane.Clamp(error, -_delta, _delta);
        return new()
        {
            Value = clipped * (error - 0.5 * clipped),
            First = clipped,
            Second = TLane.SelectGreater(TLane.Abs(error), _delta, 0.0, 1.0),
        };
    }
}
