namespace LossKit.Kernels.Rows;

/// <summary>What a pass over rows reads and writes. Empty spans are not read or written.</summary>
internal readonly ref struct RowBatch<T>
{
    public required int Columns { get; init; }

    /// <summary>Row by row.</summary>
    public required ReadOnlySpan<T> Predictions { get; init; }

    /// <summary>One a row, or empty if there are <see cref="Targets"/>.</summary>
    public ReadOnlySpan<int> Labels { get; init; }

    /// <summary>Whether some labels say that their rows are to be left out.</summary>
    public bool HasIgnored { get; init; }

    /// <summary>Row by row, as the predictions.</summary>
    public ReadOnlySpan<T> Targets { get; init; }

    /// <summary>One a row.</summary>
    public ReadOnlySpan<T> Weights { get; init; }

    /// <summary>One a row.</summary>
    public Span<T> Losses { get; init; }

    public Span<T> Gradient { get; init; }

    public Span<T> Hessian { get; init; }

    /// <summary>What the derivatives are multiplied with, on top of the weights.</summary>
    public T Scale { get; init; }

    public int Rows => Predictions.Length / Columns;
}
