namespace LossKit.Formulas;

/// <summary>δ²(√(1 + (d/δ)²) − 1), with d = prediction − target: Huber's loss without corners.</summary>
/// <remarks>
/// Gradient d/√(1 + (d/δ)²); Hessian (1 + (d/δ)²)^(−3/2), positive everywhere: what XGBoost has in place of Huber.
/// Divided by δ it is a smooth |d|. Source: Charbonnier et al., "Deterministic Edge-Preserving Regularization in
/// Computed Imaging", IEEE Transactions on Image Processing 6(2), 1997.
/// </remarks>
/// <param name="delta">δ, where the square turns into a line, in units of the target; positive and finite.</param>
public readonly struct PseudoHuber(double delta) : IPointwiseFormula, IExplicitFormula
{
    private readonly Parameter _delta = Parameter.Positive(delta);
    private readonly Parameter _inverse = 1 / delta;

    /// <summary>With the usual parameters.</summary>
    public PseudoHuber() : this(1)
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
        Lipschitz = _delta.Value,
    };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
        TLane.Evaluate(this, prediction, target);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Derivatives<TLane> Derivatives<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane>
    {
        // With x = |d|/δ, δ²(√(1 + x²) − 1) is δ·|d|·x/(√(1 + x²) + 1). From 10¹⁸ on, where x² may be infinite, the
        // quotient is 1 and the gradient δ; below 10⁻⁹, where x may be 0, it is ½d².
        TLane error = prediction - target;
        TLane size = TLane.Abs(_inverse * error);
        TLane root = TLane.Sqrt(1.0 + TLane.Square(size));
        TLane share = TLane.SelectGreater(size, 1e18, 1.0, size / (root + 1.0));
        TLane inverseRoot = 1.0 / root;
        TLane limit = TLane.SelectGreater(error, 0.0, _delta, -_delta);
        return new()
        {
            Value = TLane.SelectGreater(size, 1e-9, _delta * (TLane.Abs(error) * share), 0.5 * error * error),
            First = TLane.SelectGreater(size, 1e18, limit, error * inverseRoot),
            Second = inverseRoot * inverseRoot * inverseRoot,
        };
    }
}
