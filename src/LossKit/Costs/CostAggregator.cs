using LossKit.Costs;

namespace LossKit;

/// <summary>
/// The mean loss across batches of any sizes and weights: the mean over all examples, not the mean of batch means.
/// </summary>
/// <remarks>
/// One thread at a time: give each thread or process its own, and <see cref="Merge(CostAggregator)"/> them, or their
/// <see cref="State"/>, at the end.
/// </remarks>
/// <param name="whenEmpty">What <see cref="Mean"/> returns where there is nothing to average.</param>
public sealed class CostAggregator(double whenEmpty = double.NaN)
{
    /// <summary>The cost of all batches so far.</summary>
    public Cost Total { get; private set; }

    /// <summary>How many batches there were, those without weight included.</summary>
    public long Batches { get; private set; }

    /// <summary>
    /// The number, from 0, of the first batch whose sum was NaN or infinite, if there was one: from there on the mean
    /// is not finite either.
    /// </summary>
    public long? FirstNonFiniteBatch { get; private set; }

    /// <summary>The mean loss over all examples so far.</summary>
    public double Mean => Total.MeanOr(whenEmpty);

    /// <summary>Everything but <c>whenEmpty</c>, as plain numbers for any serialiser.</summary>
    public CostAggregatorState State => new(
        Total.SumParts.Sum,
        Total.SumParts.Error,
        Total.WeightParts.Sum,
        Total.WeightParts.Error,
        Total.Count,
        Batches,
        FirstNonFiniteBatch);

    /// <summary>Adds a batch.</summary>
    public void Add(Cost batch)
    {
        if (!double.IsFinite(batch.Sum) || !double.IsFinite(batch.Weight))
        {
            FirstNonFiniteBatch ??= Batches;
        }

        Total += batch;
        Batches++;
    }

    /// <summary>Adds what another aggregator has seen, as if its batches came after this one's.</summary>
    public void Merge(CostAggregatorState other)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(other.Count);
        ArgumentOutOfRangeException.ThrowIfNegative(other.Batches);
        FirstNonFiniteBatch ??= Batches + other.FirstNonFiniteBatch;
        Total += new Cost(
            new CompensatedSum(other.Sum, other.SumError),
            new CompensatedSum(other.Weight, other.WeightError),
            other.Count);
        Batches += other.Batches;
    }

    /// <inheritdoc cref="Merge(CostAggregatorState)"/>
    public void Merge(CostAggregator other)
    {
        ArgumentNullException.ThrowIfNull(other);
        Merge(other.State);
    }

    /// <summary>Starts again, as at the beginning of an epoch.</summary>
    public void Reset()
    {
        Total = default;
        Batches = 0;
        FirstNonFiniteBatch = null;
    }
}
