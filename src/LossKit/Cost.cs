using System.Globalization;
using System.Text.Json.Serialization;

namespace LossKit;

/// <summary>
/// The weighted sum of losses together with what it is to be divided by, so that costs of batches, epochs, threads and
/// machines merge by <c>+</c>, whatever their sizes and weights.
/// </summary>
/// <remarks>
/// Sums are kept in double with their rounding errors beside them, and with a power of two that both are multiplied
/// with: weights and losses whose sums leave the range of double still have a mean, and add up. System.Text.Json writes
/// and reads all of it, to the last bit.
/// </remarks>
[JsonConverter(typeof(CostJsonConverter))]
public readonly struct Cost : IEquatable<Cost>
{
    /// <summary>No sum of doubles needs more, and exponents so small add up without a check.</summary>
    internal const int FarthestExponent = 1_000_000;

    /// <summary>
    /// Sums are brought to at most 2^1020: with another one, and what they have lost, they are finite.
    /// </summary>
    private const int LargestExponent = 1020;

    private readonly CompensatedSum _sum;
    private readonly CompensatedSum _weight;
    private readonly int _exponent;

    /// <summary>The cost of <paramref name="count"/> examples.</summary>
    /// <param name="sum">Σ wᵢlᵢ.</param>
    /// <param name="weight">Σ wᵢ.</param>
    /// <param name="count">How many examples, at least 0.</param>
    public Cost(double sum, double weight, long count)
        : this(new CompensatedSum(sum, 0), new CompensatedSum(weight, 0), count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
    }

    /// <summary>
    /// The cost whose sums are <paramref name="sum"/> and <paramref name="weight"/> times 2^<paramref
    /// name="exponent"/>.
    /// </summary>
    internal Cost(CompensatedSum sum, CompensatedSum weight, long count, int exponent = 0)
    {
        _sum = sum;
        _weight = weight;
        Count = count;
        _exponent = exponent;
    }

    /// <summary>The weighted sum of the losses; ±∞ beyond the range of double.</summary>
    public double Sum => Math.ScaleB(_sum.Total, _exponent);

    /// <summary>The total weight, which is the count if there are no weights; ±∞ beyond the range of double.</summary>
    public double Weight => Math.ScaleB(_weight.Total, _exponent);

    /// <summary>How many examples there were, those of weight 0 included, those whose label is ignored not.</summary>
    public long Count { get; }

    /// <summary>
    /// The mean loss <see cref="Sum"/> / <see cref="Weight"/>, also where these leave the range of double; NaN where
    /// there is no weight.
    /// </summary>
    public double Mean => MeanOr(double.NaN);

    internal CompensatedSum SumParts => _sum;

    internal CompensatedSum WeightParts => _weight;

    internal int Exponent => _exponent;

    private bool HasSums => _sum != default || _weight != default;

    /// <summary>The least exponent at which the sums are still finite.</summary>
    private long LeastExponent
    {
        get
        {
            double largest = Math.Max(FiniteSize(_sum.Sum), FiniteSize(_weight.Sum));
            return _exponent - (largest == 0 ? int.MaxValue : LargestExponent - (long)Math.ILogB(largest));

            static double FiniteSize(double number) => double.IsFinite(number) ? Math.Abs(number) : 0;
        }
    }

    /// <summary>The mean loss, or <paramref name="whenEmpty"/> where there is nothing to average.</summary>
    public double MeanOr(double whenEmpty) => _weight.Total == 0 ? whenEmpty : _sum.Total / _weight.Total;

    /// <summary>The cost of both together.</summary>
    /// <exception cref="OverflowException">Together they are of more than 2⁶³ − 1 examples.</exception>
    public static Cost operator +(Cost left, Cost right)
    {
        long count = AddCounts(left.Count, right.Count);
        int exponent = CommonExponent(left, right);
        Cost total = Add(left, right, count, exponent);

        // Four times the range holds any two sums.
        return IsTooLarge(total._sum, left._sum, right._sum) || IsTooLarge(total._weight, left._weight, right._weight)
            ? Add(left, right, count, exponent + 2)
            : total;
    }

    /// <inheritdoc cref="op_Addition"/>
    public static Cost Add(Cost left, Cost right) => left + right;

    /// <summary>Whether sums, weights and counts are the same.</summary>
    public static bool operator ==(Cost left, Cost right) => left.Equals(right);

    /// <summary>Whether sums, weights or counts differ.</summary>
    public static bool operator !=(Cost left, Cost right) => !left.Equals(right);

    /// <inheritdoc/>
    public bool Equals(Cost other)
    {
        int exponent = CommonExponent(this, other);
        (Cost left, Cost right) = (At(exponent), other.At(exponent));
        return left._sum == right._sum && left._weight == right._weight && Count == other.Count;
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Cost other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Sum, Weight, Count);

    /// <summary>Mean, weight and count, for logs.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"mean {Mean:G6} (weight {Weight:G6}, {Count} examples)");

    internal static bool IsExponent(int exponent) => exponent is >= -FarthestExponent and <= FarthestExponent;

    /// <summary>Both counts together.</summary>
    internal static long AddCounts(long left, long right) => left + right is long sum and >= 0
        ? sum
        : throw new OverflowException(FormattableString.Invariant(
            $"{left} and {right} are more than a count can hold, {long.MaxValue}."));

    private static Cost Add(Cost left, Cost right, long count, int exponent)
    {
        (left, right) = (left.At(exponent), right.At(exponent));
        return new(left._sum + right._sum, left._weight + right._weight, count, exponent);
    }

    private static bool IsTooLarge(CompensatedSum total, CompensatedSum left, CompensatedSum right) =>
        !double.IsFinite(total.Total) && double.IsFinite(left.Total) && double.IsFinite(right.Total);

    /// <summary>
    /// The smaller of both exponents, or as much more as the sums at the larger one need: what is scaled up loses
    /// nothing, and what is scaled down only what is 2^1000 times smaller than the other.
    /// </summary>
    private static int CommonExponent(Cost left, Cost right)
    {
        if (left._exponent == right._exponent || !right.HasSums)
        {
            return left._exponent;
        }

        return left.HasSums
            ? (int)Math.Max(
                Math.Min(left._exponent, right._exponent), Math.Max(left.LeastExponent, right.LeastExponent))
            : right._exponent;
    }

    private Cost At(int exponent) => exponent == _exponent
        ? this
        : new(_sum.Scaled(_exponent - exponent), _weight.Scaled(_exponent - exponent), Count, exponent);
}
