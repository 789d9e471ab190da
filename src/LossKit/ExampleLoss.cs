namespace LossKit;

/// <summary>What losses of examples of several numbers share: each call checks everything, then evaluates.</summary>
/// <inheritdoc cref="IMetric{T, TTarget}"/>
public abstract class ExampleLoss<T, TTarget> : ParallelLoss, ISecondOrderLoss<T, TTarget>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TTarget : unmanaged
{
    private protected ExampleLoss() => Precision.Check<T>();

    /// <inheritdoc/>
    public abstract Shape Shape { get; }

    /// <inheritdoc/>
    public abstract LossFacts Facts { get; }

    /// <inheritdoc/>
    public Cost Value(ReadOnlySpan<T> predictions, ReadOnlySpan<TTarget> targets, ReadOnlySpan<T> weights = default)
    {
        Batch<T> batch = new() { Predictions = predictions, Weights = weights };
        return Run(ref batch, targets, DerivativeOrder.Value);
    }

    /// <inheritdoc/>
    public Cost PerExample(
        ReadOnlySpan<T> predictions, ReadOnlySpan<TTarget> targets, Span<T> losses, ReadOnlySpan<T> weights = default)
    {
        Batch<T> batch = new() { Predictions = predictions, Weights = weights, Losses = losses };
        return Run(ref batch, targets, DerivativeOrder.Value, wantsLosses: true);
    }

    /// <inheritdoc/>
    public Cost ValueAndGradient(
        ReadOnlySpan<T> predictions,
        ReadOnlySpan<TTarget> targets,
        Span<T> gradient,
        ReadOnlySpan<T> weights = default,
        Reduction reduction = Reduction.Mean)
    {
        Batch<T> batch = new() { Predictions = predictions, Weights = weights, Gradient = gradient };
        return Run(ref batch, targets, DerivativeOrder.Gradient, reduction);
    }

    /// <inheritdoc/>
    public Cost ValueGradientAndHessian(
        ReadOnlySpan<T> predictions,
        ReadOnlySpan<TTarget> targets,
        Span<T> gradient,
        Span<T> hessian,
        ReadOnlySpan<T> weights = default,
        Reduction reduction = Reduction.Mean)
    {
        Batch<T> batch = new()
        {
            Predictions = predictions,
            Weights = weights,
            Gradient = gradient,
            Hessian = hessian,
        };
        return Run(ref batch, targets, DerivativeOrder.Hessian, reduction);
    }

    /// <summary>
    /// The loss that looks at every number before it computes: each has to be in its domain, and finite where the loss
    /// declares none; logits may be −∞.
    /// </summary>
    /// <inheritdoc cref="CheckedMetric{T, TTarget}" path="/remarks"/>
    public CheckedSecondOrderLoss<T, TTarget> Checked() => new(this, CheckNumbers);

    /// <summary>Every number, unless lengths are wrong: those are for the call to report.</summary>
    private protected abstract void CheckNumbers(
        ReadOnlySpan<T> predictions, ReadOnlySpan<TTarget> targets, ReadOnlySpan<T> weights);

    /// <param name="batch">Without targets.</param>
    /// <param name="targets">The targets.</param>
    /// <param name="order">Which derivatives are asked for.</param>
    /// <param name="reduction">What they are of.</param>
    /// <param name="wantsLosses">Whether losses are asked for.</param>
    private protected abstract Cost Run(
        ref Batch<T> batch,
        ReadOnlySpan<TTarget> targets,
        DerivativeOrder order,
        Reduction reduction = Reduction.Mean,
        bool wantsLosses = false);
}
