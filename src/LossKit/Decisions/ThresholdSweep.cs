using System.Numerics;
using LossKit.Costs;

namespace LossKit.Decisions;

/// <summary>The threshold of least cost, by going through the scores from the highest down.</summary>
internal static class ThresholdSweep
{
    // The costs are one for all examples, or one for each.
    public static double Of<T>(
        ReadOnlySpan<DecisionCosts> costs,
        ReadOnlySpan<T> scores,
        ReadOnlySpan<T> targets,
        ReadOnlySpan<T> weights)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        SpanChecks.Length(nameof(targets), targets.Length, nameof(scores), scores.Length);
        SpanChecks.LengthIfGiven(nameof(weights), weights.Length, nameof(scores), scores.Length);
        NoNaN(nameof(scores), scores);
        NoNaN(nameof(targets), targets);
        NoNaN(nameof(weights), weights);

        T[] sorted = scores.ToArray();
        int[] order = new int[sorted.Length];
        for (int i = 0; i < order.Length; i++)
        {
            order[i] = i;
        }

        Array.Sort(sorted, order);

        // What deciding positive down to here has cost more than never doing so.
        CompensatedSum more = default;
        double least = 0;
        double best = double.PositiveInfinity;
        for (int i = order.Length - 1; i >= 0; i--)
        {
            int example = order[i];
            DecisionCosts cost = costs.Length == 1 ? costs[0] : costs[example];
            double difference = targets[example] > T.CreateTruncating(0.5)
                ? cost.TruePositive - cost.FalseNegative
                : cost.FalsePositive - cost.TrueNegative;
            more += weights.IsEmpty ? difference : difference * double.CreateTruncating(weights[example]);

            // Between equal scores there is no threshold, and no threshold keeps a score of +∞ from being positive.
            bool splits = i == 0 || sorted[i - 1] < sorted[i];
            if (splits && (more.Total < least || T.IsPositiveInfinity(sorted[i])))
            {
                least = more.Total;
                best = T.IsPositiveInfinity(sorted[i])
                    ? best
                    : i == 0 ? double.NegativeInfinity : Between(sorted[i - 1], sorted[i]);
            }
        }

        return best;
    }

    public static double NotNaN(double threshold) => double.IsNaN(threshold)
        ? throw new ArgumentOutOfRangeException(
            nameof(threshold), threshold, "'threshold' must be a number or infinite.")
        : threshold;

    /// <summary>
    /// Midway, and in <typeparamref name="T"/>, so that the comparison with the scores comes out as meant.
    /// </summary>
    private static double Between<T>(T lower, T upper) where T : unmanaged, IFloatingPointIeee754<T>
    {
        T half = T.CreateTruncating(0.5);
        T middle = half * lower + half * upper;
        return double.CreateTruncating(middle > lower && middle <= upper ? middle : upper);
    }

    private static void NoNaN<T>(string name, ReadOnlySpan<T> numbers) where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int i = 0; i < numbers.Length; i++)
        {
            if (T.IsNaN(numbers[i]))
            {
                throw new ArgumentException($"{name}[{i}] is NaN: a threshold needs numbers.", name);
            }
        }
    }
}
