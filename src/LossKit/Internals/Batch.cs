namespace LossKit.Internals;

/// <summary>What a pass over a batch reads and writes. Empty spans are not read or written.</summary>
internal ref struct Batch<T> : IEvaluation<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    // Beyond the first, so that a batch of one column needs no constructor, after which short calls would copy it.
    private int _furtherColumns;
    private int _furtherTargetColumns;

    /// <summary>One an example. A field, because a copy of what has just been written would wait for it.</summary>
    public ReadOnlySpan<T> Weights;

    /// <summary>What evaluates it, if it is a whole.</summary>
    public Kernel<T>? Kernel { readonly get; set; }

    /// <summary>How many losses it counts as, if it is a whole.</summary>
    public int Count { readonly get; set; }

    public required ReadOnlySpan<T> Predictions { readonly get; init; }

    public ReadOnlySpan<T> Targets { readonly get; set; }

    /// <summary>One an example, in place of <see cref="Targets"/>.</summary>
    public ReadOnlySpan<int> Labels { readonly get; set; }

    /// <summary>One an example.</summary>
    public Span<T> Losses { readonly get; init; }

    public Span<T> Gradient { readonly get; init; }

    public Span<T> Hessian { readonly get; init; }

    /// <summary>What the derivatives are multiplied with, on top of the weights.</summary>
    public T Scale { readonly get; set; }

    /// <summary>How many predictions an example has.</summary>
    public int Columns
    {
        readonly get => _furtherColumns + 1;
        set => _furtherColumns = value - 1;
    }

    /// <summary>How many targets an example has.</summary>
    public int TargetColumns
    {
        readonly get => _furtherTargetColumns + 1;
        set => _furtherTargetColumns = value - 1;
    }

    /// <summary>Whether the targets of rows are one number each, instead of one a column.</summary>
    public readonly bool HasPlaces => !Targets.IsEmpty && TargetColumns < Columns;

    /// <summary>
    /// How far columns are apart if the numbers lie column by column; 0 if they lie example by example.
    /// </summary>
    public int Pitch { readonly get; set; }

    /// <summary>Whether some labels say that their examples are to be left out.</summary>
    public bool HasIgnored { readonly get; set; }

    /// <summary>
    /// Whether derivatives are to be written past the caches. Their memory has to stay where it is, and to begin at a
    /// multiple of a number's size.
    /// </summary>
    public bool Streams { readonly get; init; }

    /// <summary>Whether it is a part of a larger batch, of which the nearest cache holds little.</summary>
    public bool IsPart { readonly get; init; }

    /// <summary>How many examples there are.</summary>
    public readonly int Length => Pitch > 0
        ? Predictions.Length - (Columns - 1) * Pitch
        : _furtherColumns == 0 ? Predictions.Length : Predictions.Length / Columns;

    readonly int IEvaluation<T>.Losses => Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    CompensatedSum IEvaluation<T>.Run(in Call<T> call)
    {
        Weights = call.Weights;
        Scale = call.Scale;
        return BatchWork<T>.Run(Kernel!, this, call.Order, call.Degree);
    }

    readonly void IEvaluation<T>.ClearDerivatives()
    {
        Gradient.Clear();
        Hessian.Clear();
    }

    /// <summary>A part of the batch that is evaluated as the whole would be.</summary>
    public readonly Batch<T> Segment(int start, int length) => new()
    {
        Predictions = Part(Predictions, Columns, start, length),
        Targets = Part(Targets, TargetColumns, start, length),
        Labels = Labels.IsEmpty ? default : Labels.Slice(start, length),
        Weights = Weights.IsEmpty ? default : Weights.Slice(start, length),
        Losses = Losses.IsEmpty ? default : Losses.Slice(start, length),
        Gradient = Part(Gradient, Columns, start, length),
        Hessian = Part(Hessian, Columns, start, length),
        Scale = Scale,
        _furtherColumns = _furtherColumns,
        _furtherTargetColumns = _furtherTargetColumns,
        Pitch = Pitch,
        HasIgnored = HasIgnored,
        Streams = Streams,
    };

    /// <summary>A part that stays in the nearest cache.</summary>
    public readonly Batch<T> Slice(int start, int length) => Segment(start, length) with
    {
        Streams = false,
        IsPart = Predictions.Length > NearCache.Bytes / Unsafe.SizeOf<T>(),
    };

    private readonly ReadOnlySpan<T> Part(ReadOnlySpan<T> numbers, int columns, int start, int length) =>
        numbers.IsEmpty ? default
        : Pitch > 0 ? numbers.Slice(start, (columns - 1) * Pitch + length)
        : numbers.Slice(start * columns, length * columns);

    private readonly Span<T> Part(Span<T> numbers, int columns, int start, int length) =>
        numbers.IsEmpty ? default
        : Pitch > 0 ? numbers.Slice(start, (columns - 1) * Pitch + length)
        : numbers.Slice(start * columns, length * columns);
}
