namespace LossKit.Internals;

/// <summary>The threshold of least cost, by going through the scores from the highest down.</summary>
internal static class ThresholdSweep
{
    // Two costs of 2^961 each, 2³¹ times over and with a weight of up to 2, are still finite.
    private const int ExponentOfCosts = 960;

    // The costs are one for all examples, or one for each.
    public static DecisionThreshold Of<T>(
        ReadOnlySpan<DecisionCosts> costs,
        ReadOnlySpan<T> scores,
        ReadOnlySpan<T> targets,
        ReadOnlySpan<T> weights)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        BatchChecks.Length(nameof(targets), targets.Length, nameof(scores), scores.Length);
        BatchChecks.LengthIfGiven(nameof(weights), weights.Length, nameof(scores), scores.Length);
        NoNaN(nameof(weights), weights, default);
        NoNaN(nameof(scores), scores, weights);
        NoNaN(nameof(targets), targets, weights);
        double threshold = Sweep(costs, scores, targets, weights);
        return new(threshold, CostAt(threshold, costs, scores, targets, weights));
    }

    /// <summary>What decisions at a threshold cost.</summary>
    public static Cost CostAt<T>(
        double threshold,
        ReadOnlySpan<DecisionCosts> costs,
        ReadOnlySpan<T> scores,
        ReadOnlySpan<T> targets,
        ReadOnlySpan<T> weights)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        WeightedMean mean = default;
        for (int i = 0; i < scores.Length; i++)
        {
            bool isPositive = double.CreateTruncating(scores[i]) >= threshold;
            double cost = T.IsNaN(scores[i]) ? double.NaN : At(costs, i).Of(isPositive, targets[i]);
            mean.Add(cost, WeightOf(weights, i));
        }

        return mean.Cost;
    }

    public static double NotNaN(double threshold) => double.IsNaN(threshold)
        ? throw new ArgumentOutOfRangeException(
            nameof(threshold), "'threshold' is NaN: must be a number or infinite.")
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

    private static double Sweep<T>(
        ReadOnlySpan<DecisionCosts> costs,
        ReadOnlySpan<T> scores,
        ReadOnlySpan<T> targets,
        ReadOnlySpan<T> weights)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        (T[] sorted, int[] order) = InOrder(scores, weights);
        (int ofCosts, int ofWeights) = Exponents(costs, weights);

        // What deciding positive down to here has cost more than never doing so.
        CompensatedSum more = default;
        double least = 0;
        double best = double.PositiveInfinity;
        for (int i = order.Length - 1; i >= 0; i--)
        {
            int example = order[i];
            DecisionCosts cost = At(costs, example).Scaled(ofCosts);
            double difference = cost.Of(true, targets[example]) - cost.Of(false, targets[example]);
            if (difference != 0)
            {
                more += difference * Math.ScaleB(WeightOf(weights, example), ofWeights);
            }

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

    /// <summary>The scores of the examples that count, from the lowest up, and whose they are.</summary>
    private static (T[] Sorted, int[] Order) InOrder<T>(ReadOnlySpan<T> scores, ReadOnlySpan<T> weights)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T[] sorted = new T[scores.Length];
        int[] order = new int[scores.Length];
        int count = 0;
        for (int i = 0; i < scores.Length; i++)
        {
            if (WeightOf(weights, i) != 0)
            {
                (sorted[count], order[count]) = (scores[i], i);
                count++;
            }
        }

        Array.Resize(ref sorted, count);
        Array.Resize(ref order, count);
        Array.Sort(sorted, order);
        return (sorted, order);
    }

    /// <summary>
    /// The powers of two by which weights come to at most 1 and costs near the end of the range of double, but for as
    /// many as there can be: then no sum overflows, and little underflows.
    /// </summary>
    private static (int OfCosts, int OfWeights) Exponents<T>(
        ReadOnlySpan<DecisionCosts> costs, ReadOnlySpan<T> weights)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        double largestCost = 0;
        foreach (DecisionCosts cost in costs)
        {
            largestCost = Math.Max(largestCost, cost.LargestSize);
        }

        double largestWeight = 0;
        foreach (T weight in weights)
        {
            double size = Math.Abs(double.CreateTruncating(weight));
            largestWeight = double.IsFinite(size) ? Math.Max(largestWeight, size) : largestWeight;
        }

        return (
            largestCost > 0 ? ExponentOfCosts - Math.ILogB(largestCost) : 0,
            largestWeight > 0 ? -Math.ILogB(largestWeight) : 0);
    }

    private static DecisionCosts At(ReadOnlySpan<DecisionCosts> costs, int example) =>
        costs.Length == 1 ? costs[0] : costs[example];

    private static double WeightOf<T>(ReadOnlySpan<T> weights, int example)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        weights.IsEmpty ? 1 : double.CreateTruncating(weights[example]);

    private static void NoNaN<T>(string name, ReadOnlySpan<T> numbers, ReadOnlySpan<T> weights)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int i = 0; i < numbers.Length; i++)
        {
            if (T.IsNaN(numbers[i]) && WeightOf(weights, i) != 0)
            {
                throw new ArgumentException($"{name}[{i}] is NaN: a threshold needs numbers.", name);
            }
        }
    }
}
