namespace LossKit;

/// <summary>A loss over a batch: how wrong the predictions are, and in which direction to move them.</summary>
/// <inheritdoc cref="IMetric{T, TTarget}"/>
public interface ILoss<T, TTarget> : IMetric<T, TTarget> where T : unmanaged where TTarget : unmanaged
{
    /// <summary>Domains, convexity, kinks and whatever else is known about the loss.</summary>
    LossFacts Facts => LossFacts.Unknown;

    /// <summary>The loss of a batch and its gradient with respect to the predictions, in one pass.</summary>
    /// <param name="predictions">What the model says.</param>
    /// <param name="targets">What is true.</param>
    /// <param name="gradient">
    /// Receives the gradient; may be the predictions themselves, unless the loss says otherwise.
    /// </param>
    /// <param name="weights">What each example counts; none means 1 each.</param>
    /// <param name="reduction">What the gradient is of.</param>
    /// <returns>As <see cref="IMetric{T, TTarget}.Value"/>, whatever the reduction.</returns>
    /// <exception cref="ArgumentException">Lengths differ, or buffers overlap partly.</exception>
    Cost ValueAndGradient(
        ReadOnlySpan<T> predictions,
        ReadOnlySpan<TTarget> targets,
        Span<T> gradient,
        ReadOnlySpan<T> weights = default,
        Reduction reduction = Reduction.Mean);
}
