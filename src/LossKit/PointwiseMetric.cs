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

    /// <summary>
    /// The mean of each column of predictions, against the one target of each row: the coverage of every quantile of a
    /// vector of them, of <see cref="Loss.Coverage"/>.
    /// </summary>
    /// <param name="predictions">Rows × columns, row by row, or column by column.</param>
    /// <param name="targets">One a row.</param>
    /// <param name="costs">
    /// Receives one cost a column, which says how many columns there are; they add up over batches.
    /// </param>
    /// <param name="weights">What each row counts; none means 1 each.</param>
    /// <param name="isPlanar">Whether the predictions lie column by column.</param>
    /// <exception cref="ArgumentException">Lengths do not fit.</exception>
    public void PerColumn(
        ReadOnlySpan<T> predictions,
        ReadOnlySpan<T> targets,
        Span<Cost> costs,
        ReadOnlySpan<T> weights = default,
        bool isPlanar = false)
    {
        int rows = targets.Length;
        BatchChecks.Table(nameof(predictions), predictions.Length, rows, "rows", costs.Length);
        BatchChecks.LengthIfGiven(nameof(weights), weights.Length, rows, "rows");
        using Rented<T> rented = new(isPlanar ? 0 : rows);
        for (int column = 0; column < costs.Length; column++)
        {
            for (int row = 0; row < rented.Span.Length; row++)
            {
                rented.Span[row] = predictions[row * costs.Length + column];
            }

            costs[column] = Value(isPlanar ? predictions.Slice(column * rows, rows) : rented.Span, targets, weights);
        }
    }

    /// <inheritdoc cref="ParallelLosses.InParallel"/>
    public PointwiseMetric<T> InParallel(int degree) => new(_values.InParallel(degree)) { Name = Name };

    /// <inheritdoc cref="CheckedMetric{T, TTarget}"/>
    public CheckedMetric<T, T> Checked() => new(this, _values.CheckNumbers);
}
