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
    private readonly Kernel<T> _formula;
    private readonly PairTargets _targets;

    internal PairLoss(PairGeometry<T> geometry, Kernel<T> formula, PairTargets targets)
        : base(geometry.Dimension, "first", "second")
    {
        _geometry = geometry;
        _formula = formula;
        _targets = targets;
    }

    private protected override string Things => "pairs";

    private protected override bool HasLabels => _targets is PairTargets.Flags or PairTargets.Signs;

    private int LabelOfOthers => _targets == PairTargets.Signs ? -1 : 0;

    int ISideLoss<T>.BlockRows => Block;

    private protected override EmbeddingSides<T> SidesOf(Pairs<T> batch) =>
        new() { First = batch.First, Second = batch.Second, Labels = batch.Labels, Targets = batch.Targets };

    private protected override SideGradients<T> GradientsOf(PairGradients<T> gradients) =>
        new() { First = gradients.First, Second = gradients.Second };

    /// <summary>The same loss of pairs of rows of one array, which indices tell.</summary>
    public IndexedPairLoss<T> OfIndexedPairs()
    {
        IndexedPairLoss<T> loss = new(this) { Name = Then() };
        return IsChecked ? loss.Checked() : loss;
    }

    void ISideLoss<T>.CheckTargets(in EmbeddingSides<T> sides, int rows) => CheckTargets(sides, rows);

    private protected override void CheckTargets(in EmbeddingSides<T> sides, int rows)
    {
        base.CheckTargets(sides, rows);
        if (_targets == PairTargets.Numbers)
        {
            BatchChecks.Length("targets", sides.Targets.Length, rows, Things);
        }
        else
        {
            Refuse("targets", sides.Targets.Length);
        }

        if (!HasLabels)
        {
            Refuse("labels", sides.Labels.Length);
        }
    }

    private void Refuse(string name, int given)
    {
        if (given > 0)
        {
            string taken = HasLabels ? "labels" : _targets == PairTargets.Numbers ? "targets" : "neither";
            throw Refusal(name, $"'{name}' has {given} entries, but this loss takes {taken}: leave it out.");
        }
    }

    private protected override void CheckLabels(ReadOnlySpan<int> labels)
    {
        // Counted by registers, which a search for two integers is not.
        if (HasLabels && labels.Count(1) + labels.Count(LabelOfOthers) < labels.Length)
        {
            int row = labels.IndexOfAnyExcept(1, LabelOfOthers);
            throw new ArgumentOutOfRangeException(
                nameof(labels),
                labels[row],
                $"The label of pair {row} is {labels[row]}, but must be 1 or {LabelOfOthers}.");
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
        Span<T> converted = stackalloc T[Block];
        Span<T> slopes = stackalloc T[Block];
        scores = scores[..block.Rows];
        slopes = slopes[..block.Rows];
        if (HasLabels)
        {
            Spans.Convert(block.Sides.Labels, converted[..block.Rows]);
        }

        // Without targets it is the scores that stand for them, which formulas of none do not read.
        ReadOnlySpan<T> targets = HasLabels ? converted[..block.Rows]
            : _targets == PairTargets.Numbers ? block.Sides.Targets
            : scores;
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
