using System.Globalization;
using System.Numerics;
using LossKit.Costs;

namespace LossKit;

/// <summary>A number that sums up weighted numbers: their mean, their median or another quantile.</summary>
public sealed class Statistic
{
    private readonly double? _quantile;

    private Statistic(string name, double? quantile = null)
    {
        Name = name;
        _quantile = quantile;
    }

    /// <summary>Σwt / Σw.</summary>
    public static Statistic Mean { get; } = new("mean");

    /// <summary>The quantile ½.</summary>
    public static Statistic Median { get; } = new("median", 0.5);

    /// <summary>The usual name.</summary>
    public string Name { get; }

    /// <summary>
    /// The least number that a share of at least q of the weight does not exceed; midway to the next one if the share
    /// is exactly q, as the median of an even count is.
    /// </summary>
    /// <param name="q">Strictly between 0 and 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is not.</exception>
    public static Statistic Quantile(double q) => new(
        string.Create(CultureInfo.InvariantCulture, $"quantile {Parameter.InnerProbability(q)}"), q);

    /// <summary>
    /// The statistic of some numbers; NaN if one of them is NaN or there is no weight. Quantiles sort copies, which
    /// they allocate.
    /// </summary>
    /// <param name="numbers">The numbers.</param>
    /// <param name="weights">What each counts; none means 1 each.</param>
    /// <exception cref="ArgumentException">Lengths differ, or a weight is negative or not finite.</exception>
    public double Of<T>(ReadOnlySpan<T> numbers, ReadOnlySpan<T> weights = default)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        SpanChecks.LengthIfGiven(nameof(weights), weights.Length, nameof(numbers), numbers.Length);
        SpanChecks.Weights(weights);
        return _quantile is double quantile ? QuantileOf(numbers, weights, quantile) : MeanOf(numbers, weights);
    }

    /// <summary>The name.</summary>
    public override string ToString() => Name;

    private static double MeanOf<T>(ReadOnlySpan<T> numbers, ReadOnlySpan<T> weights)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        WeightedMean mean = default;
        for (int i = 0; i < numbers.Length; i++)
        {
            mean.Add(ToDouble(numbers[i]), weights.IsEmpty ? 1 : ToDouble(weights[i]));
        }

        return mean.Cost.Mean;
    }

    private static double QuantileOf<T>(ReadOnlySpan<T> numbers, ReadOnlySpan<T> weights, double quantile)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T[] sorted = numbers.ToArray();
        T[] weightOf = new T[sorted.Length];
        weightOf.AsSpan().Fill(T.One);
        weights.CopyTo(weightOf);
        Array.Sort(sorted, weightOf);

        // NaN comes first in order.
        double share = quantile * weightOf.Sum(ToDouble);
        if (share == 0 || T.IsNaN(sorted[0]))
        {
            return double.NaN;
        }

        CompensatedSum below = default;
        double? atShare = null;
        for (int i = 0; i < sorted.Length; i++)
        {
            if (weightOf[i] == T.Zero)
            {
                continue;
            }

            double number = ToDouble(sorted[i]);
            if (atShare is double lower)
            {
                return lower + (number - lower) / 2;
            }

            below += ToDouble(weightOf[i]);
            if (below.Total > share)
            {
                return number;
            }

            if (below.Total == share)
            {
                atShare = number;
            }
        }

        // Rounding may leave the whole weight just short of the share.
        return atShare ?? ToDouble(sorted[^1]);
    }

    private static double ToDouble<T>(T number) where T : unmanaged, IFloatingPointIeee754<T> =>
        double.CreateTruncating(number);
}
