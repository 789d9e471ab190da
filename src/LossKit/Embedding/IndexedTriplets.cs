namespace LossKit;

/// <summary>
/// Triplets of rows of one array of embeddings, such as <see cref="MinedLoss{T}.Triplets"/> finds them.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public readonly ref struct IndexedTriplets<T> where T : unmanaged
{
    /// <summary>Rows × dimension, row by row; each may be in any number of triplets.</summary>
    public required ReadOnlySpan<T> Embeddings { get; init; }

    /// <summary>Which row is the anchor of each triplet.</summary>
    public required ReadOnlySpan<int> Anchors { get; init; }

    /// <summary>Which row the anchor is to be near to.</summary>
    public required ReadOnlySpan<int> Positives { get; init; }

    /// <summary>Which row the anchor is to be far from.</summary>
    public required ReadOnlySpan<int> Negatives { get; init; }
}
