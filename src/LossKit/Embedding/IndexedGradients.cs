namespace LossKit;

/// <summary>Where the gradient of a loss of indexed pairs or triplets goes.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public readonly ref struct IndexedGradients<T> where T : unmanaged
{
    /// <summary>
    /// With respect to the embeddings: of each row what all its pairs or triplets make, added up in their order.
    /// </summary>
    public Span<T> Embeddings { get; init; }
}
