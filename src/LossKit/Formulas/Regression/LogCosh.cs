namespace LossKit.Formulas;

/// <summary>
/// log cosh(a·d)/a, with d = prediction − target: quadratic near 0, linear far out, smooth everywhere.
/// </summary>
/// <remarks>
/// Gradient tanh(a·d); Hessian a/cosh²(a·d). Computed without overflow or cancellation. The larger a, the nearer it is to
/// the absolute error. <see cref="Asymmetric{TFormula}"/> makes a smooth quantile of it: over 1 − q, under q. Keras'
/// <c>LogCosh</c> has a = 1. Source: Green, "Bayesian Reconstructions from Emission Tomography Data", IEEE Transactions
/// on Medical Imaging 9(1), 1990.
/// </remarks>
/// <param name="scale">a, in inverse units of the target; positive and finite.</param>
public readonly struct LogCosh(double scale) : IPointwiseFormula
{
    private readonly Parameter _scale = Parameter.Positive(scale);
    private readonly Parameter _inverse = 1 / scale;

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
    public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane>
    {
        TLane error = prediction - target;
        return _scale.Value == 1 ? TLane.LogCosh(error) : _inverse * TLane.LogCosh(_scale * error);
    }
}
