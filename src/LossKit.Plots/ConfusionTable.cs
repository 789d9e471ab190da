namespace LossKit.Plots;

/// <summary>How often each class was decided for each truth, and what that cost: the numbers of a picture.</summary>
public sealed class ConfusionTable
{
    private readonly double[,] _weights;
    private readonly CostMatrix _costs;

    private ConfusionTable(double[,] weights, CostMatrix costs) => (_weights, _costs) = (weights, costs);

    /// <summary>How many classes there are.</summary>
    public int Classes => _costs.Classes;

    /// <summary>What decisions cost, all together.</summary>
    public Cost Cost { get; private init; }

    /// <summary>What the examples of a truth that were decided so weigh: their number, without weights.</summary>
    /// <param name="truth">The true class.</param>
    /// <param name="decision">The class decided for.</param>
    public double Weight(int truth, int decision) => _weights[truth, decision];

    /// <summary>What the examples of a truth that were decided so have cost together.</summary>
    /// <param name="truth">The true class.</param>
    /// <param name="decision">The class decided for.</param>
    public double CostOf(int truth, int decision) => _weights[truth, decision] * _costs[truth, decision];

    /// <summary>The table of decisions.</summary>
    /// <param name="costs">What it costs to decide for one class where the truth is another.</param>
    /// <param name="decisions">The class decided for, for each example.</param>
    /// <param name="labels">The true class of each example.</param>
    /// <param name="weights">What each example counts; none means 1 each.</param>
    /// <exception cref="ArgumentException">Lengths differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A decision or label is no class.</exception>
    public static ConfusionTable Of(
        CostMatrix costs,
        ReadOnlySpan<int> decisions,
        ReadOnlySpan<int> labels,
        ReadOnlySpan<double> weights = default)
    {
        ArgumentNullException.ThrowIfNull(costs);
        // Which makes all checks.
        Cost cost = costs.Value(decisions, labels, weights);
        double[,] table = new double[costs.Classes, costs.Classes];
        for (int i = 0; i < labels.Length; i++)
        {
            table[labels[i], decisions[i]] += weights.IsEmpty ? 1 : weights[i];
        }

        return new(table, costs) { Cost = cost };
    }
}
