namespace LossKit;

/// <summary>
/// A number of each group of entries, of all its predictions and targets together, that has no gradient to follow: how
/// good the order of a query's documents is. The larger, the better, unless it says otherwise.
/// </summary>
/// <remarks>
/// Entries of a group that are masked, or whose weight is 0, are left out before anything is looked at: whatever they
/// hold, it is as if they were not there. A NaN prediction or target makes the value of its group NaN, and no other's.
/// A weight of 0 hides its group, also its NaN. <see cref="Cost.Count"/> and <see cref="Cost.Weight"/> are those of the
/// groups that count: a group without entries does not, and the metric says which others do not. If no group counts,
/// the mean is NaN. All is checked before anything is written. Immutable and safe to share between threads.
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public interface IGroupedMetric<T> where T : unmanaged
{
    /// <summary>The mean over the groups of a batch.</summary>
    /// <param name="predictions">What the model says, group by group.</param>
    /// <param name="targets">What is true, one an entry.</param>
    /// <param name="groups">Which entries belong together.</param>
    /// <param name="weights">What each group counts; none means 1 each.</param>
    /// <param name="itemWeights">
    /// What each entry counts within its group, finite and not negative, if the metric takes any; none means 1 each.
    /// </param>
    /// <param name="mask">Which entries there are; none means all.</param>
    /// <returns>
    /// Weighted sum, total weight and count, which add up over batches; <see cref="Cost.Mean"/> is the mean of the
    /// groups.
    /// </returns>
    /// <exception cref="ArgumentException">Lengths do not fit, or an entry is what no entry can be.</exception>
    Cost Value(
        ReadOnlySpan<T> predictions,
        ReadOnlySpan<T> targets,
        Groups groups,
        ReadOnlySpan<T> weights = default,
        ReadOnlySpan<T> itemWeights = default,
        ReadOnlySpan<bool> mask = default);

    /// <summary>The mean over the groups of a batch, and the value of each group by itself.</summary>
    /// <param name="predictions">What the model says, group by group.</param>
    /// <param name="targets">What is true, one an entry.</param>
    /// <param name="groups">Which entries belong together.</param>
    /// <param name="values">Receives the value of each group, before weights; NaN for those that do not count.</param>
    /// <param name="weights">What each group counts in the returned cost; none means 1 each.</param>
    /// <param name="itemWeights">As <see cref="Value"/> has them.</param>
    /// <param name="mask">Which entries there are; none means all.</param>
    /// <returns>As <see cref="Value"/>.</returns>
    /// <exception cref="ArgumentException">
    /// Lengths do not fit, buffers overlap, or an entry is what no entry can be.
    /// </exception>
    Cost PerExample(
        ReadOnlySpan<T> predictions,
        ReadOnlySpan<T> targets,
        Groups groups,
        Span<T> values,
        ReadOnlySpan<T> weights = default,
        ReadOnlySpan<T> itemWeights = default,
        ReadOnlySpan<bool> mask = default);
}
