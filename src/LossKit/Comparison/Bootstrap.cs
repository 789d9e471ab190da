namespace LossKit;

/// <summary>Intervals from samples drawn again, with replacement, from the examples that there are.</summary>
public static class Bootstrap
{
    /// <summary>The percentile interval of a weighted mean, as of differences of two models' losses.</summary>
    /// <remarks>
    /// It asks nothing of the distribution, and follows one that is skewed; of fewer than some tens of numbers it is
    /// too narrow, where <see cref="MeanEstimate.Interval"/> is the better one. An example is drawn with its weight.
    /// The same seed draws the same samples on every machine. Takes resamples × numbers steps, and allocates copies.
    /// Source: Efron and Tibshirani, "An Introduction to the Bootstrap", 1993, chapter 13.
    /// </remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="numbers">The numbers, one an example.</param>
    /// <param name="weights">What each example counts; none means 1 each.</param>
    /// <param name="confidence">Strictly between 0 and 1.</param>
    /// <param name="resamples">How many samples are drawn, at least 100.</param>
    /// <param name="seed">Where the generator (SplitMix64) starts.</param>
    /// <returns>NaN if a number is NaN, or there is no weight.</returns>
    /// <exception cref="ArgumentException">
    /// Lengths differ, a weight is negative or not finite, or a parameter is out of range.
    /// </exception>
    public static ConfidenceInterval OfMean<T>(
        ReadOnlySpan<T> numbers,
        ReadOnlySpan<T> weights = default,
        double confidence = 0.95,
        int resamples = 2000,
        int seed = 0)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Precision.Check<T>();
        BatchChecks.LengthIfGiven(nameof(weights), weights.Length, nameof(numbers), numbers.Length);
        EntryChecks.Weights(weights);
        double tail = TailOf(confidence, resamples);
        (double[] counts, double[] products, int exponent) = Scaled(numbers, weights);
        if (counts.Length == 0)
        {
            return new(double.NaN, double.NaN, confidence);
        }

        double[] means = new double[resamples];
        ulong state = (ulong)seed;
        for (int sample = 0; sample < resamples; sample++)
        {
            double weight = 0;
            double sum = 0;
            for (int i = 0; i < counts.Length; i++)
            {
                int drawn = (int)Math.BigMul(Next(ref state), (ulong)counts.Length, out _);
                weight += counts[drawn];
                sum += products[drawn];
            }

            means[sample] = sum / weight;
        }

        return new(End(tail), End(1 - tail), confidence);

        double End(double share) => Math.ScaleB(Statistic.Quantile(share).Of<double>(means), exponent);
    }

    /// <summary>What is beyond either end of an interval; the number of resamples is checked with it.</summary>
    internal static double TailOf(double confidence, int resamples)
    {
        double tail = (1 - Parameter.InnerProbability(confidence).Value) / 2;
        ArgumentOutOfRangeException.ThrowIfLessThan(resamples, 100);
        return tail;
    }

    /// <summary>A number from the standard normal distribution, by Box and Muller.</summary>
    internal static double Normal(ref ulong state) =>
        Math.Sqrt(-2 * Math.Log(Share(ref state))) * Math.Cos(Math.Tau * Share(ref state));

    /// <summary>A number between 0 and 1.</summary>
    private static double Share(ref ulong state) => ((Next(ref state) >> 11) + 0.5) / (1L << 53);

    /// <summary>Weights, and weights times numbers, in units in which no sum leaves the range of double.</summary>
    private static (double[] Weights, double[] Products, int Exponent) Scaled<T>(
        ReadOnlySpan<T> numbers, ReadOnlySpan<T> weights)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        List<double> counts = new(numbers.Length);
        List<double> used = new(numbers.Length);
        for (int i = 0; i < numbers.Length; i++)
        {
            double weight = weights.IsEmpty ? 1 : double.CreateTruncating(weights[i]);
            if (weight > 0)
            {
                counts.Add(weight);
                used.Add(double.CreateTruncating(numbers[i]));
            }
        }

        int exponent = ExponentOf(used);
        int ofWeights = ExponentOf(counts);
        double[] scaled = [.. counts.Select(weight => Math.ScaleB(weight, -ofWeights))];
        return (scaled, [.. used.Zip(scaled, (number, weight) => weight * Math.ScaleB(number, -exponent))], exponent);

        static int ExponentOf(List<double> given)
        {
            double largest = given.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty().Max();
            return largest > 0 ? Math.ILogB(largest) : 0;
        }
    }

    /// <summary>Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014.</summary>
    private static ulong Next(ref ulong state)
    {
        ulong z = state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
