namespace LossKit;

/// <summary>Where the gradients of a loss of triplets go.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public readonly ref struct TripletGradients<T> where T : unmanaged
{
    /// <summary>With respect to <see cref="Triplets{T}.Anchors"/>.</summary>
    public Span<T> Anchors { get; init; }

    /// <summary>With respect to <see cref="Triplets{T}.Positives"/>.</summary>
    public Span<T> Positives { get; init; }

    /// <summary>With respect to <see cref="Triplets{T}.Negatives"/>.</summary>
    public Span<T> Negatives { get; init; }
}
