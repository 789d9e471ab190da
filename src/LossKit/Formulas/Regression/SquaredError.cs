namespace LossKit.Formulas;

/// <summary>d², with d = prediction − target (no factor ½).</summary>
/// <remarks>
/// Gradient 2d, Hessian 2. PyTorch's <c>mse_loss</c>; twice what scikit-learn, XGBoost and LightGBM minimise.
/// Its minimiser is the mean. Source: Gauss 1809; Legendre 1805.
/// </remarks>
public readonly struct SquaredError : IPointwiseFormula, IPropagatesNaN
{
    /// <inheritdoc/>
    public LossFacts Facts => new()
    {
        Convexity = Convexity.Strict,
        Curvature = Curvature.NotNegative,
        IsSymmetric = true,
        IsLeastAtTarget = true,
        LossAtTarget = 0,
        Elicits = Statistic.Mean,
        Lipschitz = double.PositiveInfinity,
    };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
        TLane.Square(prediction - target);
}
