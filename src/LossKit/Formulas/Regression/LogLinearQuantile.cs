namespace LossKit.Formulas;

/// <summary>
/// q(t − e^p) where the target t is at least e^p, else (1 − q)(e^p − t), p being the log of the quantile: the pinball
/// loss of what is positive.
/// </summary>
/// <remarks>
/// Gradient −q·e^p where t ≥ e^p, <b>also where they are equal</b>, else (1 − q)e^p, and the Hessian is the same;
/// CatBoost's <c>LogLinQuantile</c> has the other side where they are equal. e^p overflows to ∞ above 709.78 (88.72 in
/// float). Source: the documentation of CatBoost's <c>LogLinQuantile</c>.
/// </remarks>
/// <param name="quantile">q, strictly between 0 and 1.</param>
public readonly struct LogLinearQuantile(double quantile) : IPointwiseFormula
{
    private readonly Parameter _quantile = Parameter.InnerProbability(quantile);
    private readonly Parameter _over = 1 - quantile;

    /// <inheritdoc/>
    public LossFacts Facts => new()
    {
        Targets = Domain.NotNegative,
        Link = Link.Log,
        Convexity = Convexity.None,
        Curvature = Curvature.AnySign,
        IsLeastAtTarget = true,
        LossAtTarget = 0,
        Elicits = _quantile.IsMissing ? null : Statistic.Quantile(_quantile.Value),
        Lipschitz = double.PositiveInfinity,
        Kinks = null,
    };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane>
    {
        TLane error = TLane.Exp(prediction) - target;
        return TLane.SelectGreater(error, 0.0, _over * error, -_quantile * error);
    }
}
