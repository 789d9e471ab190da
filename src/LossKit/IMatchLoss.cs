namespace LossKit;

/// <summary>
/// A loss of two embeddings of the same items: row i of one is to match row i of the other, and all other rows of the
/// batch are its negatives.
/// </summary>
/// <remarks>
/// All spans are checked before anything is written; what is written must lie apart from everything else. Every row is
/// compared with every other: a NaN makes the sum NaN, and all losses and gradients that it has a part in. Without
/// weight the mean is NaN and all gradients are 0.
/// Immutable and safe to share between threads; scratch memory is rented from the shared array pool for the time of a
/// call: as much as a batch has, and 1 MB or 48 numbers a row, or, where both views are compared with both, all
/// rows × rows if that is at most 16 times the batch or a million numbers.
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public interface IMatchLoss<T> where T : unmanaged
{
    /// <summary>How many numbers a row has.</summary>
    int Dimension { get; }

    /// <summary>How many losses a batch has, and so weights, if there are any.</summary>
    /// <param name="items">The rows of either input.</param>
    int Losses(int items);

    /// <summary>The loss of a batch.</summary>
    /// <param name="first">One embedding of each item, such as queries: items × dimension.</param>
    /// <param name="second">The other embedding of each item, such as keys.</param>
    /// <param name="weights">What each loss counts; none means 1 each.</param>
    /// <returns>Weighted sum, total weight and count; <see cref="Cost.Mean"/> is the mean loss.</returns>
    /// <exception cref="ArgumentException">Lengths do not fit.</exception>
    Cost Value(ReadOnlySpan<T> first, ReadOnlySpan<T> second, ReadOnlySpan<T> weights = default);

    /// <summary>The loss of a batch, and each loss by itself.</summary>
    /// <param name="first">One embedding of each item: items × dimension.</param>
    /// <param name="second">The other embedding of each item.</param>
    /// <param name="losses">Receives the losses, before weights; <see cref="Losses"/> says how many.</param>
    /// <param name="weights">What each loss counts in the returned cost; none means 1 each.</param>
    /// <returns>As <see cref="Value"/>.</returns>
    /// <exception cref="ArgumentException">Lengths do not fit, or buffers overlap.</exception>
    Cost PerExample(
        ReadOnlySpan<T> first, ReadOnlySpan<T> second, Span<T> losses, ReadOnlySpan<T> weights = default);

    /// <summary>The loss of a batch and its gradients with respect to both embeddings.</summary>
    /// <param name="first">One embedding of each item: items × dimension.</param>
    /// <param name="second">The other embedding of each item.</param>
    /// <param name="gradientFirst">Receives the gradient with respect to <paramref name="first"/>.</param>
    /// <param name="gradientSecond">Receives the gradient with respect to <paramref name="second"/>.</param>
    /// <param name="weights">What each loss counts; none means 1 each.</param>
    /// <param name="reduction">Whether the gradients are those of the mean or of the sum.</param>
    /// <returns>As <see cref="Value"/>, whatever the reduction.</returns>
    /// <exception cref="ArgumentException">Lengths do not fit, or buffers overlap.</exception>
    Cost ValueAndGradient(
        ReadOnlySpan<T> first,
        ReadOnlySpan<T> second,
        Span<T> gradientFirst,
        Span<T> gradientSecond,
        ReadOnlySpan<T> weights = default,
        Reduction reduction = Reduction.Mean);
}
