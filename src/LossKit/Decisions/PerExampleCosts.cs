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
    /// Lengths differ, buffers overlap, a probability is not in [0, 1], or costs make each wrong decision cheaper than
    /// the right one.
    /// </exception>
    public static void Decide<T>(
        ReadOnlySpan<DecisionCosts> costs, ReadOnlySpan<T> probabilities, Span<bool> decisions)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        BatchChecks.Length(nameof(costs), costs.Length, nameof(probabilities), probabilities.Length);
        BatchChecks.Length(nameof(decisions), decisions.Length, nameof(probabilities), probabilities.Length);
        BatchChecks.Apart(nameof(decisions), decisions, nameof(probabilities), probabilities);
        BatchChecks.Apart(nameof(decisions), decisions, nameof(costs), costs);
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
                    FormattableString.Invariant($"costs[{i}] is {costs[i]}: ")
                    + "at least one wrong decision must not be cheaper than the right one.",
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
    /// <param name="targets">
    /// What is true: positive if greater than ½. A NaN makes the cost NaN, unless its weight is 0.
    /// </param>
    /// <param name="weights">What each example counts; none means 1 each.</param>
    /// <exception cref="ArgumentException">Lengths differ.</exception>
    public static Cost Value<T>(
        ReadOnlySpan<DecisionCosts> costs,
        ReadOnlySpan<bool> decisions,
        ReadOnlySpan<T> targets,
        ReadOnlySpan<T> weights = default)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        BatchChecks.Length(nameof(decisions), decisions.Length, nameof(costs), costs.Length);
        Check(costs, targets, weights);
        WeightedMean mean = default;
        for (int i = 0; i < costs.Length; i++)
        {
            double weight = weights.IsEmpty ? 1 : double.CreateTruncating(weights[i]);
            mean.Add(costs[i].Of(decisions[i], targets[i]), weight);
        }

        return mean.Cost;
    }

    /// <summary>What decisions at one threshold for all cost.</summary>
    /// <param name="costs">The costs of each example.</param>
    /// <param name="scores">What the model says. A NaN makes the cost NaN, unless its weight is 0.</param>
    /// <param name="targets">
    /// What is true: positive if greater than ½. A NaN makes the cost NaN, unless its weight is 0.
    /// </param>
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
        BatchChecks.Length(nameof(scores), scores.Length, nameof(costs), costs.Length);
        Check(costs, targets, weights);
        return ThresholdSweep.CostAt(ThresholdSweep.NotNaN(threshold), costs, scores, targets, weights);
    }

    /// <summary>
    /// The one threshold with the lowest cost on some examples, and that cost: as <see
    /// cref="DecisionCosts.BestThreshold"/>.
    /// </summary>
    /// <param name="costs">The costs of each example.</param>
    /// <param name="scores">What the model says.</param>
    /// <param name="targets">What is true: positive if greater than ½.</param>
    /// <param name="weights">What each example counts; none means 1 each.</param>
    /// <exception cref="ArgumentException">
    /// Lengths differ, or a weight is NaN, or a score or target whose weight is not 0.
    /// </exception>
    public static DecisionThreshold BestThreshold<T>(
        ReadOnlySpan<DecisionCosts> costs,
        ReadOnlySpan<T> scores,
        ReadOnlySpan<T> targets,
        ReadOnlySpan<T> weights = default)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        BatchChecks.Length(nameof(scores), scores.Length, nameof(costs), costs.Length);
        return ThresholdSweep.Of(costs, scores, targets, weights);
    }

    private static void Check<T>(ReadOnlySpan<DecisionCosts> costs, ReadOnlySpan<T> targets, ReadOnlySpan<T> weights)
    {
        BatchChecks.Length(nameof(targets), targets.Length, nameof(costs), costs.Length);
        BatchChecks.LengthIfGiven(nameof(weights), weights.Length, nameof(costs), costs.Length);
    }
}
