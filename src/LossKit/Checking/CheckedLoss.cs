namespace LossKit;

/// <summary>
/// A metric or loss that looks at every number before it computes: the first outside its domain, or weight that is
/// negative or not finite, is an error that names its argument, index and row, instead of a NaN or a wrong sum in the
/// end. <c>Checked()</c> of a loss makes it.
/// </summary>
/// <remarks>
/// For debugging and for data of unknown quality: it reads everything once more. Nothing is written if anything is
/// wrong, entries of weight 0 included, but not rows whose label is ignored: those may hold anything. Spans of lengths
/// that do not fit are reported as by the loss itself, and so are labels that it does not know.
/// </remarks>
/// <inheritdoc cref="IMetric{T, TTarget}"/>
public class CheckedMetric<T, TTarget> : IMetric<T, TTarget>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TTarget : unmanaged
{
    private readonly IMetric<T, TTarget> _metric;

    internal CheckedMetric(IMetric<T, TTarget> metric, BatchCheck<T, TTarget> check) =>
        (_metric, Check) = (metric, check);

    /// <inheritdoc/>
    public Shape Shape => _metric.Shape;

    private protected BatchCheck<T, TTarget> Check { get; }

    /// <summary>The name of what is checked.</summary>
    public override string ToString() => _metric.ToString()!;

    /// <inheritdoc/>
    public Cost Value(ReadOnlySpan<T> predictions, ReadOnlySpan<TTarget> targets, ReadOnlySpan<T> weights = default)
    {
        Check(predictions, targets, weights);
        return _metric.Value(predictions, targets, weights);
    }

    /// <inheritdoc/>
    public Cost PerExample(
        ReadOnlySpan<T> predictions, ReadOnlySpan<TTarget> targets, Span<T> losses, ReadOnlySpan<T> weights = default)
    {
        Check(predictions, targets, weights);
        return _metric.PerExample(predictions, targets, losses, weights);
    }
}

/// <summary>A checked loss.</summary>
/// <inheritdoc cref="CheckedMetric{T, TTarget}"/>
public class CheckedLoss<T, TTarget> : CheckedMetric<T, TTarget>, ILoss<T, TTarget>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TTarget : unmanaged
{
    private readonly ILoss<T, TTarget> _loss;

    internal CheckedLoss(ILoss<T, TTarget> loss, BatchCheck<T, TTarget> check) : base(loss, check) => _loss = loss;

    /// <inheritdoc/>
    public LossFacts Facts => _loss.Facts;

    /// <inheritdoc/>
    public Cost ValueAndGradient(
        ReadOnlySpan<T> predictions,
        ReadOnlySpan<TTarget> targets,
        Span<T> gradient,
        ReadOnlySpan<T> weights = default,
        Reduction reduction = Reduction.Mean)
    {
        Check(predictions, targets, weights);
        return _loss.ValueAndGradient(predictions, targets, gradient, weights, reduction);
    }
}

/// <summary>A checked loss that has a second derivative.</summary>
/// <inheritdoc cref="CheckedMetric{T, TTarget}"/>
public class CheckedSecondOrderLoss<T, TTarget> : CheckedLoss<T, TTarget>, ISecondOrderLoss<T, TTarget>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TTarget : unmanaged
{
    private readonly ISecondOrderLoss<T, TTarget> _loss;

    internal CheckedSecondOrderLoss(ISecondOrderLoss<T, TTarget> loss, BatchCheck<T, TTarget> check)
        : base(loss, check) => _loss = loss;

    /// <inheritdoc/>
    public Cost ValueGradientAndHessian(
        ReadOnlySpan<T> predictions,
        ReadOnlySpan<TTarget> targets,
        Span<T> gradient,
        Span<T> hessian,
        ReadOnlySpan<T> weights = default,
        Reduction reduction = Reduction.Mean)
    {
        Check(predictions, targets, weights);
        return _loss.ValueGradientAndHessian(predictions, targets, gradient, hessian, weights, reduction);
    }
}

/// <summary>
/// Throws where an entry of a batch is wrong, unless its lengths are: those are for the loss to report.
/// </summary>
internal delegate void BatchCheck<T, TTarget>(
    ReadOnlySpan<T> predictions, ReadOnlySpan<TTarget> targets, ReadOnlySpan<T> weights);
