namespace LossKit;

/// <summary>
/// A last layer whose rare classes lie in tails, with what goes into it: a head of the frequent classes and one logit a
/// tail, and of each tail a projection into fewer numbers with the prototypes of its classes among those.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public readonly ref struct AdaptiveLinear<T> where T : unmanaged
{
    /// <summary>Rows × dimension, row by row: what the model's body makes of each example or token.</summary>
    public required ReadOnlySpan<T> Hidden { get; init; }

    /// <summary>(Frequent classes + tails) × dimension, row by row.</summary>
    public required ReadOnlySpan<T> Head { get; init; }

    /// <summary>One a row of the head, added to its logits. None means 0.</summary>
    public ReadOnlySpan<T> HeadBias { get; init; }

    /// <summary>
    /// The tails' projections one after the other, that of tail i with <see
    /// cref="AdaptiveSoftmaxLoss{T}.TailDimensions"/> rows of the dimension: <see
    /// cref="AdaptiveSoftmaxLoss{T}.ProjectionOf"/> says where each lies.
    /// </summary>
    public required ReadOnlySpan<T> Projections { get; init; }

    /// <summary>
    /// The prototypes of the tails' classes one after the other, those of tail i with as many numbers as its projection
    /// has rows: <see cref="AdaptiveSoftmaxLoss{T}.PrototypesOf"/> says where each tail's lie.
    /// </summary>
    public required ReadOnlySpan<T> Tails { get; init; }

    /// <summary>
    /// One a row: a class, or the label that is to be ignored. Classes are in the order of the tails.
    /// </summary>
    public required ReadOnlySpan<int> Labels { get; init; }
}
