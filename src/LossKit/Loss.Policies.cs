namespace LossKit;

// Losses of what a policy has sampled.
public static partial class Loss
{
    /// <summary>
    /// −min(ρ′A, clip(ρ, 1 − low, 1 + high)·A) + b·(eˣ − 1 − x) of each sampled token with advantage A, with ρ the
    /// ratio of its probability to the old one, ρ′ = min(ρ, c) and x = log-probability by the reference −
    /// log-probability: PPO, GRPO and their relatives.
    /// </summary>
    /// <remarks>
    /// Where the clipped side is the smaller, the first part has gradient 0. PPO and DAPO count by tokens, GRPO by
    /// sequences, Dr. GRPO by the longest length allowed; GSPO has the ratio of sequences. Means over micro-batches are
    /// not the mean over the batch: merge the costs. Sources: <see cref="Formulas.ClippedPolicy"/>; Zheng et al.,
    /// "Group Sequence Policy Optimization", 2025.
    /// </remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="clipLow">How far below 1 the ratio counts, from 0 to 1.</param>
    /// <param name="clipHigh">How far above 1 it counts; finite and not negative.</param>
    /// <param name="dualClip">
    /// c, above which ρ costs no more where A is negative, usually 3; <c>null</c> is off.
    /// </param>
    /// <param name="importance">Whether ρ is of each token or of its sequence.</param>
    /// <param name="klWeight">b, finite and not negative; if it is not 0 there must be a reference.</param>
    /// <param name="aggregation">What there is one loss of.</param>
    /// <param name="normalizer">
    /// What sums over sequences are divided by; positive and finite; means are of what they count.
    /// </param>
    public static PolicyLoss<T> ClippedPolicy<T>(
        double clipLow = 0.2,
        double clipHigh = 0.2,
        double? dualClip = null,
        ImportanceRatio importance = ImportanceRatio.Token,
        double klWeight = 0,
        TokenAggregation aggregation = TokenAggregation.TokenMean,
        double normalizer = 1)
        where T : unmanaged, IFloatingPointIeee754<T> => new(
            new TupleKernel<T, TupleProgram<ClippedPolicy>>(new(new(clipLow, clipHigh, dualClip, klWeight))),
            aggregation,
            normalizer,
            importance,
            needsReference: klWeight != 0)
        {
            Name = Made($"{clipLow}{clipHigh}{dualClip}{importance}{klWeight}{aggregation}{normalizer}"),
        };

    /// <inheritdoc cref="Formulas.Cispo"/>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="cap">c, the largest factor; positive and finite.</param>
    /// <param name="aggregation">What there is one loss of.</param>
    /// <param name="normalizer">
    /// What sums over sequences are divided by; positive and finite; means are of what they count.
    /// </param>
    public static PolicyLoss<T> Cispo<T>(
        double cap, TokenAggregation aggregation = TokenAggregation.TokenMean, double normalizer = 1)
        where T : unmanaged, IFloatingPointIeee754<T> => new(
            new TupleKernel<T, TupleProgram<Cispo>>(new(new(cap))), aggregation, normalizer)
        {
            Name = Made($"{cap}{aggregation}{normalizer}"),
        };
}
