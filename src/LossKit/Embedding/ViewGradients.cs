namespace LossKit;

/// <summary>Where the gradients of a loss of <see cref="Views{T}"/> go.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public readonly ref struct ViewGradients<T> where T : unmanaged
{
    /// <summary>With respect to <see cref="Views{T}.First"/>.</summary>
    public Span<T> First { get; init; }

    /// <summary>With respect to <see cref="Views{T}.Second"/>.</summary>
    public Span<T> Second { get; init; }

    /// <summary>
    /// With respect to the scale, one number; of a learnt logarithm t of it, the derivative is this times eᵗ.
    /// </summary>
    public Span<T> Scale { get; init; }
}
