namespace LossKit;

/// <summary>
/// A loss of triplets of embeddings: each anchor is to lie nearer to its positive than to its negative. Rows are row by
/// row; weights and losses are one a triplet.
/// </summary>
/// <inheritdoc cref="IPairLoss{T}"/>
public interface ITripletLoss<T> where T : unmanaged
{
    /// <summary>How many numbers a row has.</summary>
    int Dimension { get; }

    /// <summary>The loss of a batch of triplets.</summary>
    /// <param name="anchors">The anchors: triplets × dimension.</param>
    /// <param name="positives">What each anchor is to be near to.</param>
    /// <param name="negatives">What each anchor is to be far from.</param>
    /// <param name="weights">What each triplet counts; none means 1 each.</param>
    /// <returns>Weighted sum, total weight and count; <see cref="Cost.Mean"/> is the mean loss.</returns>
    /// <exception cref="ArgumentException">Lengths do not fit.</exception>
    Cost Value(
        ReadOnlySpan<T> anchors,
        ReadOnlySpan<T> positives,
        ReadOnlySpan<T> negatives,
        ReadOnlySpan<T> weights = default);

    /// <summary>The loss of a batch, and of each triplet by itself.</summary>
    /// <param name="anchors">The anchors: triplets × dimension.</param>
    /// <param name="positives">What each anchor is to be near to.</param>
    /// <param name="negatives">What each anchor is to be far from.</param>
    /// <param name="losses">Receives the loss of each triplet, before weights.</param>
    /// <param name="weights">What each triplet counts in the returned cost; none means 1 each.</param>
    /// <returns>As <see cref="Value"/>.</returns>
    /// <exception cref="ArgumentException">Lengths do not fit, or buffers overlap.</exception>
    Cost PerExample(
        ReadOnlySpan<T> anchors,
        ReadOnlySpan<T> positives,
        ReadOnlySpan<T> negatives,
        Span<T> losses,
        ReadOnlySpan<T> weights = default);

    /// <summary>The loss of a batch and its gradients with respect to all rows of each triplet.</summary>
    /// <param name="anchors">The anchors: triplets × dimension.</param>
    /// <param name="positives">What each anchor is to be near to.</param>
    /// <param name="negatives">What each anchor is to be far from.</param>
    /// <param name="gradientAnchors">Receives the gradient with respect to <paramref name="anchors"/>.</param>
    /// <param name="gradientPositives">Receives the gradient with respect to <paramref name="positives"/>.</param>
    /// <param name="gradientNegatives">Receives the gradient with respect to <paramref name="negatives"/>.</param>
    /// <param name="weights">What each triplet counts; none means 1 each.</param>
    /// <param name="reduction">Whether the gradients are those of the mean or of the sum.</param>
    /// <returns>As <see cref="Value"/>, whatever the reduction.</returns>
    /// <exception cref="ArgumentException">Lengths do not fit, or buffers overlap.</exception>
    Cost ValueAndGradient(
        ReadOnlySpan<T> anchors,
        ReadOnlySpan<T> positives,
        ReadOnlySpan<T> negatives,
        Span<T> gradientAnchors,
        Span<T> gradientPositives,
        Span<T> gradientNegatives,
        ReadOnlySpan<T> weights = default,
        Reduction reduction = Reduction.Mean);
}
