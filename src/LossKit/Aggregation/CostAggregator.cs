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
        FirstNonFiniteBatch,
        Total.Exponent);

    /// <summary>Adds a batch.</summary>
    /// <exception cref="OverflowException">There are more examples than a count can hold; nothing is added.</exception>
    public void Add(Cost batch)
    {
        // The sums as they are stored: that the true ones are beyond the range of double is no error.
        bool isFinite = double.IsFinite(batch.SumParts.Total) && double.IsFinite(batch.WeightParts.Total);
        Add(batch, 1, isFinite ? null : 0);
    }

    /// <summary>Adds what another aggregator has seen, as if its batches came after this one's.</summary>
    /// <exception cref="ArgumentException">A count is negative, or another number cannot be.</exception>
    /// <exception cref="OverflowException">There are more examples than a count can hold; nothing is added.</exception>
    public void Merge(CostAggregatorState other)
    {
        Check(other.Count >= 0, nameof(other.Count), other.Count, "at least 0");
        Check(other.Batches >= 0, nameof(other.Batches), other.Batches, "at least 0");
        if (other.FirstNonFiniteBatch is long first)
        {
            Check(
                first >= 0 && first < other.Batches,
                nameof(other.FirstNonFiniteBatch),
                first,
                FormattableString.Invariant($"the number of one of the {other.Batches} batches, from 0"));
        }

        Check(
            Cost.IsExponent(other.Exponent),
            nameof(other.Exponent),
            other.Exponent,
            FormattableString.Invariant($"between {-Cost.FarthestExponent} and {Cost.FarthestExponent}"));
        Cost cost = new(
            new CompensatedSum(other.Sum, other.SumError),
            new CompensatedSum(other.Weight, other.WeightError),
            other.Count,
            other.Exponent);
        Add(cost, other.Batches, other.FirstNonFiniteBatch);

        static void Check(bool isRight, string name, long given, string expected)
        {
            if (!isRight)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(other), FormattableString.Invariant($"'{name}' is {given}: must be {expected}."));
            }
        }
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

    private void Add(Cost cost, long batches, long? firstNonFinite)
    {
        Cost total = Total + cost;
        long allBatches = Cost.AddCounts(Batches, batches);
        FirstNonFiniteBatch ??= Batches + firstNonFinite;
        Total = total;
        Batches = allBatches;
    }
}
