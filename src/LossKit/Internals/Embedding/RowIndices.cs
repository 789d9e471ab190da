namespace LossKit.Internals.Embedding;

/// <summary>Two or three rows of an array for each loss.</summary>
internal readonly ref struct RowIndices<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    public required ReadOnlySpan<T> Rows { get; init; }

    public required ReadOnlySpan<int> First { get; init; }

    public required ReadOnlySpan<int> Second { get; init; }

    public ReadOnlySpan<int> Third { get; init; }

    /// <summary>Labels and targets without rows.</summary>
    public EmbeddingSides<T> Targets { get; init; }

    public ReadOnlySpan<int> this[int side] => side switch { 0 => First, 1 => Second, _ => Third };
}
