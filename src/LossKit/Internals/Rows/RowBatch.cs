namespace LossKit.Internals.Rows;

/// <summary>What a pass over rows reads and writes. Empty spans are not read or written.</summary>
internal ref struct RowBatch<T>
{
    public required int Columns { readonly get; init; }

    /// <summary>Row by row.</summary>
    public required ReadOnlySpan<T> Predictions { readonly get; init; }

    /// <summary>One a row, or empty if there are <see cref="Targets"/>.</summary>
    public ReadOnlySpan<int> Labels { readonly get; set; }

    /// <summary>Whether some labels say that their rows are to be left out.</summary>
    public bool HasIgnored { readonly get; set; }

    /// <summary>Row by row, as the predictions.</summary>
    public ReadOnlySpan<T> Targets { readonly get; set; }

    /// <summary>One a row.</summary>
    public ReadOnlySpan<T> Weights { readonly get; set; }

    /// <summary>One a row.</summary>
    public Span<T> Losses { readonly get; set; }

    public Span<T> Gradient { readonly get; set; }

    public Span<T> Hessian { readonly get; set; }

    /// <summary>What the derivatives are multiplied with, on top of the weights.</summary>
    public T Scale { readonly get; set; }

    public readonly int Rows => Predictions.Length / Columns;
}
