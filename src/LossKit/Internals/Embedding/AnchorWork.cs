namespace LossKit.Internals.Embedding;

/// <summary>Some anchors of a batch with their distances to all rows, by addresses that stay pinned meanwhile.</summary>
internal readonly struct AnchorWork<T> : ISegmentWork where T : unmanaged, IFloatingPointIeee754<T>
{
    public AnchorLoss<T> Loss { get; init; }

    /// <summary>Those of the batch.</summary>
    public int Rows { get; init; }

    /// <summary>The row that is the first anchor.</summary>
    public int First { get; init; }

    public T Unit { get; init; }

    public Pinned<int> Labels { get; init; }

    public Pinned<T> Weights { get; init; }

    /// <summary>Anchor by anchor.</summary>
    public Pinned<T> Distances { get; init; }

    /// <summary>All 0 before; receives what the difference of an anchor and a row is to be multiplied with.</summary>
    public Pinned<T> Slopes { get; init; }

    public Pinned<T> Losses { get; init; }

    /// <summary>Where the losses of each anchor begin.</summary>
    public Pinned<int> Starts { get; init; }

    public Pinned<AnchorResult> Results { get; init; }

    public CompensatedSum Run(int start, int length)
    {
        using Rented<T> scratch = new(Anchor<T>.ScratchPerRow * Rows);
        using Rented<int> others = new(Rows);
        Span<AnchorResult> results = Results.Slice(start, length);
        ReadOnlySpan<int> starts = Starts.Slice(start, length);
        for (int k = 0; k < length; k++)
        {
            int row = First + start + k;
            int positives = Split(row, others.Span);
            int negatives = Rows - 1 - positives;
            Anchor<T> anchor = new()
            {
                Row = row,
                SquaredDistances = Distances.Slice((start + k) * Rows, Rows),
                Unit = Unit,
                Positives = others.Span[..positives],
                Negatives = others.Span[(Rows - negatives)..],
                Slopes = Slopes.Slice((start + k) * Rows, Rows),
                Losses = starts.IsEmpty ? default : Losses.Slice(starts[k], (int)Loss.Losses(positives, negatives)),
                Scratch = scratch.Span,
            };
            results[k] = Loss.Run(anchor);
            ReadOnlySpan<T> weight = Weights.Slice(row, 1);
            MakeForces(anchor, weight.IsEmpty ? T.One : weight[0]);
        }

        return default;
    }

    /// <summary>
    /// The rows with the label of <paramref name="anchor"/>, without it, and the rows of other labels, in order.
    /// </summary>
    private int Split(int anchor, Span<int> rows)
    {
        ReadOnlySpan<int> labels = Labels.Slice(0, Rows);
        int positives = 0;
        int negatives = 0;
        int label = labels[anchor];
        for (int row = 0; row < labels.Length; row++)
        {
            if (labels[row] != label)
            {
                rows[^++negatives] = row;
            }
            else if (row != anchor)
            {
                rows[positives++] = row;
            }
        }

        rows[^negatives..].Reverse();
        return positives;
    }

    /// <summary>Turns slopes into what the difference of two rows is to be multiplied with.</summary>
    private void MakeForces(in Anchor<T> anchor, T weight)
    {
        if (weight == T.Zero)
        {
            anchor.Slopes.Clear();
        }

        T factor = Loss.IsSquared ? weight + weight : weight;
        for (int other = 0; other < anchor.Slopes.Length; other++)
        {
            T slope = anchor.Slopes[other];
            if (slope != T.Zero)
            {
                anchor.Slopes[other] = factor * (Loss.IsSquared
                    ? slope
                    : Embedding.Distances.Force(slope, anchor.Distance(other)));
            }
        }
    }
}
