namespace LossKit;

/// <summary>Where the gradients of a loss of sequences go.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public readonly ref struct SequenceGradients<T> where T : unmanaged
{
    /// <summary>With respect to <see cref="Sequences{T}.Logits"/>; 0 in frames that do not count.</summary>
    public Span<T> Logits { get; init; }
}
