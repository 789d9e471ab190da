namespace LossKit;

/// <summary>A formula on the margin by which an anchor is nearer to its positive than to its negative.</summary>
/// <remarks>
/// A NaN makes its triplet's loss and gradients NaN, and no other's. On one thread a call allocates nothing.
/// </remarks>
/// <inheritdoc cref="IBatchLoss{T, TBatch, TGradients}"/>
public sealed class TripletLoss<T> : EmbeddingLoss<T, Triplets<T>, TripletGradients<T>>, ISideLoss<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int Block = 64;

    private readonly Kernel<T> _formula;
    private readonly RowGeometry<T> _distance;
    private readonly bool _swaps;

    internal TripletLoss(Kernel<T> formula, RowGeometry<T> distance, bool swaps)
        : base(distance.Dimension, "anchors", "positives", "negatives")
    {
        _formula = formula;
        _distance = distance;
        _swaps = swaps;
    }

    private protected override string Things => "triplets";

    private protected override bool HasLabels => false;

    int ISideLoss<T>.BlockRows => Block;

    void ISideLoss<T>.CheckTargets(in EmbeddingSides<T> sides, int rows) => CheckTargets(sides, rows);

    /// <summary>The same loss of triplets of rows of one array, which indices tell.</summary>
    public IndexedTripletLoss<T> OfIndexedTriplets()
    {
        IndexedTripletLoss<T> loss = new(this) { Name = Then() };
        return IsChecked ? loss.Checked() : loss;
    }

    /// <param name="batch">The triplets.</param>
    /// <param name="gradients">Receives the gradients.</param>
    /// <param name="triplets">How many triplets there were, and how many of them cost something.</param>
    /// <param name="weights">What each triplet counts; none means 1 each.</param>
    /// <param name="reduction">Whether the gradients are those of the mean or of the sum.</param>
    /// <inheritdoc cref="IBatchLoss{T, TBatch, TGradients}.ValueAndGradient"/>
    public Cost ValueAndGradient(
        Triplets<T> batch,
        TripletGradients<T> gradients,
        out TripletCount triplets,
        ReadOnlySpan<T> weights = default,
        Reduction reduction = Reduction.Mean) =>
        ValueAndGradient(batch, gradients, weights, reduction, out triplets);

    private protected override EmbeddingSides<T> SidesOf(Triplets<T> batch) =>
        new() { First = batch.Anchors, Second = batch.Positives, Third = batch.Negatives };

    private protected override SideGradients<T> GradientsOf(TripletGradients<T> gradients) =>
        new() { First = gradients.Anchors, Second = gradients.Positives, Third = gradients.Negatives };

    private protected override Cost Run(
        in EmbeddingBatch<T> batch, Reduction reduction, out TripletCount triplets)
    {
        // They are counted whatever their weight.
        long active = 0;
        SideEvaluation<T> evaluation = new(this, batch, ref active);
        Cost cost = Calls<T>.Run(
            evaluation, batch.Weights, batch.Losses, batch.Gradients.Order, reduction, Degree, evaluatesAlways: true);
        triplets = new(evaluation.Losses, active);
        return cost;
    }

    [SkipLocalsInit]
    CompensatedSum ISideLoss<T>.Run(in SideBlock<T> block, ref long active)
    {
        Edges edges = new(stackalloc T[5 * Block], block.Rows);
        Score(block.Sides, edges);
        Batch<T> onMargins = new()
        {
            Predictions = edges.Margins,
            Targets = edges.Margins,
            Weights = block.Weights,
            Losses = block.Losses.IsEmpty ? edges.Losses : block.Losses,
            Gradient = edges.Slopes,
            Scale = block.Scale,
        };
        CompensatedSum sum = _formula.Run(onMargins, block.Order, LaneWidths.Best);
        active += Spans.CountPositive<T>(onMargins.Losses);
        if (block.Order == DerivativeOrder.Gradient)
        {
            Pull(block, edges);
        }

        return sum;
    }

    private void Score(in EmbeddingSides<T> sides, in Edges edges)
    {
        for (int k = 0; k < edges.Margins.Length; k++)
        {
            Range row = Rows.At(k, Dimension);
            T near = Distance(sides.First[row], sides.Second[row]);
            T far = Distance(sides.First[row], sides.Third[row]);

            // A negative distance says that it is the one to the positive.
            edges.Far[k] = far;
            if (_swaps)
            {
                T other = Distance(sides.Second[row], sides.Third[row]);
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

    private void Pull(in SideBlock<T> block, in Edges edges)
    {
        for (int k = 0; k < edges.Margins.Length; k++)
        {
            Range row = Rows.At(k, Dimension);
            ReadOnlySpan<T> anchor = block.Sides.First[row];
            ReadOnlySpan<T> positive = block.Sides.Second[row];
            ReadOnlySpan<T> negative = block.Sides.Third[row];
            Span<T> ofAnchor = Rows.IfAny(block.Gradients.First, row);
            Span<T> ofPositive = Rows.IfAny(block.Gradients.Second, row);
            Span<T> ofNegative = Rows.IfAny(block.Gradients.Third, row);
            if (Distances.IsLeft(edges.Slopes[k], ofAnchor, ofPositive))
            {
                ofNegative.Clear();
                continue;
            }

            bool isSwapped = T.IsNegative(edges.Far[k]);
            _distance.Pull(-edges.Slopes[k], edges.Near[k], anchor, positive, ofAnchor, ofPositive);
            _distance.Pull(
                edges.Slopes[k],
                T.Abs(edges.Far[k]),
                isSwapped ? positive : anchor,
                negative,
                isSwapped ? ofPositive : ofAnchor,
                ofNegative,
                adds: true);
        }
    }

    private T Distance(ReadOnlySpan<T> left, ReadOnlySpan<T> right) =>
        T.CreateTruncating(_distance.Score(left, right));

    /// <summary>The distances of a block of triplets and what is made of them.</summary>
    private readonly ref struct Edges(Span<T> scratch, int length)
    {
        public Span<T> Near { get; } = scratch[..length];

        public Span<T> Far { get; } = scratch.Slice(Block, length);

        public Span<T> Margins { get; } = scratch.Slice(2 * Block, length);

        public Span<T> Slopes { get; } = scratch.Slice(3 * Block, length);

        public Span<T> Losses { get; } = scratch.Slice(4 * Block, length);
    }
}
