namespace LossKit;

/// <summary>A formula on what is scored of two rows: a distance, a cosine, a difference.</summary>
/// <remarks>
/// A NaN makes its pair's loss and gradients NaN, and no other's. On one thread a call allocates nothing.
/// </remarks>
/// <inheritdoc cref="IBatchLoss{T, TBatch, TGradients}"/>
public sealed class PairLoss<T> : EmbeddingLoss<T, Pairs<T>, PairGradients<T>>, ISideLoss<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int Block = 256;

    private readonly PairGeometry<T> _geometry;
    private readonly PointwiseKernel<T> _formula;
    private readonly int _labelOfOthers;

    internal PairLoss(PairGeometry<T> geometry, PointwiseKernel<T> formula, int labelOfOthers)
        : base(geometry.Dimension, "first", "second")
    {
        _geometry = geometry;
        _formula = formula;
        _labelOfOthers = labelOfOthers;
    }

    private protected override string Things => "pairs";

    private protected override bool HasLabels => true;

    int ISideLoss<T>.BlockRows => Block;

    private protected override EmbeddingSides<T> SidesOf(Pairs<T> batch) =>
        new() { First = batch.First, Second = batch.Second, Labels = batch.Labels };

    private protected override SideGradients<T> GradientsOf(PairGradients<T> gradients) =>
        new() { First = gradients.First, Second = gradients.Second };

    private protected override void CheckLabels(ReadOnlySpan<int> labels)
    {
        // Counted by registers, which a search for two integers is not.
        if (labels.Count(1) + labels.Count(_labelOfOthers) < labels.Length)
        {
            int row = labels.IndexOfAnyExcept(1, _labelOfOthers);
            throw new ArgumentOutOfRangeException(
                nameof(labels),
                labels[row],
                $"The label of pair {row} is {labels[row]}, but must be 1 or {_labelOfOthers}.");
        }
    }

    private protected override Cost Run(
        in EmbeddingBatch<T> batch, Reduction reduction, out TripletCount triplets)
    {
        triplets = default;
        long active = 0;
        SideEvaluation<T> evaluation = new(this, batch, ref active);
        return Calls<T>.Run(evaluation, batch.Weights, batch.Losses, batch.Gradients.Order, reduction, Degree);
    }

    [SkipLocalsInit]
    CompensatedSum ISideLoss<T>.Run(in SideBlock<T> block, ref long active)
    {
        Span<T> scores = stackalloc T[Block];
        Span<T> targets = stackalloc T[Block];
        Span<T> slopes = stackalloc T[Block];
        scores = scores[..block.Rows];
        targets = targets[..block.Rows];
        slopes = slopes[..block.Rows];
        Spans.Convert(block.Sides.Labels, targets);
        _geometry.Score(block.Sides, scores);
        Batch<T> onScores = new()
        {
            Predictions = scores,
            Targets = targets,
            Weights = block.Weights,
            Losses = block.Losses,
            Gradient = slopes,
            Scale = block.Scale,
        };
        CompensatedSum sum = _formula.Run(onScores, block.Order, LaneWidths.Best);
        if (block.Order == DerivativeOrder.Gradient)
        {
            _geometry.Pull(block, scores, slopes);
        }

        return sum;
    }
}
