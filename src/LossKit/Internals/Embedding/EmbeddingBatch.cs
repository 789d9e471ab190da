namespace LossKit.Internals.Embedding;

/// <summary>What a pass over labelled embeddings reads and writes. Empty spans are not read or written.</summary>
internal readonly ref struct EmbeddingBatch<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    public required int Dimension { get; init; }

    /// <summary>Row by row.</summary>
    public required ReadOnlySpan<T> Embeddings { get; init; }

    public required ReadOnlySpan<int> Labels { get; init; }

    /// <summary>One a row.</summary>
    public ReadOnlySpan<T> Weights { get; init; }

    public Span<T> Losses { get; init; }

    public Span<T> Gradient { get; init; }

    public int Rows => Labels.Length;

    public T WeightOf(int row) => Weights.IsEmpty ? T.One : Weights[row];

    /// <summary>
    /// The rows with the label of <paramref name="anchor"/>, without it, and the rows of other labels, in order.
    /// </summary>
    public int Split(int anchor, Span<int> rows)
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
}
