namespace LossKit;

/// <summary>
/// A loss of pairs of embeddings, each with a label that says how the two are to lie. Rows are row by row; labels, weights
/// and losses are one a pair.
/// </summary>
/// <remarks>
/// All spans are checked before anything is written; what is written must lie apart from everything else. A NaN makes
/// its pair's loss and gradients NaN, and no other's. Without weight the mean is NaN and all gradients are 0. Immutable,
/// safe to share between threads, without allocation per call.
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public interface IPairLoss<T> where T : unmanaged
{
    /// <summary>How many numbers a row has.</summary>
    int Dimension { get; }

    /// <summary>The loss of a batch of pairs.</summary>
    /// <param name="first">One row of each pair: pairs × dimension.</param>
    /// <param name="second">The other row of each pair.</param>
    /// <param name="labels">What is to be the case, one a pair; the loss says which labels there are.</param>
    /// <param name="weights">What each pair counts; none means 1 each.</param>
    /// <returns>Weighted sum, total weight and count; <see cref="Cost.Mean"/> is the mean loss.</returns>
    /// <exception cref="ArgumentException">Lengths do not fit, or a label is none of the loss'.</exception>
    Cost Value(
        ReadOnlySpan<T> first, ReadOnlySpan<T> second, ReadOnlySpan<int> labels, ReadOnlySpan<T> weights = default);

    /// <summary>The loss of a batch, and of each pair by itself.</summary>
    /// <param name="first">One row of each pair: pairs × dimension.</param>
    /// <param name="second">The other row of each pair.</param>
    /// <param name="labels">What is to be the case, one a pair.</param>
    /// <param name="losses">Receives the loss of each pair, before weights.</param>
    /// <param name="weights">What each pair counts in the returned cost; none means 1 each.</param>
    /// <returns>As <see cref="Value"/>.</returns>
    /// <exception cref="ArgumentException">
    /// Lengths do not fit, a label is none of the loss', or buffers overlap.
    /// </exception>
    Cost PerExample(
        ReadOnlySpan<T> first,
        ReadOnlySpan<T> second,
        ReadOnlySpan<int> labels,
        Span<T> losses,
        ReadOnlySpan<T> weights = default);

    /// <summary>The loss of a batch and its gradients with respect to both rows of each pair.</summary>
    /// <param name="first">One row of each pair: pairs × dimension.</param>
    /// <param name="second">The other row of each pair.</param>
    /// <param name="labels">What is to be the case, one a pair.</param>
    /// <param name="gradientFirst">Receives the gradient with respect to <paramref name="first"/>.</param>
    /// <param name="gradientSecond">Receives the gradient with respect to <paramref name="second"/>.</param>
    /// <param name="weights">What each pair counts; none means 1 each.</param>
    /// <param name="reduction">Whether the gradients are those of the mean or of the sum.</param>
    /// <returns>As <see cref="Value"/>, whatever the reduction.</returns>
    /// <exception cref="ArgumentException">
    /// Lengths do not fit, a label is none of the loss', or buffers overlap.
    /// </exception>
    Cost ValueAndGradient(
        ReadOnlySpan<T> first,
        ReadOnlySpan<T> second,
        ReadOnlySpan<int> labels,
        Span<T> gradientFirst,
        Span<T> gradientSecond,
        ReadOnlySpan<T> weights = default,
        Reduction reduction = Reduction.Mean);
}
