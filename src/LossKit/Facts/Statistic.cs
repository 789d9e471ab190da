using System.Globalization;

namespace LossKit;

/// <summary>A number that sums up weighted numbers: their mean, their median or another quantile.</summary>
public sealed class Statistic
{
    /// <summary>
    /// How many units in the last place of the total the share and the weights up to it can be apart: half of one each
    /// for the rounding of weights, of their total, of q and of its product.
    /// </summary>
    private const double Roundings = 2;

    /// <summary>What share of a weight is too little to be one: equal weights are half of one apart.</summary>
    private const double LittleOfWeight = 0.25;

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
    /// <remarks>
    /// Weights are taken for the decimals that they were rounded from: ten of 0.1 have their median where ten of 1 have
    /// it. A share counts as exactly q if it differs by no more than such roundings can make, and by far less than what
    /// any of the numbers next to it weighs.
    /// </remarks>
    /// <param name="q">Strictly between 0 and 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is not.</exception>
    public static Statistic Quantile(double q) => new(
        string.Create(CultureInfo.InvariantCulture, $"quantile {Parameter.InnerProbability(q)}"), q);

    /// <summary>
    /// The statistic of some numbers; NaN if one of them is NaN, unless its weight is 0, or there is no weight.
    /// Quantiles sort copies, which they allocate.
    /// </summary>
    /// <param name="numbers">The numbers.</param>
    /// <param name="weights">What each counts; none means 1 each.</param>
    /// <exception cref="ArgumentException">Lengths differ, or a weight is negative or not finite.</exception>
    public double Of<T>(ReadOnlySpan<T> numbers, ReadOnlySpan<T> weights = default)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        BatchChecks.LengthIfGiven(nameof(weights), weights.Length, nameof(numbers), numbers.Length);
        EntryChecks.Weights(weights);
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
        sorted = LeaveOutWeightless(sorted, weightOf);

        // NaN comes first in order.
        if (sorted.Length == 0 || T.IsNaN(sorted[0]))
        {
            return double.NaN;
        }

        // Scaled to about 1, so that neither the largest weights nor the smallest leave the range of double.
        int exponent = -Math.ILogB(ToDouble(Largest(weightOf.AsSpan(0, sorted.Length))));
        CompensatedSum total = default;
        for (int i = 0; i < sorted.Length; i++)
        {
            total += WeightOf(i);
        }

        double share = quantile * total.Total;
        double rounding = Roundings * ToDouble(T.BitIncrement(T.One) - T.One) * total.Total;
        CompensatedSum upToHere = default;
        for (int i = 0; i < sorted.Length - 1; i++)
        {
            upToHere += WeightOf(i);
            double left = share - upToHere.Total;
            if (Math.Abs(left) <= Math.Min(rounding, LittleOfWeight * Math.Min(WeightOf(i), WeightOf(i + 1))))
            {
                return Midway(ToDouble(sorted[i]), ToDouble(sorted[i + 1]));
            }

            if (left < 0)
            {
                return ToDouble(sorted[i]);
            }
        }

        return ToDouble(sorted[^1]);

        double WeightOf(int i) => Math.ScaleB(ToDouble(weightOf[i]), exponent);
    }

    /// <summary>The numbers that have a weight, in the same order, as their weights are now at the beginning.</summary>
    private static T[] LeaveOutWeightless<T>(T[] numbers, T[] weights) where T : unmanaged, IFloatingPointIeee754<T>
    {
        int count = 0;
        for (int i = 0; i < numbers.Length; i++)
        {
            if (weights[i] != T.Zero)
            {
                (numbers[count], weights[count]) = (numbers[i], weights[i]);
                count++;
            }
        }

        Array.Resize(ref numbers, count);
        return numbers;
    }

    private static T Largest<T>(ReadOnlySpan<T> numbers) where T : unmanaged, IFloatingPointIeee754<T>
    {
        T largest = T.Zero;
        foreach (T number in numbers)
        {
            largest = T.Max(largest, number);
        }

        return largest;
    }

    /// <summary>Halfway between two numbers, also where their sum overflows or one is infinite.</summary>
    private static double Midway(double lower, double upper) =>
        double.IsFinite(lower + upper) ? (lower + upper) / 2 : lower == upper ? lower : lower / 2 + upper / 2;

    private static double ToDouble<T>(T number) where T : unmanaged, IFloatingPointIeee754<T> =>
        double.CreateTruncating(number);
}
