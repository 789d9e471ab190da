namespace LossKit;

/// <summary>
/// What the predictions of a batch cost: a loss, or a number without a gradient to follow, as an error rate or the
/// price of decisions. Implementations are immutable, safe to share between threads, and allocate nothing per call.
/// </summary>
/// <remarks>
/// All spans are checked before anything is written: lengths must agree exactly, and a buffer that is written may be
/// one of the inputs itself (the gradient in place of the predictions), unless a loss says otherwise, but not overlap
/// one partly. Weights are taken as they are: a negative one counts its example against the others, and weights whose
/// sum is 0 have no mean and no gradient of it; <c>Checked()</c> refuses negative ones.
/// A NaN prediction or target makes its own loss and derivatives, and so the sum, NaN; no other entry is touched. A
/// batch without weight (empty, or all weights 0) has a NaN mean, derivatives of exactly 0, and adds nothing to an
/// aggregate.
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <typeparam name="TTarget">
/// <typeparamref name="T"/> for values and probabilities, <see cref="int"/> for labels.
/// </typeparam>
public interface IMetric<T, TTarget> where T : unmanaged where TTarget : unmanaged
{
    /// <summary>How predictions, targets and losses belong together.</summary>
    Shape Shape { get; }

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
}
