namespace LossKit;

/// <summary>Pairs of rows of one array of embeddings.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public readonly ref struct IndexedPairs<T> where T : unmanaged
{
    /// <summary>Rows × dimension, row by row; each may be in any number of pairs.</summary>
    public required ReadOnlySpan<T> Embeddings { get; init; }

    /// <summary>Which row is the first of each pair.</summary>
    public required ReadOnlySpan<int> First { get; init; }

    /// <summary>Which row is the second.</summary>
    public required ReadOnlySpan<int> Second { get; init; }

    /// <inheritdoc cref="Pairs{T}.Labels"/>
    public ReadOnlySpan<int> Labels { get; init; }

    /// <inheritdoc cref="Pairs{T}.Targets"/>
    public ReadOnlySpan<T> Targets { get; init; }
}
