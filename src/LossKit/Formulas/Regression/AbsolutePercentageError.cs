namespace LossKit.Formulas;

/// <summary>
/// |d| / max(|t|, ε), with d = prediction − target and target t: a fraction of the target, not times 100.
/// </summary>
/// <remarks>
/// Gradient sign d / max(|t|, ε), 0 at d = 0; Hessian 0. scikit-learn's <c>mean_absolute_percentage_error</c>;
/// Keras multiplies by 100 and has ε = 1e-7, LightGBM divides by at least 1. It prefers predictions that are too
/// low: these are never off by more than 1. Source: Makridakis, "Accuracy Measures", International Journal of
/// Forecasting 9(4), 1993.
/// </remarks>
/// <param name="epsilon">ε, the least divisor, in units of the target; positive and finite.</param>
public readonly struct AbsolutePercentageError(double epsilon) : IPointwiseFormula, IExplicitFormula
{
    private readonly Parameter _epsilon = Parameter.Positive(epsilon);
    private readonly Parameter _halfEpsilon = 0.5 * epsilon;

    /// <summary>With the usual parameters.</summary>
    public AbsolutePercentageError() : this(2.220446049250313e-16)
    {
    }

    /// <inheritdoc/>
    public LossFacts Facts => new()
    {
        Convexity = Convexity.Convex,
        Curvature = Curvature.Zero,
        IsSymmetric = true,
        IsLeastAtTarget = true,
        LossAtTarget = 0,
        Lipschitz = 1 / _epsilon.Value,
        Kinks = [0],
    };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
        TLane.Evaluate(this, prediction, target);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Derivatives<TLane> Derivatives<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane>
    {
        // Of halves, because the difference of large numbers may be out of range.
        TLane halfTarget = 0.5 * target;
        TLane bounded = TLane.Max(_halfEpsilon, TLane.Abs(halfTarget));
        return new()
        {
            Value = TLane.Abs(0.5 * prediction - halfTarget) / bounded,
            First = Signed.Compare(prediction, target, 0.5 * (1.0 / bounded)),
            Second = 0.0,
        };
    }
}
