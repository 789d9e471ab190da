namespace LossKit.Formulas;

/// <summary>log cosh d, with d = prediction − target: quadratic near 0, linear far out, smooth everywhere.</summary>
/// <remarks>
/// Gradient tanh d; Hessian 1/cosh² d. Computed without overflow or cancellation. Keras' <c>LogCosh</c>. Source:
/// Green, "Bayesian Reconstructions from Emission Tomography Data", IEEE Transactions on Medical Imaging 9(1),
/// 1990.
/// </remarks>
public readonly struct LogCosh : IPointwiseFormula
{
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
        TLane.LogCosh(prediction - target);
}
