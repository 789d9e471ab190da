namespace LossKit;

/// <summary>Triplets of embeddings, row by row.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public readonly ref struct Triplets<T> where T : unmanaged
{
    /// <summary>The anchors: triplets × dimension.</summary>
    public required ReadOnlySpan<T> Anchors { get; init; }

    /// <summary>What each anchor is to be near to.</summary>
    public required ReadOnlySpan<T> Positives { get; init; }

    /// <summary>What each anchor is to be far from.</summary>
    public required ReadOnlySpan<T> Negatives { get; init; }
}
