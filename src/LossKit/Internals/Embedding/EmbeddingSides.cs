namespace LossKit.Internals.Embedding;

/// <summary>The inputs of a batch of embeddings, one to three of as many rows, with labels if there are any.</summary>
internal readonly ref struct EmbeddingSides<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    public ReadOnlySpan<T> First { get; init; }

    public ReadOnlySpan<T> Second { get; init; }

    public ReadOnlySpan<T> Third { get; init; }

    public ReadOnlySpan<int> Labels { get; init; }

    /// <summary>
    /// Of the second, where they have labels of their own; then the first are compared with these alone.
    /// </summary>
    public ReadOnlySpan<int> SecondLabels { get; init; }

    public ReadOnlySpan<T> Targets { get; init; }

    /// <summary>What similarities are multiplied with, if that is an input: one number.</summary>
    public ReadOnlySpan<T> Scale { get; init; }

    /// <summary>Whether rows are compared with others than themselves.</summary>
    public bool IsAcross => !SecondLabels.IsEmpty;

    /// <summary>The labels of what rows are compared with.</summary>
    public ReadOnlySpan<int> ColumnLabels => IsAcross ? SecondLabels : Labels;

    /// <summary>The number of the first row among the columns: beyond them if these are others.</summary>
    public int FirstRow => SecondLabels.Length;

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

    /// <summary>One number.</summary>
    public Span<T> OfScale { get; init; }

    public Span<T> this[int side] => side switch { 0 => First, 1 => Second, _ => Third };

    /// <summary>What a call computes, if these are what it writes.</summary>
    public DerivativeOrder Order => First.IsEmpty && Second.IsEmpty && Third.IsEmpty && OfScale.IsEmpty
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
        OfScale.Clear();
    }

    public void Scale(T factor)
    {
        Spans.Scale(First, factor);
        Spans.Scale(Second, factor);
        Spans.Scale(Third, factor);
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
