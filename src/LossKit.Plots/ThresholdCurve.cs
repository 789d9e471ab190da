namespace LossKit.Plots;

/// <summary>What yes-or-no decisions cost at each threshold: the numbers of a picture.</summary>
/// <remarks>
/// The cost is a step function: from beyond one score up to the next, the next included, it is the same. Costs are the
/// library's, by <see cref="DecisionCosts.AtThreshold{T}"/>.
/// </remarks>
public sealed class ThresholdCurve
{
    private ThresholdCurve(DecisionCosts costs, double[] thresholds, double[] meanCosts) =>
        (Costs, Thresholds, MeanCosts) = (costs, thresholds, meanCosts);

    /// <summary>The costs of the four outcomes.</summary>
    public DecisionCosts Costs { get; }

    /// <summary>Thresholds in ascending order: the scores, or so many of them, and at the end +∞.</summary>
    public IReadOnlyList<double> Thresholds { get; }

    /// <summary>The mean cost of deciding by each of the thresholds.</summary>
    public IReadOnlyList<double> MeanCosts { get; }

    /// <summary>The threshold of least cost of all, and that cost.</summary>
    public DecisionThreshold Best { get; private init; }

    /// <summary>What it costs to decide positive of every example.</summary>
    public double AlwaysPositive => MeanCosts[0];

    /// <summary>What it costs to decide positive of none.</summary>
    public double NeverPositive => MeanCosts[^1];

    /// <summary>Whether all scores are in [0, 1], as probabilities are.</summary>
    public bool AreProbabilities => Thresholds[0] >= 0 && (Thresholds.Count < 2 || Thresholds[^2] <= 1);

    /// <summary>The costs of decisions on some examples.</summary>
    /// <param name="costs">The costs of the four outcomes.</param>
    /// <param name="scores">What the model says; higher is more positive. Finite.</param>
    /// <param name="targets">What is true: positive if greater than ½.</param>
    /// <param name="weights">What each example counts; none means 1 each.</param>
    /// <param name="most">
    /// The most thresholds that are looked at, at least 2: of more scores, evenly many lie between two of them, and the
    /// best is one of them all the same.
    /// </param>
    /// <exception cref="ArgumentException">
    /// Lengths differ, there is no example with a weight, or a number is not what it has to be.
    /// </exception>
    public static ThresholdCurve Of<T>(
        DecisionCosts costs,
        ReadOnlySpan<T> scores,
        ReadOnlySpan<T> targets,
        ReadOnlySpan<T> weights = default,
        int most = 500)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 2);
        DecisionThreshold best = costs.BestThreshold(scores, targets, weights);
        List<T> counted = new(scores.Length);
        for (int i = 0; i < scores.Length; i++)
        {
            if (weights.IsEmpty || weights[i] != T.Zero)
            {
                counted.Add(T.IsFinite(scores[i]) ? scores[i] : throw new ArgumentException(
                    FormattableString.Invariant($"scores[{i}] is {scores[i]}: must be a finite number."),
                    nameof(scores)));
            }
        }

        if (counted.Count == 0)
        {
            throw new ArgumentException(
                "'scores' has no example with a weight: there is nothing to draw.", nameof(scores));
        }

        T[] distinct = [.. counted.Distinct().Order()];
        IEnumerable<T> looked = distinct.Length <= most
            ? distinct
            : Enumerable.Range(0, most).Select(i => distinct[(int)((long)i * (distinct.Length - 1) / (most - 1))])
                .Concat(distinct.Where(score => double.CreateChecked(score) >= best.Threshold).Take(1));
        double[] thresholds =
        [
            .. looked.Distinct().Order().Select(score => double.CreateChecked(score)),
            double.PositiveInfinity,
        ];
        double[] means = new double[thresholds.Length];
        for (int i = 0; i < means.Length; i++)
        {
            means[i] = costs.AtThreshold<T>(thresholds[i]).Value(scores, targets, weights).Mean;
        }

        return new(costs, thresholds, means) { Best = best };
    }
}
