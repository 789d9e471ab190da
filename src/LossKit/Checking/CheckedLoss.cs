namespace LossKit;

/// <summary>
/// A loss that looks at every number before it computes: the first outside the domain of the loss, or weight that is
/// negative or not finite, is an error that names its argument, index and row, instead of a NaN or a wrong sum in the
/// end. <see cref="CheckedLosses"/> makes it.
/// </summary>
/// <remarks>
/// For debugging and for data of unknown quality: it reads everything once more. Nothing is written if anything is wrong,
/// entries of weight 0 included, but not rows whose label is ignored: those may hold anything. Spans of lengths that do
/// not fit are reported as by the loss itself, and so are labels that it does not know.
/// </remarks>
/// <inheritdoc cref="ILoss{T, TTarget}"/>
public class CheckedLoss<T, TTarget> : ILoss<T, TTarget>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TTarget : unmanaged
{
    private readonly ILoss<T, TTarget> _loss;

    internal CheckedLoss(ILoss<T, TTarget> loss, BatchCheck<T, TTarget> check) => (_loss, Check) = (loss, check);

    private protected BatchCheck<T, TTarget> Check { get; }

    /// <inheritdoc/>
    public Cost Value(ReadOnlySpan<T> predictions, ReadOnlySpan<TTarget> targets, ReadOnlySpan<T> weights = default)
    {
        Check(predictions, targets, weights);
        return _loss.Value(predictions, targets, weights);
    }

    /// <inheritdoc/>
    public Cost PerExample(
        ReadOnlySpan<T> predictions, ReadOnlySpan<TTarget> targets, Span<T> losses, ReadOnlySpan<T> weights = default)
    {
        Check(predictions, targets, weights);
        return _loss.PerExample(predictions, targets, losses, weights);
    }

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
/// <inheritdoc cref="CheckedLoss{T, TTarget}"/>
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

/// <summary>A checked pointwise loss: <see cref="PointwiseLoss{T}.Checked"/> makes it.</summary>
/// <inheritdoc cref="CheckedLoss{T, TTarget}"/>
public sealed class CheckedLoss<T> : CheckedSecondOrderLoss<T, T> where T : unmanaged, IFloatingPointIeee754<T>
{
    internal CheckedLoss(PointwiseLoss<T> loss) : base(loss, CheckedLosses.CheckOf(loss)) => Unchecked = loss;

    /// <summary>The loss that does the computing.</summary>
    public PointwiseLoss<T> Unchecked { get; }
}

/// <summary>Throws where an entry of a batch is wrong, unless its lengths are: those are for the loss to report.</summary>
internal delegate void BatchCheck<T, TTarget>(
    ReadOnlySpan<T> predictions, ReadOnlySpan<TTarget> targets, ReadOnlySpan<T> weights);
