namespace LossKit.Formulas;

/// <summary>
/// q(t − p) where the target t is at least the prediction p, else (1 − q)(p − t): the pinball loss, least at the
/// quantile q of the targets.
/// </summary>
/// <remarks>
/// Gradient −q where t ≥ p, <b>also at p = t</b>, else 1 − q; Hessian 0. q weights under-prediction, as in
/// scikit-learn, LightGBM and XGBoost; the gradient at p = t is scikit-learn's. q = ½ is half the absolute error.
/// Source: Koenker and Bassett, "Regression Quantiles", Econometrica 46(1), 1978.
/// </remarks>
/// <param name="quantile">q, strictly between 0 and 1.</param>
public readonly struct Quantile(double quantile) : IPointwiseFormula
{
    private readonly Parameter _quantile = Parameter.InnerProbability(quantile);
    private readonly Parameter _over = 1 - quantile;

    /// <inheritdoc/>
    public LossFacts Facts => new()
    {
        Convexity = Convexity.Convex,
        Curvature = Curvature.Zero,
        IsSymmetric = _quantile == _over,
        IsLeastAtTarget = true,
        LossAtTarget = 0,
        Elicits = _quantile.IsMissing ? null : Statistic.Quantile(_quantile.Value),
        Lipschitz = Math.Max(_quantile.Value, _over.Value),
        Kinks = [0],
    };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane>
    {
        TLane error = prediction - target;
        return TLane.SelectGreater(prediction, target, _over * error, -_quantile * error);
    }
}
