using System.Numerics;
using LossKit.Costs;
using LossKit.Decisions;

namespace LossKit;

/// <summary>
/// Decisions whose costs differ from example to example: a missed fraud costs the amount of its transaction.
/// </summary>
/// <remarks>
/// Scores, targets and thresholds mean what they do for <see cref="DecisionCosts"/>. Source: Zadrozny and Elkan,
/// "Learning and Making Decisions When Costs and Probabilities are Both Unknown", KDD 2001.
/// </remarks>
public static class PerExampleCosts
{
    /// <summary>
    /// The decisions of least expected cost, each by the <see cref="DecisionCosts.CalibratedThreshold"/> of its own
    /// costs.
    /// </summary>
    /// <param name="costs">The costs of each example.</param>
    /// <param name="probabilities">The calibrated probability that the example is positive.</param>
    /// <param name="decisions">Receives whether to decide positive.</param>
    /// <exception cref="ArgumentException">
    /// Lengths differ, a probability is not in [0, 1], or costs make each wrong decision cheaper than the right one.
    /// </exception>
    public static void Decide<T>(
        ReadOnlySpan<DecisionCosts> costs, ReadOnlySpan<T> probabilities, Span<bool> decisions)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        SpanChecks.Length(nameof(costs), costs.Length, nameof(probabilities), probabilities.Length);
        SpanChecks.Length(nameof(decisions), decisions.Length, nameof(probabilities), probabilities.Length);
        for (int i = 0; i < costs.Length; i++)
        {
            if (!(probabilities[i] >= T.Zero && probabilities[i] <= T.One))
            {
                throw new ArgumentException(
                    FormattableString.Invariant($"probabilities[{i}] is {probabilities[i]}: ")
                    + $"must be {Domain.Probabilities}.",
                    nameof(probabilities));
            }

            if (double.IsNaN(costs[i].CalibratedThreshold))
            {
                throw new ArgumentException(
                    $"costs[{i}] is {costs[i]}: at least one wrong decision must not be cheaper than the right one.",
                    nameof(costs));
            }
        }

        for (int i = 0; i < costs.Length; i++)
        {
            decisions[i] = double.CreateTruncating(probabilities[i]) >= costs[i].CalibratedThreshold;
        }
    }

    /// <summary>What decisions cost.</summary>
    /// <param name="costs">The costs of each example.</param>
    /// <param name="decisions">What was decided.</param>
    /// <param name="targets">What is true: positive if greater than ½. A NaN makes the cost NaN.</param>
    /// <param name="weights">What each example counts; none means 1 each.</param>
    /// <exception cref="ArgumentException">Lengths differ.</exception>
    public static Cost Value<T>(
        ReadOnlySpan<DecisionCosts> costs,
        ReadOnlySpan<bool> decisions,
        ReadOnlySpan<T> targets,
        ReadOnlySpan<T> weights = default)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        SpanChecks.Length(nameof(decisions), decisions.Length, nameof(costs), costs.Length);
        Check(costs, targets, weights);
        WeightedMean mean = default;
        for (int i = 0; i < costs.Length; i++)
        {
            mean.Add(Of(costs[i], decisions[i], targets[i]), weights.IsEmpty ? 1 : ToDouble(weights[i]));
        }

        return mean.Cost;
    }

    /// <summary>What decisions at one threshold for all cost.</summary>
    /// <param name="costs">The costs of each example.</param>
    /// <param name="scores">What the model says. A NaN makes the cost NaN.</param>
    /// <param name="targets">What is true: positive if greater than ½. A NaN makes the cost NaN.</param>
    /// <param name="threshold">The least score decided positive.</param>
    /// <param name="weights">What each example counts; none means 1 each.</param>
    /// <exception cref="ArgumentException">Lengths differ, or the threshold is NaN.</exception>
    public static Cost Value<T>(
        ReadOnlySpan<DecisionCosts> costs,
        ReadOnlySpan<T> scores,
        ReadOnlySpan<T> targets,
        double threshold,
        ReadOnlySpan<T> weights = default)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        SpanChecks.Length(nameof(scores), scores.Length, nameof(costs), costs.Length);
        Check(costs, targets, weights);
        ThresholdSweep.NotNaN(threshold);
        WeightedMean mean = default;
        for (int i = 0; i < costs.Length; i++)
        {
            double cost = T.IsNaN(scores[i])
                ? double.NaN
                : Of(costs[i], ToDouble(scores[i]) >= threshold, targets[i]);
            mean.Add(cost, weights.IsEmpty ? 1 : ToDouble(weights[i]));
        }

        return mean.Cost;
    }

    /// <summary>
    /// The one threshold with the lowest cost on some examples, and that cost: as <see
    /// cref="DecisionCosts.BestThreshold"/>.
    /// </summary>
    /// <param name="costs">The costs of each example.</param>
    /// <param name="scores">What the model says.</param>
    /// <param name="targets">What is true: positive if greater than ½.</param>
    /// <param name="weights">What each example counts; none means 1 each.</param>
    /// <exception cref="ArgumentException">Lengths differ, or a score, target or weight is NaN.</exception>
    public static DecisionThreshold BestThreshold<T>(
        ReadOnlySpan<DecisionCosts> costs,
        ReadOnlySpan<T> scores,
        ReadOnlySpan<T> targets,
        ReadOnlySpan<T> weights = default)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        SpanChecks.Length(nameof(scores), scores.Length, nameof(costs), costs.Length);
        double threshold = ThresholdSweep.Of(costs, scores, targets, weights);
        return new(threshold, Value(costs, scores, targets, threshold, weights));
    }

    private static void Check<T>(ReadOnlySpan<DecisionCosts> costs, ReadOnlySpan<T> targets, ReadOnlySpan<T> weights)
    {
        SpanChecks.Length(nameof(targets), targets.Length, nameof(costs), costs.Length);
        SpanChecks.LengthIfGiven(nameof(weights), weights.Length, nameof(costs), costs.Length);
    }

    private static double Of<T>(DecisionCosts costs, bool isDecided, T target)
        where T : unmanaged, IFloatingPointIeee754<T> => (isDecided, target > T.CreateTruncating(0.5)) switch
        {
            _ when T.IsNaN(target) => double.NaN,
            (true, true) => costs.TruePositive,
            (true, false) => costs.FalsePositive,
            (false, true) => costs.FalseNegative,
            (false, false) => costs.TrueNegative,
        };

    private static double ToDouble<T>(T number) where T : unmanaged, IFloatingPointIeee754<T> =>
        double.CreateTruncating(number);
}
