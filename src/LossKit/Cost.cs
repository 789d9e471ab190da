using System.Globalization;
using LossKit.Costs;

namespace LossKit;

/// <summary>
/// The weighted sum of losses together with what it is to be divided by, so that costs of batches, epochs, threads and
/// machines merge by <c>+</c>, whatever their sizes and weights.
/// </summary>
/// <remarks>Sums are kept in double with their rounding errors beside them.</remarks>
public readonly struct Cost : IEquatable<Cost>
{
    private readonly CompensatedSum _sum;
    private readonly CompensatedSum _weight;

    /// <summary>The cost of <paramref name="count"/> examples.</summary>
    /// <param name="sum">Σ wᵢlᵢ.</param>
    /// <param name="weight">Σ wᵢ.</param>
    /// <param name="count">How many examples, at least 0.</param>
    public Cost(double sum, double weight, long count)
        : this(new CompensatedSum(sum, 0), new CompensatedSum(weight, 0), count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
    }

    internal Cost(CompensatedSum sum, CompensatedSum weight, long count)
    {
        _sum = sum;
        _weight = weight;
        Count = count;
    }

    /// <summary>The weighted sum of the losses.</summary>
    public double Sum => _sum.Total;

    /// <summary>The total weight, which is the count if there are no weights.</summary>
    public double Weight => _weight.Total;

    /// <summary>How many examples there were, those of weight 0 included.</summary>
    public long Count { get; }

    /// <summary>The mean loss <see cref="Sum"/> / <see cref="Weight"/>, NaN where there is no weight.</summary>
    public double Mean => MeanOr(double.NaN);

    internal CompensatedSum SumParts => _sum;

    internal CompensatedSum WeightParts => _weight;

    /// <summary>The mean loss, or <paramref name="whenEmpty"/> where there is nothing to average.</summary>
    public double MeanOr(double whenEmpty) => Weight == 0 ? whenEmpty : Sum / Weight;

    /// <summary>The cost of both together.</summary>
    public static Cost operator +(Cost left, Cost right) =>
        new(left._sum + right._sum, left._weight + right._weight, left.Count + right.Count);

    /// <inheritdoc cref="op_Addition"/>
    public static Cost Add(Cost left, Cost right) => left + right;

    /// <summary>Whether sums, weights and counts are the same.</summary>
    public static bool operator ==(Cost left, Cost right) => left.Equals(right);

    /// <summary>Whether sums, weights or counts differ.</summary>
    public static bool operator !=(Cost left, Cost right) => !left.Equals(right);

    /// <inheritdoc/>
    public bool Equals(Cost other) => _sum == other._sum && _weight == other._weight && Count == other.Count;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Cost other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_sum, _weight, Count);

    /// <summary>Mean, weight and count, for logs.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"mean {Mean:G6} (weight {Weight:G6}, {Count} examples)");
}
