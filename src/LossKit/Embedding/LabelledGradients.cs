namespace LossKit;

/// <summary>Where the gradient of a loss of a labelled batch goes.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public readonly ref struct LabelledGradients<T> where T : unmanaged
{
    /// <summary>With respect to <see cref="Labelled{T}.Embeddings"/>.</summary>
    public Span<T> Embeddings { get; init; }

    /// <summary>With respect to <see cref="Labelled{T}.References"/>.</summary>
    public Span<T> References { get; init; }

    /// <summary>With respect to <see cref="Labelled{T}.Boundaries"/>.</summary>
    public Span<T> Boundaries { get; init; }

    /// <inheritdoc cref="ViewGradients{T}.Scale"/>
    public Span<T> Scale { get; init; }
}
