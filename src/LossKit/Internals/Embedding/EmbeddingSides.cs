namespace LossKit.Internals.Embedding;

/// <summary>The inputs of a batch of embeddings, one to three of as many rows, with labels if there are any.</summary>
internal readonly ref struct EmbeddingSides<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    public ReadOnlySpan<T> First { get; init; }

    public ReadOnlySpan<T> Second { get; init; }

    public ReadOnlySpan<T> Third { get; init; }

    public ReadOnlySpan<int> Labels { get; init; }

    public ReadOnlySpan<T> Targets { get; init; }

    public ReadOnlySpan<T> this[int side] => side switch { 0 => First, 1 => Second, _ => Third };

    /// <summary>Some of the rows.</summary>
    public EmbeddingSides<T> Part(Range rows, Range numbers) => new()
    {
        First = Rows.IfAny(First, numbers),
        Second = Rows.IfAny(Second, numbers),
        Third = Rows.IfAny(Third, numbers),
        Labels = Rows.IfAny(Labels, rows),
        Targets = Rows.IfAny(Targets, rows),
    };
}

/// <summary>Where the gradients of <see cref="Sides{T}"/> go; those left out are empty.</summary>
internal readonly ref struct SideGradients<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    public Span<T> First { get; init; }

    public Span<T> Second { get; init; }

    public Span<T> Third { get; init; }

    public Span<T> this[int side] => side switch { 0 => First, 1 => Second, _ => Third };

    /// <summary>What a call computes, if these are what it writes.</summary>
    public DerivativeOrder Order => First.IsEmpty && Second.IsEmpty && Third.IsEmpty
        ? DerivativeOrder.Value
        : DerivativeOrder.Gradient;

    public SideGradients<T> Part(Range numbers) => new()
    {
        First = Rows.IfAny(First, numbers),
        Second = Rows.IfAny(Second, numbers),
        Third = Rows.IfAny(Third, numbers),
    };

    public void Clear()
    {
        First.Clear();
        Second.Clear();
        Third.Clear();
    }
}

/// <summary>What a loss of embeddings reads and writes. Empty spans are not read or written.</summary>
internal readonly ref struct EmbeddingBatch<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    public EmbeddingSides<T> Sides { get; init; }

    public SideGradients<T> Gradients { get; init; }

    public ReadOnlySpan<T> Weights { get; init; }

    public Span<T> Losses { get; init; }
}
