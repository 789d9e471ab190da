namespace LossKit.Internals.Embedding;

/// <summary>Some anchors of a batch with their distances to all rows.</summary>
internal readonly ref struct AnchorWork<T> : ISegmentWork where T : unmanaged, IFloatingPointIeee754<T>
{
    public AnchorLoss<T> Loss { get; init; }

    /// <summary>The row that is the first anchor.</summary>
    public int First { get; init; }

    public T Unit { get; init; }

    public ReadOnlySpan<int> Labels { get; init; }

    public ReadOnlySpan<T> Weights { get; init; }

    /// <summary>Anchor by anchor.</summary>
    public ReadOnlySpan<T> Distances { get; init; }

    /// <summary>All 0 before; receives what the difference of an anchor and a row is to be multiplied with.</summary>
    public Span<T> Slopes { get; init; }

    public Span<T> Losses { get; init; }

    /// <summary>Where the losses of each anchor begin.</summary>
    public ReadOnlySpan<int> Starts { get; init; }

    public Span<AnchorResult> Results { get; init; }

    public CompensatedSum Run(int start, int length)
    {
        int rows = Labels.Length;
        using Rented<T> scratch = new(Anchor<T>.ScratchPerRow * rows);
        using Rented<int> others = new(rows);
        for (int k = start; k < start + length; k++)
        {
            int row = First + k;
            int positives = Split(row, others.Span);
            int negatives = rows - 1 - positives;
            Anchor<T> anchor = new()
            {
                Row = row,
                SquaredDistances = Distances.Slice(k * rows, rows),
                Unit = Unit,
                Positives = others.Span[..positives],
                Negatives = others.Span[(rows - negatives)..],
                Slopes = Slopes.IsEmpty ? default : Slopes.Slice(k * rows, rows),
                Losses = Losses.IsEmpty ? default : Losses.Slice(Starts[k], (int)Loss.Losses(positives, negatives)),
                Scratch = scratch.Span,
            };
            Results[k] = Loss.Run(anchor);
            MakeForces(anchor, Weights.IsEmpty ? T.One : Weights[row]);
        }

        return default;
    }

    /// <summary>
    /// The rows with the label of <paramref name="anchor"/>, without it, and the rows of other labels, in order.
    /// </summary>
    private int Split(int anchor, Span<int> rows)
    {
        int positives = 0;
        int negatives = 0;
        int label = Labels[anchor];
        for (int row = 0; row < Labels.Length; row++)
        {
            if (Labels[row] != label)
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
