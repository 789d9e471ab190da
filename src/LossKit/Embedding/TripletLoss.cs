namespace LossKit;

/// <summary>A formula on the margin by which an anchor is nearer to its positive than to its negative.</summary>
/// <inheritdoc cref="ITripletLoss{T}"/>
public sealed class TripletLoss<T> : ITripletLoss<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int Block = 64;

    private readonly PointwiseKernel<T> _formula;
    private readonly bool _isSquared;
    private readonly bool _swaps;

    internal TripletLoss(PointwiseKernel<T> formula, int dimension, bool isSquared, bool swaps)
    {
        Precision.Check<T>();
        Dimension = EmbeddingChecks.Dimension(dimension);
        _formula = formula;
        _isSquared = isSquared;
        _swaps = swaps;
    }

    /// <inheritdoc/>
    public int Dimension { get; }

    /// <inheritdoc/>
    public Cost Value(
        ReadOnlySpan<T> anchors,
        ReadOnlySpan<T> positives,
        ReadOnlySpan<T> negatives,
        ReadOnlySpan<T> weights = default) =>
        Run(Batch(anchors, positives, negatives, weights), DerivativeOrder.Value, Reduction.Mean, out _);

    /// <inheritdoc/>
    public Cost PerExample(
        ReadOnlySpan<T> anchors,
        ReadOnlySpan<T> positives,
        ReadOnlySpan<T> negatives,
        Span<T> losses,
        ReadOnlySpan<T> weights = default)
    {
        Triplets triplets = Batch(anchors, positives, negatives, weights);
        BatchChecks.Length("losses", losses.Length, anchors.Length / Dimension, "triplets");
        CheckApart("losses", losses, triplets);
        return Run(triplets with { Losses = losses }, DerivativeOrder.Value, Reduction.Mean, out _);
    }

    /// <inheritdoc/>
    public Cost ValueAndGradient(
        ReadOnlySpan<T> anchors,
        ReadOnlySpan<T> positives,
        ReadOnlySpan<T> negatives,
        Span<T> gradientAnchors,
        Span<T> gradientPositives,
        Span<T> gradientNegatives,
        ReadOnlySpan<T> weights = default,
        Reduction reduction = Reduction.Mean) =>
        ValueAndGradient(
            anchors,
            positives,
            negatives,
            gradientAnchors,
            gradientPositives,
            gradientNegatives,
            out _,
            weights,
            reduction);

    /// <param name="anchors">The anchors: triplets × dimension.</param>
    /// <param name="positives">What each anchor is to be near to.</param>
    /// <param name="negatives">What each anchor is to be far from.</param>
    /// <param name="gradientAnchors">Receives the gradient with respect to <paramref name="anchors"/>.</param>
    /// <param name="gradientPositives">Receives the gradient with respect to <paramref name="positives"/>.</param>
    /// <param name="gradientNegatives">Receives the gradient with respect to <paramref name="negatives"/>.</param>
    /// <param name="triplets">How many triplets there were, and how many of them cost something.</param>
    /// <param name="weights">What each triplet counts; none means 1 each.</param>
    /// <param name="reduction">Whether the gradients are those of the mean or of the sum.</param>
    /// <inheritdoc cref="ITripletLoss{T}.ValueAndGradient"/>
    public Cost ValueAndGradient(
        ReadOnlySpan<T> anchors,
        ReadOnlySpan<T> positives,
        ReadOnlySpan<T> negatives,
        Span<T> gradientAnchors,
        Span<T> gradientPositives,
        Span<T> gradientNegatives,
        out TripletCount triplets,
        ReadOnlySpan<T> weights = default,
        Reduction reduction = Reduction.Mean)
    {
        Triplets batch = Batch(anchors, positives, negatives, weights);
        EmbeddingChecks.SameLength("gradientAnchors", gradientAnchors.Length, "anchors", anchors.Length);
        EmbeddingChecks.SameLength("gradientPositives", gradientPositives.Length, "positives", positives.Length);
        EmbeddingChecks.SameLength("gradientNegatives", gradientNegatives.Length, "negatives", negatives.Length);
        CheckApart("gradientAnchors", gradientAnchors, batch);
        CheckApart("gradientPositives", gradientPositives, batch);
        CheckApart("gradientNegatives", gradientNegatives, batch);
        BatchChecks.Apart("gradientPositives", gradientPositives, "gradientAnchors", gradientAnchors);
        BatchChecks.Apart("gradientNegatives", gradientNegatives, "gradientAnchors", gradientAnchors);
        BatchChecks.Apart("gradientNegatives", gradientNegatives, "gradientPositives", gradientPositives);
        batch = batch with
        {
            GradientAnchors = gradientAnchors,
            GradientPositives = gradientPositives,
            GradientNegatives = gradientNegatives,
        };
        return Run(batch, DerivativeOrder.Gradient, reduction, out triplets);
    }

    private Triplets Batch(
        ReadOnlySpan<T> anchors, ReadOnlySpan<T> positives, ReadOnlySpan<T> negatives, ReadOnlySpan<T> weights)
    {
        int rows = BatchChecks.Rows("anchors", anchors.Length, Dimension, "numbers");
        EmbeddingChecks.SameLength("positives", positives.Length, "anchors", anchors.Length);
        EmbeddingChecks.SameLength("negatives", negatives.Length, "anchors", anchors.Length);
        EmbeddingChecks.Weights(weights, rows, "triplets");
        return new() { Anchors = anchors, Positives = positives, Negatives = negatives, Weights = weights };
    }

    private static void CheckApart(string name, Span<T> output, in Triplets triplets)
    {
        BatchChecks.Apart(name, output, "anchors", triplets.Anchors);
        BatchChecks.Apart(name, output, "positives", triplets.Positives);
        BatchChecks.Apart(name, output, "negatives", triplets.Negatives);
        BatchChecks.Apart(name, output, "weights", triplets.Weights);
    }

    [SkipLocalsInit]
    private Cost Run(in Triplets triplets, DerivativeOrder order, Reduction reduction, out TripletCount counted)
    {
        int count = triplets.Anchors.Length / Dimension;
        ReadOnlySpan<T> weights = triplets.Weights;
        Plan plan = Plan.Of(ref weights, count, reduction, wantsLosses: true);
        if (!plan.Differentiates)
        {
            triplets.GradientAnchors.Clear();
            triplets.GradientPositives.Clear();
            triplets.GradientNegatives.Clear();
        }

        long active = 0;
        CompensatedSum sum = default;
        DerivativeOrder computed = plan.Order(order);
        Span<T> scratch = stackalloc T[5 * Block];
        for (int start = 0; start < count && plan.Evaluates; start += Block)
        {
            int length = Math.Min(Block, count - start);
            Triplets block = (triplets with { Weights = weights }).Slice(start, length, Dimension);
            Edges edges = new(scratch, length);
            Score(block, edges);
            Batch<T> onMargins = new()
            {
                Predictions = edges.Margins,
                Targets = edges.Margins,
                Weights = block.Weights,
                Losses = block.Losses.IsEmpty ? edges.Losses : block.Losses,
                Gradient = edges.Slopes,
                Scale = T.CreateTruncating(plan.Scale),
            };
            sum += _formula.Run(onMargins, computed, LaneWidths.Best);
            active += Spans.CountPositive<T>(onMargins.Losses);
            if (computed == DerivativeOrder.Gradient)
            {
                Pull(block, edges);
            }
        }

        counted = new(count, active);
        return plan.Cost(sum, count);
    }

    private void Score(in Triplets block, in Edges edges)
    {
        for (int k = 0; k < edges.Margins.Length; k++)
        {
            Range row = Rows.At(k, Dimension);
            T near = Distance(block.Anchors[row], block.Positives[row]);
            T far = Distance(block.Anchors[row], block.Negatives[row]);

            // A negative distance says that it is the one to the positive.
            edges.Far[k] = far;
            if (_swaps)
            {
                T other = Distance(block.Positives[row], block.Negatives[row]);
                if (other < far)
                {
                    far = other;
                    edges.Far[k] = -other;
                }
            }

            edges.Near[k] = near;
            edges.Margins[k] = far - near;
        }
    }

    private void Pull(in Triplets block, in Edges edges)
    {
        for (int k = 0; k < edges.Margins.Length; k++)
        {
            Range row = Rows.At(k, Dimension);
            ReadOnlySpan<T> anchor = block.Anchors[row];
            ReadOnlySpan<T> positive = block.Positives[row];
            ReadOnlySpan<T> negative = block.Negatives[row];
            if (Distances.IsLeft(edges.Slopes[k], block.GradientAnchors[row], block.GradientPositives[row]))
            {
                block.GradientNegatives[row].Clear();
                continue;
            }

            T near = Force(-edges.Slopes[k], edges.Near[k]);
            T far = Force(edges.Slopes[k], T.Abs(edges.Far[k]));
            bool isSwapped = T.IsNegative(edges.Far[k]);

            Spans.ScaledDifference(near, anchor, positive, block.GradientAnchors[row]);
            Spans.ScaledDifference(-near, anchor, positive, block.GradientPositives[row]);
            ReadOnlySpan<T> from = isSwapped ? positive : anchor;
            Spans.ScaledDifference(-far, from, negative, block.GradientNegatives[row]);
            Spans.AddScaledDifference(
                far, from, negative, isSwapped ? block.GradientPositives[row] : block.GradientAnchors[row]);
        }
    }

    private T Distance(ReadOnlySpan<T> left, ReadOnlySpan<T> right) => T.CreateTruncating(
        _isSquared ? RowProduct<T>.Of<SquaredDistance>(left, right) : Lengths<T>.Distance(left, right));

    private T Force(T slope, T distance) => _isSquared ? slope + slope : Distances.Force(slope, distance);

    /// <summary>The distances of a block of triplets and what is made of them.</summary>
    private readonly ref struct Edges(Span<T> scratch, int length)
    {
        public Span<T> Near { get; } = scratch[..length];

        public Span<T> Far { get; } = scratch.Slice(Block, length);

        public Span<T> Margins { get; } = scratch.Slice(2 * Block, length);

        public Span<T> Slopes { get; } = scratch.Slice(3 * Block, length);

        public Span<T> Losses { get; } = scratch.Slice(4 * Block, length);
    }

    private readonly ref struct Triplets
    {
        public ReadOnlySpan<T> Anchors { get; init; }

        public ReadOnlySpan<T> Positives { get; init; }

        public ReadOnlySpan<T> Negatives { get; init; }

        public ReadOnlySpan<T> Weights { get; init; }

        public Span<T> Losses { get; init; }

        public Span<T> GradientAnchors { get; init; }

        public Span<T> GradientPositives { get; init; }

        public Span<T> GradientNegatives { get; init; }

        public Triplets Slice(int start, int length, int dimension)
        {
            Range rows = (start * dimension)..((start + length) * dimension);
            return new()
            {
                Anchors = Anchors[rows],
                Positives = Positives[rows],
                Negatives = Negatives[rows],
                Weights = Weights.IsEmpty ? default : Weights.Slice(start, length),
                Losses = Losses.IsEmpty ? default : Losses.Slice(start, length),
                GradientAnchors = GradientAnchors.IsEmpty ? default : GradientAnchors[rows],
                GradientPositives = GradientPositives.IsEmpty ? default : GradientPositives[rows],
                GradientNegatives = GradientNegatives.IsEmpty ? default : GradientNegatives[rows],
            };
        }
    }
}
