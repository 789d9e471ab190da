namespace LossKit;

/// <summary>Where the gradients of a loss of segmentations go.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public readonly ref struct SegmentationGradients<T> where T : unmanaged
{
    /// <summary>With respect to <see cref="Segmentation{T}.Predictions"/>; 0 for what is masked.</summary>
    public Span<T> Predictions { get; init; }
}
