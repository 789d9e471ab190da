namespace LossKit;

/// <summary>A loss that has a second derivative too, as Newton's method and gradient boosting use it.</summary>
/// <inheritdoc cref="ILoss{T, TTarget}"/>
public interface ISecondOrderLoss<T, TTarget> : ILoss<T, TTarget> where T : unmanaged where TTarget : unmanaged
{
    /// <summary>The loss of a batch, its gradient and the diagonal of its Hessian, in one pass.</summary>
    /// <remarks>The Hessian is the true second derivative: where that is 0 or negative, so is the entry.</remarks>
    /// <param name="predictions">What the model says.</param>
    /// <param name="targets">What is true.</param>
    /// <param name="gradient">Receives the gradient; may be the predictions themselves.</param>
    /// <param name="hessian">Receives d²/dp² of each prediction p, weighted and reduced as the gradient is.</param>
    /// <param name="weights">What each example counts; none means 1 each.</param>
    /// <param name="reduction">What the derivatives are of.</param>
    /// <returns>Weighted sum, total weight and count, whatever the reduction.</returns>
    /// <exception cref="ArgumentException">Lengths differ, or buffers overlap partly.</exception>
    Cost ValueGradientAndHessian(
        ReadOnlySpan<T> predictions,
        ReadOnlySpan<TTarget> targets,
        Span<T> gradient,
        Span<T> hessian,
        ReadOnlySpan<T> weights = default,
        Reduction reduction = Reduction.Mean);
}
