namespace LossKit.Internals.Pointwise;

/// <summary>How many derivatives a pass computes.</summary>
internal enum DerivativeOrder
{
    Value,
    Gradient,
    Hessian,
}

/// <summary>What a pass over a batch reads and writes. Empty spans are not read or written.</summary>
internal ref struct PointwiseBatch<T>
{
    public required ReadOnlySpan<T> Predictions { readonly get; init; }

    public required ReadOnlySpan<T> Targets { readonly get; init; }

    public ReadOnlySpan<T> Weights { readonly get; set; }

    public Span<T> Losses { readonly get; init; }

    public Span<T> Gradient { readonly get; init; }

    public Span<T> Hessian { readonly get; init; }

    /// <summary>What the derivatives are multiplied with, on top of the weights.</summary>
    public T Scale { readonly get; set; }

    /// <summary>
    /// Whether derivatives are to be written past the caches. Their memory has to stay where it is, and to begin at a
    /// multiple of a number's size.
    /// </summary>
    public bool Streams { readonly get; init; }

    /// <summary>Whether it is a part of a larger batch, of which the nearest cache holds little.</summary>
    public bool IsPart { readonly get; init; }

    public readonly int Length => Predictions.Length;

    public readonly PointwiseBatch<T> Slice(int start, int length) => new()
    {
        Predictions = Predictions.Slice(start, length),
        Targets = Targets.Slice(start, length),
        Weights = Weights.IsEmpty ? default : Weights.Slice(start, length),
        Losses = Losses.IsEmpty ? default : Losses.Slice(start, length),
        Gradient = Gradient.IsEmpty ? default : Gradient.Slice(start, length),
        Hessian = Hessian.IsEmpty ? default : Hessian.Slice(start, length),
        Scale = Scale,
        IsPart = Length > NearCache.Bytes / Unsafe.SizeOf<T>(),
    };
}
