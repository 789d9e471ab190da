using System.Numerics;
using LossKit.Costs;
using LossKit.Decisions;

namespace LossKit;

/// <summary>
/// What it costs to decide for one class where the truth is another, for k classes: in money or any other unit. Right
/// decisions may cost something too, and a gain is a negative cost.
/// </summary>
/// <remarks>
/// The decision of least expected cost need not be the likeliest class, nor even a likely one. Source: Elkan, "The
/// Foundations of Cost-Sensitive Learning", IJCAI 2001. Immutable and thread-safe.
/// </remarks>
public sealed class CostMatrix
{
    // Column by column, because a decision's expected cost is a sum over truths.
    private readonly double[] _byDecision;

    /// <summary>A matrix of costs.</summary>
    /// <param name="costs">costs[truth, decision], k × k with k ≥ 2.</param>
    /// <exception cref="ArgumentException">It is not square, smaller than 2 × 2, or an entry is not finite.</exception>
    public CostMatrix(double[,] costs)
    {
        ArgumentNullException.ThrowIfNull(costs);
        (int rows, int columns) = (costs.GetLength(0), costs.GetLength(1));
        if (rows != columns || rows < 2)
        {
            throw new ArgumentException(
                $"'costs' is {rows} × {columns}: expected a square of at least 2 × 2.", nameof(costs));
        }

        Classes = rows;
        _byDecision = new double[rows * rows];
        for (int truth = 0; truth < rows; truth++)
        {
            for (int decision = 0; decision < rows; decision++)
            {
                double cost = costs[truth, decision];
                _byDecision[decision * rows + truth] = double.IsFinite(cost) ? cost : throw new ArgumentException(
                    FormattableString.Invariant($"costs[{truth}, {decision}] is {cost}: must be a finite number."),
                    nameof(costs));
            }
        }
    }

    /// <summary>The costs of a yes-or-no decision; class 1 is the positive one.</summary>
    public CostMatrix(DecisionCosts costs)
        : this(new[,] { { costs.TrueNegative, costs.FalsePositive }, { costs.FalseNegative, costs.TruePositive } })
    {
    }

    /// <summary>How many classes there are.</summary>
    public int Classes { get; }

    /// <summary>The cost of a decision, given the truth; both are class indices from 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One of them is no class.</exception>
    public double this[int truth, int decision]
    {
        get
        {
            CheckClass(truth, nameof(truth));
            CheckClass(decision, nameof(decision));
            return _byDecision[decision * Classes + truth];
        }
    }

    /// <summary>Σ p(truth) · cost of a decision.</summary>
    /// <param name="probabilities">The probability of each class.</param>
    /// <param name="decision">The class decided for.</param>
    /// <exception cref="ArgumentException">There are not as many probabilities as classes.</exception>
    public double ExpectedCost<T>(ReadOnlySpan<T> probabilities, int decision)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        SpanChecks.Length(nameof(probabilities), probabilities.Length, nameof(Classes), Classes);
        CheckClass(decision, nameof(decision));
        double cost = 0;
        for (int truth = 0; truth < Classes; truth++)
        {
            cost += double.CreateTruncating(probabilities[truth]) * _byDecision[decision * Classes + truth];
        }

        return cost;
    }

    /// <summary>The decision of least expected cost; among equal ones, that of the lowest index.</summary>
    /// <remarks>Right for calibrated probabilities; a common factor of them changes nothing.</remarks>
    /// <param name="probabilities">The probability of each class.</param>
    /// <exception cref="ArgumentException">
    /// There are not as many probabilities as classes, or one is negative or not finite.
    /// </exception>
    public int Decide<T>(ReadOnlySpan<T> probabilities) where T : unmanaged, IFloatingPointIeee754<T>
    {
        SpanChecks.Length(nameof(probabilities), probabilities.Length, nameof(Classes), Classes);
        CheckProbabilities(probabilities);
        return LeastCost(probabilities);
    }

    /// <summary>The decisions of least expected cost for a batch.</summary>
    /// <param name="probabilities">A row of class probabilities for each example, one after another.</param>
    /// <param name="decisions">Receives a class index for each example.</param>
    /// <inheritdoc cref="Decide{T}(ReadOnlySpan{T})"/>
    public void Decide<T>(ReadOnlySpan<T> probabilities, Span<int> decisions)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        SpanChecks.Length(
            nameof(probabilities), probabilities.Length, $"{nameof(decisions)} · classes", decisions.Length * Classes);
        CheckProbabilities(probabilities);
        for (int row = 0; row < decisions.Length; row++)
        {
            decisions[row] = LeastCost(probabilities.Slice(row * Classes, Classes));
        }
    }

    /// <summary>What decisions cost.</summary>
    /// <param name="decisions">The class decided for, for each example.</param>
    /// <param name="labels">The true class of each example.</param>
    /// <param name="weights">What each example counts; none means 1 each.</param>
    /// <exception cref="ArgumentException">Lengths differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A decision or label is no class.</exception>
    public Cost Value(
        ReadOnlySpan<int> decisions, ReadOnlySpan<int> labels, ReadOnlySpan<double> weights = default)
    {
        SpanChecks.Length(nameof(labels), labels.Length, nameof(decisions), decisions.Length);
        SpanChecks.LengthIfGiven(nameof(weights), weights.Length, nameof(decisions), decisions.Length);
        WeightedMean mean = default;
        for (int i = 0; i < decisions.Length; i++)
        {
            CheckClass(decisions[i], nameof(decisions), i);
            CheckClass(labels[i], nameof(labels), i);
            mean.Add(_byDecision[decisions[i] * Classes + labels[i]], weights.IsEmpty ? 1 : weights[i]);
        }

        return mean.Cost;
    }

    /// <summary>
    /// The cost of the decisions of least expected cost, as a loss of class probabilities against labels, without a
    /// gradient: for evaluating a model beside the loss it was trained on.
    /// </summary>
    /// <remarks>A row with a NaN has the cost NaN. Rows are one after another, as for <c>Decide</c>.</remarks>
    public ILoss<T, int> OnProbabilities<T>() where T : unmanaged, IFloatingPointIeee754<T> =>
        new CostMatrixLoss<T>(this, onLogits: false);

    /// <summary>As <see cref="OnProbabilities"/>, for logits, of which it takes the softmax.</summary>
    public ILoss<T, int> OnLogits<T>() where T : unmanaged, IFloatingPointIeee754<T> =>
        new CostMatrixLoss<T>(this, onLogits: true);

    internal int LeastCost<T>(ReadOnlySpan<T> probabilities) where T : unmanaged, IFloatingPointIeee754<T>
    {
        int best = 0;
        double least = double.PositiveInfinity;
        for (int decision = 0; decision < Classes; decision++)
        {
            double cost = ExpectedCost(probabilities, decision);
            if (cost < least)
            {
                (best, least) = (decision, cost);
            }
        }

        return best;
    }

    internal void CheckClass(int index, string name, int? example = null)
    {
        if ((uint)index >= (uint)Classes)
        {
            string which = example is null ? name : $"{name}[{example}]";
            throw new ArgumentOutOfRangeException(
                name, index, $"'{which}' must be a class from 0 to {Classes - 1}.");
        }
    }

    private static void CheckProbabilities<T>(ReadOnlySpan<T> probabilities)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int i = 0; i < probabilities.Length; i++)
        {
            if (!(probabilities[i] >= T.Zero && T.IsFinite(probabilities[i])))
            {
                throw new ArgumentException(
                    FormattableString.Invariant($"probabilities[{i}] is {probabilities[i]}: ")
                    + $"must be {Domain.NotNegative}.",
                    nameof(probabilities));
            }
        }
    }
}
