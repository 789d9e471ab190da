namespace LossKit;

/// <summary>
/// A number of a whole batch, whose inputs are a small struct of spans that names them: a concordance index, a Brier
/// score, the loss of an <see cref="IBatchLoss{T, TBatch, TGradients}"/>.
/// </summary>
/// <remarks>
/// What a weight of 0 covers counts for nothing, not even as a NaN. Without weight the mean is NaN. Costs of several
/// batches add up to that of all of them where the metric is a mean of what each batch has, which it says. Immutable
/// and safe to share between threads.
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <typeparam name="TBatch">The inputs.</typeparam>
public interface IBatchMetric<T, TBatch>
    where T : unmanaged
    where TBatch : struct, allows ref struct
{
    /// <summary>The loss or metric of a batch.</summary>
    /// <param name="batch">The inputs.</param>
    /// <param name="weights">What each loss, row or person of the batch counts; none means 1 each.</param>
    /// <returns>Weighted sum, total weight and count; <see cref="Cost.Mean"/> is the mean.</returns>
    /// <exception cref="ArgumentException">Lengths do not fit.</exception>
    Cost Value(TBatch batch, ReadOnlySpan<T> weights = default);
}
