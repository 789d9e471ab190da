namespace LossKit;

/// <summary>
/// A loss of a batch of embeddings with labels: rows of one label are to lie near each other, rows of different labels
/// apart. Predictions are rows × dimension, row by row; labels (any integers) and weights are one a row.
/// </summary>
/// <remarks>
/// Batches should hold several rows each of several labels: a row without another of its label teaches little. All
/// labels are alike, none is ignored. Every row is an anchor that is compared with all others; its weight is that of
/// its losses.
/// <see cref="Cost.Weight"/> and <see cref="Cost.Count"/> are those of the losses that count, so that a batch without
/// any (of one class only, say) has a NaN mean, a gradient of exact zeros, and adds nothing to an aggregate. The
/// gradient must lie apart from everything else. A NaN spreads to all rows that are compared with it. Scratch memory is
/// rented from the shared array pool for the time of a call: of the order of rows × rows where triplets are mined; else
/// as much as the batch has, and 1 MB or 48 numbers a row, or all rows × rows where that is at most 16 times the batch
/// or a million numbers.
/// </remarks>
/// <inheritdoc cref="ILoss{T, TTarget}"/>
public abstract class EmbeddingLoss<T> : ILoss<T, int> where T : unmanaged, IFloatingPointIeee754<T>
{
    private protected EmbeddingLoss(int dimension)
    {
        Precision.Check<T>();
        Dimension = EmbeddingChecks.Dimension(dimension);
    }

    /// <summary>How many numbers a row has.</summary>
    public int Dimension { get; }

    /// <inheritdoc/>
    public Shape Shape => new(Dimension, 1) { Losses = null };

    /// <summary>How many losses <see cref="PerExample"/> writes for a batch with these labels.</summary>
    public abstract int Losses(ReadOnlySpan<int> labels);

    /// <inheritdoc/>
    public Cost Value(ReadOnlySpan<T> predictions, ReadOnlySpan<int> targets, ReadOnlySpan<T> weights = default) =>
        Run(Batch(predictions, targets, weights), Reduction.Mean, out _);

    /// <summary>The loss of a batch, and each loss by itself.</summary>
    /// <param name="predictions">The embeddings: rows × dimension.</param>
    /// <param name="targets">The labels, one a row.</param>
    /// <param name="losses">
    /// Receives the losses, before weights, anchor by anchor; <see cref="Losses"/> says how many there are.
    /// </param>
    /// <param name="weights">What each anchor counts in the returned cost; none means 1 each.</param>
    /// <returns>As <see cref="Value"/>.</returns>
    /// <exception cref="ArgumentException">Lengths do not fit, or buffers overlap.</exception>
    public Cost PerExample(
        ReadOnlySpan<T> predictions, ReadOnlySpan<int> targets, Span<T> losses, ReadOnlySpan<T> weights = default)
    {
        EmbeddingBatch<T> batch = Batch(predictions, targets, weights);
        BatchChecks.Length("losses", losses.Length, Losses(targets), "losses");
        CheckApart("losses", losses, batch);
        return Run(batch with { Losses = losses }, Reduction.Mean, out _);
    }

    /// <inheritdoc/>
    public Cost ValueAndGradient(
        ReadOnlySpan<T> predictions,
        ReadOnlySpan<int> targets,
        Span<T> gradient,
        ReadOnlySpan<T> weights = default,
        Reduction reduction = Reduction.Mean) =>
        ValueAndGradient(predictions, targets, gradient, weights, reduction, out _);

    private protected Cost ValueAndGradient(
        ReadOnlySpan<T> predictions,
        ReadOnlySpan<int> targets,
        Span<T> gradient,
        ReadOnlySpan<T> weights,
        Reduction reduction,
        out TripletCount triplets)
    {
        EmbeddingBatch<T> batch = Batch(predictions, targets, weights);
        EmbeddingChecks.SameLength("gradient", gradient.Length, "predictions", predictions.Length);
        CheckApart("gradient", gradient, batch);
        return Run(batch with { Gradient = gradient }, reduction, out triplets);
    }

    private protected abstract Cost Run(in EmbeddingBatch<T> batch, Reduction reduction, out TripletCount triplets);

    private EmbeddingBatch<T> Batch(
        ReadOnlySpan<T> predictions, ReadOnlySpan<int> targets, ReadOnlySpan<T> weights)
    {
        int rows = BatchChecks.Rows("predictions", predictions.Length, Dimension, "numbers");
        BatchChecks.Length("targets", targets.Length, rows, "rows");
        EmbeddingChecks.Weights(weights, rows, "rows");
        return new() { Dimension = Dimension, Embeddings = predictions, Labels = targets, Weights = weights };
    }

    private static void CheckApart(string name, Span<T> output, in EmbeddingBatch<T> batch)
    {
        BatchChecks.Apart(name, output, "predictions", batch.Embeddings);
        BatchChecks.Apart(name, output, "targets", batch.Labels);
        BatchChecks.Apart(name, output, "weights", batch.Weights);
    }
}
