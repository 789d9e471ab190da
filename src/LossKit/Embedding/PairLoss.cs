namespace LossKit;

/// <summary>A formula on what is scored of two rows: a distance, a cosine, a difference.</summary>
/// <inheritdoc cref="IPairLoss{T}"/>
public sealed class PairLoss<T> : IPairLoss<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int Block = 256;

    private readonly PairGeometry<T> _geometry;
    private readonly PointwiseKernel<T> _formula;
    private readonly int _labelOfOthers;

    internal PairLoss(PairGeometry<T> geometry, PointwiseKernel<T> formula, int labelOfOthers)
    {
        Precision.Check<T>();
        _geometry = geometry;
        _formula = formula;
        _labelOfOthers = labelOfOthers;
    }

    /// <inheritdoc/>
    public int Dimension => _geometry.Dimension;

    /// <inheritdoc/>
    public Cost Value(
        ReadOnlySpan<T> first, ReadOnlySpan<T> second, ReadOnlySpan<int> labels, ReadOnlySpan<T> weights = default) =>
        Run(Batch(first, second, labels, weights), DerivativeOrder.Value);

    /// <inheritdoc/>
    public Cost PerExample(
        ReadOnlySpan<T> first,
        ReadOnlySpan<T> second,
        ReadOnlySpan<int> labels,
        Span<T> losses,
        ReadOnlySpan<T> weights = default)
    {
        Pairs pairs = Batch(first, second, labels, weights);
        BatchChecks.Length("losses", losses.Length, labels.Length, "pairs");
        CheckApart("losses", losses, pairs);
        return Run(pairs with { Losses = losses }, DerivativeOrder.Value);
    }

    /// <inheritdoc/>
    public Cost ValueAndGradient(
        ReadOnlySpan<T> first,
        ReadOnlySpan<T> second,
        ReadOnlySpan<int> labels,
        Span<T> gradientFirst,
        Span<T> gradientSecond,
        ReadOnlySpan<T> weights = default,
        Reduction reduction = Reduction.Mean)
    {
        Pairs pairs = Batch(first, second, labels, weights);
        EmbeddingChecks.SameLength("gradientFirst", gradientFirst.Length, "first", first.Length);
        EmbeddingChecks.SameLength("gradientSecond", gradientSecond.Length, "second", second.Length);
        CheckApart("gradientFirst", gradientFirst, pairs);
        CheckApart("gradientSecond", gradientSecond, pairs);
        BatchChecks.Apart("gradientSecond", gradientSecond, "gradientFirst", gradientFirst);
        return Run(
            pairs with { GradientFirst = gradientFirst, GradientSecond = gradientSecond },
            DerivativeOrder.Gradient,
            reduction);
    }

    private Pairs Batch(
        ReadOnlySpan<T> first, ReadOnlySpan<T> second, ReadOnlySpan<int> labels, ReadOnlySpan<T> weights)
    {
        int rows = BatchChecks.Rows("first", first.Length, Dimension, "numbers");
        EmbeddingChecks.SameLength("second", second.Length, "first", first.Length);
        BatchChecks.Length("labels", labels.Length, rows, "pairs");
        EmbeddingChecks.Weights(weights, rows, "pairs");
        CheckLabels(labels);
        return new() { First = first, Second = second, Labels = labels, Weights = weights };
    }

    private void CheckLabels(ReadOnlySpan<int> labels)
    {
        Vector<int> others = Vector.Create(_labelOfOthers);
        int row = 0;
        for (; row <= labels.Length - Vector<int>.Count; row += Vector<int>.Count)
        {
            Vector<int> some = new(labels[row..]);
            if (!Vector.EqualsAll(Vector.Equals(some, Vector<int>.One) | Vector.Equals(some, others), Vector<int>.AllBitsSet))
            {
                break;
            }
        }

        for (; row < labels.Length; row++)
        {
            if (labels[row] != 1 && labels[row] != _labelOfOthers)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(labels),
                    labels[row],
                    $"The label of pair {row} is {labels[row]}, but must be 1 or {_labelOfOthers}.");
            }
        }
    }

    private static void CheckApart(string name, Span<T> output, in Pairs pairs)
    {
        BatchChecks.Apart(name, output, "first", pairs.First);
        BatchChecks.Apart(name, output, "second", pairs.Second);
        BatchChecks.Apart(name, output, "labels", pairs.Labels);
        BatchChecks.Apart(name, output, "weights", pairs.Weights);
    }

    [SkipLocalsInit]
    private Cost Run(in Pairs pairs, DerivativeOrder order, Reduction reduction = Reduction.Mean)
    {
        int count = pairs.Labels.Length;
        ReadOnlySpan<T> weights = pairs.Weights;
        Plan plan = Plan.Of(ref weights, count, reduction, wantsLosses: !pairs.Losses.IsEmpty);
        if (!plan.Differentiates)
        {
            pairs.GradientFirst.Clear();
            pairs.GradientSecond.Clear();
        }

        if (!plan.Evaluates)
        {
            return plan.Cost(default, count);
        }

        DerivativeOrder computed = plan.Order(order);
        Span<T> scores = stackalloc T[Block];
        Span<T> targets = stackalloc T[Block];
        Span<T> slopes = stackalloc T[Block];
        CompensatedSum sum = default;
        for (int start = 0; start < count; start += Block)
        {
            int length = Math.Min(Block, count - start);
            Pairs block = (pairs with { Weights = weights }).Slice(start, length, Dimension);
            Spans.Convert(block.Labels, targets[..length]);
            _geometry.Score(block.First, block.Second, scores[..length]);
            Batch<T> onScores = new()
            {
                Predictions = scores[..length],
                Targets = targets[..length],
                Weights = block.Weights,
                Losses = block.Losses,
                Gradient = slopes[..length],
                Scale = T.CreateTruncating(plan.Scale),
            };
            sum += _formula.Run(onScores, computed, LaneWidths.Best);
            if (computed == DerivativeOrder.Gradient)
            {
                _geometry.Pull(
                    block.First,
                    block.Second,
                    scores[..length],
                    slopes[..length],
                    block.GradientFirst,
                    block.GradientSecond);
            }
        }

        return plan.Cost(sum, count);
    }

    private readonly ref struct Pairs
    {
        public ReadOnlySpan<T> First { get; init; }

        public ReadOnlySpan<T> Second { get; init; }

        public ReadOnlySpan<int> Labels { get; init; }

        public ReadOnlySpan<T> Weights { get; init; }

        public Span<T> Losses { get; init; }

        public Span<T> GradientFirst { get; init; }

        public Span<T> GradientSecond { get; init; }

        public Pairs Slice(int start, int length, int dimension)
        {
            Range rows = (start * dimension)..((start + length) * dimension);
            return new()
            {
                First = First[rows],
                Second = Second[rows],
                Labels = Labels.Slice(start, length),
                Weights = Weights.IsEmpty ? default : Weights.Slice(start, length),
                Losses = Losses.IsEmpty ? default : Losses.Slice(start, length),
                GradientFirst = GradientFirst.IsEmpty ? default : GradientFirst[rows],
                GradientSecond = GradientSecond.IsEmpty ? default : GradientSecond[rows],
            };
        }
    }
}
