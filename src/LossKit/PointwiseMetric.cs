namespace LossKit;

/// <summary>
/// What one prediction costs against one target, over batches of them, where there is no gradient to follow: error
/// rates, decisions at a threshold. The factories of <see cref="Loss"/> and of <see cref="DecisionCosts"/> make them.
/// </summary>
/// <inheritdoc cref="IMetric{T, TTarget}"/>
public sealed class PointwiseMetric<T> : NamedMetric, IMetric<T, T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly PointwiseLoss<T> _values;

    internal PointwiseMetric(PointwiseLoss<T> values) => _values = values;

    /// <inheritdoc/>
    public Shape Shape => _values.Shape;

    /// <inheritdoc/>
    public Cost Value(ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, ReadOnlySpan<T> weights = default) =>
        _values.Value(predictions, targets, weights);

    /// <inheritdoc/>
    public Cost PerExample(
        ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, Span<T> losses, ReadOnlySpan<T> weights = default) =>
        _values.PerExample(predictions, targets, losses, weights);

    /// <inheritdoc cref="ParallelLosses.InParallel"/>
    public PointwiseMetric<T> InParallel(int degree) => new(_values.InParallel(degree)) { Name = Name };

    /// <inheritdoc cref="CheckedMetric{T, TTarget}"/>
    public CheckedMetric<T, T> Checked() => new(this, _values.CheckNumbers);
}
