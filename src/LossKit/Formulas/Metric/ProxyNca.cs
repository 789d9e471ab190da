namespace LossKit.Formulas;

/// <summary>
/// log Σ_z e^(−s·D²(z)) + s·D²(y) of each row, D² = 2 − 2·cos being its squared distances to the proxies z of classes,
/// once both are normalised, and y that of its label.
/// </summary>
/// <remarks>
/// As log(1 + e^(log Σ over other proxies + s·D²(y))), so that confident rows keep their digits; without the label's
/// proxy in the sum, which the first paper has, the 1 is missing and the loss may be negative. Scores are cosines,
/// targets 1 for the label's proxy and 0 for others. Sources: Movshovitz-Attias et al., "No Fuss Distance Metric
/// Learning using Proxies", ICCV 2017; Teh, DeVries and Taylor, "ProxyNCA++", ECCV 2020.
/// </remarks>
/// <param name="scale">s, positive and finite.</param>
/// <param name="excludePositive">Whether the sum leaves out the label's proxy.</param>
public readonly struct ProxyNca(double scale, bool excludePositive) : IGroupFormula<LogSumExpFold, LogSumExpFold>
{
    private readonly Parameter _scale = Parameter.Positive(scale);
    private readonly Flag _excludePositive = excludePositive;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Entries<TLane> Entry<TLane>(TLane score, TLane target) where TLane : struct, ILane<TLane>
    {
        TLane nearness = _scale * (score + score - 2.0);
        return new(
            TLane.SelectGreater(target, 0.5, nearness, double.NegativeInfinity),
            TLane.SelectGreater(0.5, target, nearness, double.NegativeInfinity));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane first, TLane second) where TLane : struct, ILane<TLane> =>
        _excludePositive ? second - first : TLane.Softplus(second - first);
}
