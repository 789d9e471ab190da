namespace LossKit;

/// <summary>Where the gradients of a loss of <see cref="Retrieval{T}"/> go.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public readonly ref struct RetrievalGradients<T> where T : unmanaged
{
    /// <summary>With respect to <see cref="Retrieval{T}.Queries"/>.</summary>
    public Span<T> Queries { get; init; }

    /// <summary>With respect to <see cref="Retrieval{T}.Keys"/>.</summary>
    public Span<T> Keys { get; init; }

    /// <summary>With respect to <see cref="Retrieval{T}.Negatives"/>.</summary>
    public Span<T> Negatives { get; init; }

    /// <summary>
    /// With respect to the scale, one number; of a learnt logarithm t of it, the derivative is this times eᵗ.
    /// </summary>
    public Span<T> Scale { get; init; }

    /// <summary>With respect to the bias, one number.</summary>
    public Span<T> Bias { get; init; }
}
