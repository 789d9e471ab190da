namespace LossKit;

/// <summary>Where the gradients of a loss of images go.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public readonly ref struct ImageGradients<T> where T : unmanaged
{
    /// <summary>With respect to <see cref="Images{T}.Predictions"/>; 0 for what is masked.</summary>
    public Span<T> Predictions { get; init; }
}
