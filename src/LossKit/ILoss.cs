namespace LossKit;

/// <summary>
/// A loss over a batch: how wrong the predictions are, and in which direction to move them. Implementations are
/// immutable, safe to share between threads, and allocate nothing per call.
/// </summary>
/// <remarks>
/// All spans are checked before anything is written: lengths must agree exactly, and a buffer that is written may be
/// one of the inputs itself (the gradient in place of the predictions), unless a loss says otherwise, but not overlap one
/// partly.
/// A NaN prediction or target makes its own loss and derivatives, and so the sum, NaN; no other entry is touched. A
/// batch without weight (empty, or all weights 0) has a NaN mean, derivatives of exactly 0, and adds nothing to an
/// aggregate.
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <typeparam name="TTarget">
/// <typeparamref name="T"/> for values and probabilities, <see cref="int"/> for labels.
/// </typeparam>
public interface ILoss<T, TTarget> where T : unmanaged where TTarget : unmanaged
{
    /// <summary>The loss of a batch.</summary>
    /// <param name="predictions">What the model says.</param>
    /// <param name="targets">What is true.</param>
    /// <param name="weights">What each example counts; none means 1 each.</param>
    /// <returns>Weighted sum, total weight and count; <see cref="Cost.Mean"/> is the mean loss.</returns>
    /// <exception cref="ArgumentException">Lengths differ, or buffers overlap partly.</exception>
    Cost Value(ReadOnlySpan<T> predictions, ReadOnlySpan<TTarget> targets, ReadOnlySpan<T> weights = default);

    /// <summary>The loss of a batch, and of each example by itself.</summary>
    /// <param name="predictions">What the model says.</param>
    /// <param name="targets">What is true.</param>
    /// <param name="losses">Receives the loss of each example, before weights.</param>
    /// <param name="weights">What each example counts in the returned cost; none means 1 each.</param>
    /// <returns>As <see cref="Value"/>.</returns>
    /// <exception cref="ArgumentException">Lengths differ, or buffers overlap partly.</exception>
    Cost PerExample(
        ReadOnlySpan<T> predictions, ReadOnlySpan<TTarget> targets, Span<T> losses, ReadOnlySpan<T> weights = default);

    /// <summary>The loss of a batch and its gradient with respect to the predictions, in one pass.</summary>
    /// <param name="predictions">What the model says.</param>
    /// <param name="targets">What is true.</param>
    /// <param name="gradient">Receives the gradient; may be the predictions themselves, unless the loss says otherwise.</param>
    /// <param name="weights">What each example counts; none means 1 each.</param>
    /// <param name="reduction">Whether the gradient is that of the mean or of the sum.</param>
    /// <returns>As <see cref="Value"/>, whatever the reduction.</returns>
    /// <exception cref="ArgumentException">Lengths differ, or buffers overlap partly.</exception>
    Cost ValueAndGradient(
        ReadOnlySpan<T> predictions,
        ReadOnlySpan<TTarget> targets,
        Span<T> gradient,
        ReadOnlySpan<T> weights = default,
        Reduction reduction = Reduction.Mean);
}
