namespace LossKit.Formulas;

/// <summary>
/// 1 where the target is at most the prediction, else 0: its mean is the share of targets that a predicted quantile
/// covers, which is to be the quantile's.
/// </summary>
/// <remarks>
/// Of a vector of quantiles the coverage of each, column by column. Source: Gneiting, Balabdaoui and Raftery,
/// "Probabilistic Forecasts, Calibration and Sharpness", JRSS B 69, 2007.
/// </remarks>
internal readonly struct Coverage : IPointwiseFormula
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
        TLane.SelectGreater(target, prediction, 0.0, 1.0);
}
