namespace LossKit;

/// <summary>
/// A loss of groups of entries: one loss a group, of all its predictions and targets together. Predictions and targets
/// are one an entry; weights and losses are one a group.
/// </summary>
/// <remarks>
/// All spans are checked before anything is written. Derivatives may be written in place of the predictions, but must
/// lie apart from everything else. A NaN prediction or target makes the loss of its group and all its derivatives NaN;
/// no other group is touched. A weight of 0 hides its group, also its NaN; a negative one counts against the others.
/// <see cref="Cost.Count"/> and <see cref="Cost.Weight"/> are those of the groups that count: a group without entries
/// does not, and a loss may leave out others, such as queries without a pair to be ranked. Those have a loss of 0 and
/// derivatives of exactly 0. If no group counts, the mean is NaN. Immutable and safe to share between threads.
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <typeparam name="TTarget">What the targets are.</typeparam>
public interface IGroupedLoss<T, TTarget> where T : unmanaged where TTarget : unmanaged
{
    /// <summary>The loss of a batch.</summary>
    /// <param name="predictions">What the model says, group by group.</param>
    /// <param name="targets">What is true, one an entry.</param>
    /// <param name="groups">Which entries belong together.</param>
    /// <param name="weights">What each group counts; none means 1 each.</param>
    /// <returns>Weighted sum, total weight and count; <see cref="Cost.Mean"/> is the mean loss of a group.</returns>
    /// <exception cref="ArgumentException">Lengths do not fit.</exception>
    Cost Value(
        ReadOnlySpan<T> predictions, ReadOnlySpan<TTarget> targets, Groups groups, ReadOnlySpan<T> weights = default);

    /// <summary>The loss of a batch, and of each group by itself.</summary>
    /// <param name="predictions">What the model says, group by group.</param>
    /// <param name="targets">What is true, one an entry.</param>
    /// <param name="groups">Which entries belong together.</param>
    /// <param name="losses">Receives the loss of each group, before weights.</param>
    /// <param name="weights">What each group counts in the returned cost; none means 1 each.</param>
    /// <returns>As <see cref="Value"/>.</returns>
    /// <exception cref="ArgumentException">Lengths do not fit, or buffers overlap.</exception>
    Cost PerExample(
        ReadOnlySpan<T> predictions,
        ReadOnlySpan<TTarget> targets,
        Groups groups,
        Span<T> losses,
        ReadOnlySpan<T> weights = default);

    /// <summary>The loss of a batch and its gradient with respect to the predictions.</summary>
    /// <param name="predictions">What the model says, group by group.</param>
    /// <param name="targets">What is true, one an entry.</param>
    /// <param name="groups">Which entries belong together.</param>
    /// <param name="gradient">Receives the gradient, one an entry; may be the predictions themselves.</param>
    /// <param name="weights">What each group counts; none means 1 each.</param>
    /// <param name="reduction">What the gradient is of.</param>
    /// <returns>As <see cref="Value"/>, whatever the reduction.</returns>
    /// <exception cref="ArgumentException">Lengths do not fit, or buffers overlap.</exception>
    Cost ValueAndGradient(
        ReadOnlySpan<T> predictions,
        ReadOnlySpan<TTarget> targets,
        Groups groups,
        Span<T> gradient,
        ReadOnlySpan<T> weights = default,
        Reduction reduction = Reduction.Mean);
}

/// <summary>A loss of groups that has a second derivative too.</summary>
/// <inheritdoc cref="IGroupedLoss{T, TTarget}"/>
public interface ISecondOrderGroupedLoss<T, TTarget> : IGroupedLoss<T, TTarget>
    where T : unmanaged
    where TTarget : unmanaged
{
    /// <summary>The loss of a batch, its gradient and the diagonal of its Hessian.</summary>
    /// <remarks>
    /// What couples the entries of a group is left out; an entry of the diagonal may be negative, as the true second
    /// derivative is.
    /// </remarks>
    /// <param name="predictions">What the model says, group by group.</param>
    /// <param name="targets">What is true, one an entry.</param>
    /// <param name="groups">Which entries belong together.</param>
    /// <param name="gradient">Receives the gradient, one an entry; may be the predictions themselves.</param>
    /// <param name="hessian">Receives d²/dp² of each prediction p, weighted and reduced as the gradient is.</param>
    /// <param name="weights">What each group counts; none means 1 each.</param>
    /// <param name="reduction">What the derivatives are of.</param>
    /// <returns>Weighted sum, total weight and count, whatever the reduction.</returns>
    /// <exception cref="ArgumentException">Lengths do not fit, or buffers overlap.</exception>
    Cost ValueGradientAndHessian(
        ReadOnlySpan<T> predictions,
        ReadOnlySpan<TTarget> targets,
        Groups groups,
        Span<T> gradient,
        Span<T> hessian,
        ReadOnlySpan<T> weights = default,
        Reduction reduction = Reduction.Mean);
}
