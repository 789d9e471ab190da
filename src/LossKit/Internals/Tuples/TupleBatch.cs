namespace LossKit.Internals.Tuples;

/// <summary>A part of a batch of tuples, in the spans of the whole. Empty spans are not read or written.</summary>
internal readonly ref struct TupleBatch<T>
{
    public required ReadOnlySpan<T> Predictions { get; init; }

    public required ReadOnlySpan<T> Targets { get; init; }

    public ReadOnlySpan<T> Weights { get; init; }

    public Span<T> Losses { get; init; }

    public Span<T> Gradient { get; init; }

    public Span<T> Hessian { get; init; }

    /// <summary>What the derivatives are multiplied with, on top of the weights.</summary>
    public T Scale { get; init; }

    /// <summary>Whether the numbers lie column by column, else example by example.</summary>
    public bool IsPlanar { get; init; }

    /// <summary>How many examples the whole has.</summary>
    public required int Length { get; init; }

    /// <summary>The first example of the part.</summary>
    public required int Start { get; init; }

    /// <summary>How many examples the part has.</summary>
    public required int Count { get; init; }
}
