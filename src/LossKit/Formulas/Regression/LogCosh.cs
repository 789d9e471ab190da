namespace LossKit.Formulas;

/// <summary>
/// log cosh(a·d)/a, with d = prediction − target: quadratic near 0, linear far out, smooth everywhere.
/// </summary>
/// <remarks>
/// Gradient tanh(a·d); Hessian a/cosh²(a·d). Computed without overflow or cancellation. The larger a, the nearer it is
/// to the absolute error. <see cref="Asymmetric{TFormula}"/> makes a smooth quantile of it: over 1 − q, under q. Keras'
/// <c>LogCosh</c> has a = 1. Source: Green, "Bayesian Reconstructions from Emission Tomography Data", IEEE Transactions
/// on Medical Imaging 9(1), 1990.
/// </remarks>
/// <param name="scale">a, in inverse units of the target; positive and finite.</param>
public readonly struct LogCosh(double scale) : IPointwiseFormula, IExplicitFormula
{
    private readonly Parameter _scale = Parameter.Positive(scale);
    private readonly Parameter _inverse = 1 / scale;
    private readonly Parameter _far = Math.Log(2) / scale;

    /// <summary>With the usual parameters.</summary>
    public LogCosh() : this(1)
    {
    }

    /// <inheritdoc/>
    public LossFacts Facts => new()
    {
        Convexity = Convexity.Strict,
        Curvature = Curvature.NotNegative,
        IsSymmetric = true,
        IsLeastAtTarget = true,
        LossAtTarget = 0,
        Lipschitz = 1,
    };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
        _scale.Value == 1 ? TLane.LogCosh(prediction - target) : TLane.Evaluate(this, prediction, target);

    /// <inheritdoc/>
    /// <remarks>
    /// By hand, because a² may be out of range where the second derivative is not; not inlined, because with the loss of
    /// scale 1 it exceeds what the JIT compiler inlines into a loop.
    /// </remarks>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public Derivatives<TLane> Derivatives<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane>
    {
        // Far out, where a·d may be infinite, only the line is left; near 0, where its square may be 0, the parabola.
        TLane error = prediction - target;
        TLane x = _scale * error;
        TLane size = TLane.Abs(x);
        TLane loss = TLane.SelectGreater(size, 400.0, TLane.Abs(error) - _far, _inverse * TLane.LogCosh(x));
        return new()
        {
            Value = TLane.SelectGreater(size, 1e-17, loss, 0.5 * error * x),
            First = TLane.Tanh(x),
            Second = _scale * (4.0 * Logistic.Variance(TLane.Logistic(2.0 * x))),
        };
    }
}
