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
    // Costs are brought below 2^1022, divided by how many there are: with probabilities of less than 1, sums are too.
    private const int LargestCost = 1021;

    // What is more would leave the range of double together with the power of two of the smallest probabilities.
    private const int LargestExponent = 900;

    // Column by column, because a decision's expected cost is a sum over truths.
    private readonly double[] _byDecision;

    // By this power of two, costs come as near to the end of the range of double as sums of them may: so they do not
    // overflow, and those of small probabilities underflow as late as can be.
    private readonly int _exponent;

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
        double largest = 0;
        for (int truth = 0; truth < rows; truth++)
        {
            for (int decision = 0; decision < rows; decision++)
            {
                double cost = costs[truth, decision];
                _byDecision[decision * rows + truth] = double.IsFinite(cost) ? cost : throw new ArgumentException(
                    FormattableString.Invariant($"costs[{truth}, {decision}] is {cost}: must be a finite number."),
                    nameof(costs));
                largest = Math.Max(largest, Math.Abs(cost));
            }
        }

        int exponent = largest > 0 ? LargestCost - Math.ILogB(largest) - Math.ILogB(rows) : 0;
        _exponent = Math.Min(LargestExponent, exponent);
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

    /// <summary>
    /// What decisions by the softmax of a row of logits are expected to cost: a loss with a gradient, to train a model
    /// on what it will be judged by.
    /// </summary>
    /// <inheritdoc cref="Loss.ExpectedClassCost{T}" path="/remarks"/>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="ignoreIndex">Rows with this label count nowhere.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A cost is not within the range of <typeparamref name="T"/>, or there are more than 4096 classes.
    /// </exception>
    public RowLoss<T, int> AsLoss<T>(int ignoreIndex = Loss.UsualIgnoreIndex)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        double[] costs = new double[_byDecision.Length];
        for (int i = 0; i < costs.Length; i++)
        {
            costs[i] = _byDecision[i % Classes * Classes + i / Classes];
        }

        return Loss.ExpectedClassCost<T>(Classes, costs, ignoreIndex);
    }

    /// <summary>Σ p(truth) · cost of a decision.</summary>
    /// <param name="probabilities">The probability of each class.</param>
    /// <param name="decision">The class decided for.</param>
    /// <exception cref="ArgumentException">There are not as many probabilities as classes.</exception>
    public double ExpectedCost<T>(ReadOnlySpan<T> probabilities, int decision)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        CheckRows(nameof(probabilities), probabilities.Length, null, 1);
        CheckClass(decision, nameof(decision));
        int exponent = ExponentOf(probabilities);
        return Math.ScaleB(ScaledCost(probabilities, decision, exponent), -exponent - _exponent);
    }

    /// <summary>The decision of least expected cost; among equal ones, that of the lowest index.</summary>
    /// <remarks>Right for calibrated probabilities; a common factor of them changes nothing.</remarks>
    /// <param name="probabilities">The probability of each class.</param>
    /// <exception cref="ArgumentException">
    /// There are not as many probabilities as classes, one is negative or not finite, or buffers overlap.
    /// </exception>
    public int Decide<T>(ReadOnlySpan<T> probabilities) where T : unmanaged, IFloatingPointIeee754<T>
    {
        CheckRows(nameof(probabilities), probabilities.Length, null, 1);
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
        CheckRows(nameof(probabilities), probabilities.Length, nameof(decisions), decisions.Length);
        BatchChecks.Apart(nameof(decisions), decisions, nameof(probabilities), probabilities);
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
        ReadOnlySpan<int> decisions, ReadOnlySpan<int> labels, ReadOnlySpan<double> weights = default) =>
        Value<double>(decisions, labels, weights);

    /// <inheritdoc cref="Value(ReadOnlySpan{int}, ReadOnlySpan{int}, ReadOnlySpan{double})"/>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    public Cost Value<T>(ReadOnlySpan<int> decisions, ReadOnlySpan<int> labels, ReadOnlySpan<T> weights)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        BatchChecks.Length(nameof(labels), labels.Length, nameof(decisions), decisions.Length);
        BatchChecks.LengthIfGiven(nameof(weights), weights.Length, nameof(decisions), decisions.Length);
        WeightedMean mean = default;
        for (int i = 0; i < decisions.Length; i++)
        {
            CheckClass(decisions[i], nameof(decisions), i);
            CheckClass(labels[i], nameof(labels), i);
            double weight = weights.IsEmpty ? 1 : double.CreateTruncating(weights[i]);
            mean.Add(_byDecision[decisions[i] * Classes + labels[i]], weight);
        }

        return mean.Cost;
    }

    /// <summary>
    /// The cost of the decisions of least expected cost, of class probabilities against labels: for evaluating a model
    /// beside the loss it was trained on.
    /// </summary>
    /// <remarks>A row with a NaN has the cost NaN. Rows are one after another, as for <c>Decide</c>.</remarks>
    public IMetric<T, int> OnProbabilities<T>() where T : unmanaged, IFloatingPointIeee754<T> =>
        new CostMatrixMetric<T>(this, onLogits: false);

    /// <summary>As <see cref="OnProbabilities"/>, for logits, of which it takes the softmax.</summary>
    public IMetric<T, int> OnLogits<T>() where T : unmanaged, IFloatingPointIeee754<T> =>
        new CostMatrixMetric<T>(this, onLogits: true);

    internal int LeastCost<T>(ReadOnlySpan<T> probabilities) where T : unmanaged, IFloatingPointIeee754<T>
    {
        int exponent = ExponentOf(probabilities);
        int best = 0;
        double least = double.PositiveInfinity;
        for (int decision = 0; decision < Classes; decision++)
        {
            double cost = ScaledCost(probabilities, decision, exponent);
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
                name, FormattableString.Invariant($"'{which}' is {index}: must be a class from 0 to {Classes - 1}."));
        }
    }

    /// <summary>A row of classes for each of the examples that <paramref name="otherName"/> has.</summary>
    internal void CheckRows(string name, int given, string? otherName, int rows)
    {
        // Of more than two billion entries the product wraps in an int.
        if (given != (long)rows * Classes)
        {
            string expected = otherName is null
                ? FormattableString.Invariant($"one for each of {Classes} classes")
                : FormattableString.Invariant($"{rows} rows, one for each of '{otherName}', of {Classes} classes: ")
                    + FormattableString.Invariant($"{(long)rows * Classes}");
            throw new ArgumentException(
                FormattableString.Invariant($"'{name}' has {given} entries: expected {expected}."), name);
        }
    }

    /// <summary>The power of two that brings the largest probability to less than 1.</summary>
    private static int ExponentOf<T>(ReadOnlySpan<T> probabilities) where T : unmanaged, IFloatingPointIeee754<T>
    {
        T largest = T.Zero;
        foreach (T probability in probabilities)
        {
            T size = T.Abs(probability);
            largest = size > largest && T.IsFinite(size) ? size : largest;
        }

        return largest > T.Zero ? -1 - Math.ILogB(double.CreateTruncating(largest)) : 0;
    }

    /// <summary>Σ p(truth) · cost, times 2 to the power of <paramref name="exponent"/> and that of the costs.</summary>
    private double ScaledCost<T>(ReadOnlySpan<T> probabilities, int decision, int exponent)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        // Half of it at a time: together it may be no double.
        exponent += _exponent;
        double first = Math.ScaleB(1, exponent / 2);
        double second = Math.ScaleB(1, exponent - exponent / 2);
        ReadOnlySpan<double> costs = _byDecision.AsSpan(decision * Classes, Classes);
        double sum = 0;
        for (int truth = 0; truth < costs.Length; truth++)
        {
            double probability = double.CreateTruncating(probabilities[truth]);
            if (probability != 0)
            {
                sum += probability * first * second * costs[truth];
            }
        }

        return sum;
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
