using System.Numerics;
using LossKit.Costs;
using LossKit.Kernels;
using LossKit.Lanes;

namespace LossKit;

/// <summary>
/// A loss of one prediction against one target, over batches of them: value, gradient and Hessian diagonal in one SIMD
/// pass. The factories of <see cref="Loss"/> make the built-in ones and, from a formula, your own.
/// </summary>
/// <inheritdoc cref="ILoss{T, TTarget}"/>
public abstract class PointwiseLoss<T> : ISecondOrderLoss<T, T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private protected PointwiseLoss(PointwiseKernel<T> kernel, LossFacts facts)
    {
        Precision.Check<T>();
        Kernel = kernel;
        Facts = facts;
    }

    /// <summary>Domains, convexity, kinks and whatever else is known about the loss.</summary>
    public LossFacts Facts { get; }

    internal PointwiseKernel<T> Kernel { get; }

    /// <summary>
    /// The loss of one example with its derivatives, by the same formula as the batches: for debugging and for callers
    /// with one example at a time.
    /// </summary>
    public abstract PointLoss<T> At(T prediction, T target);

    /// <inheritdoc/>
    public Cost Value(ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, ReadOnlySpan<T> weights = default) =>
        Run(new() { Predictions = predictions, Targets = targets, Weights = weights }, DerivativeOrder.Value);

    /// <inheritdoc/>
    public Cost PerExample(
        ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, Span<T> losses, ReadOnlySpan<T> weights = default) =>
        Run(
            new() { Predictions = predictions, Targets = targets, Weights = weights, Losses = losses },
            DerivativeOrder.Value,
            wantsLosses: true);

    /// <inheritdoc/>
    public Cost ValueAndGradient(
        ReadOnlySpan<T> predictions,
        ReadOnlySpan<T> targets,
        Span<T> gradient,
        ReadOnlySpan<T> weights = default,
        Reduction reduction = Reduction.Mean) =>
        Run(
            new() { Predictions = predictions, Targets = targets, Weights = weights, Gradient = gradient },
            DerivativeOrder.Gradient,
            reduction);

    /// <inheritdoc/>
    public Cost ValueGradientAndHessian(
        ReadOnlySpan<T> predictions,
        ReadOnlySpan<T> targets,
        Span<T> gradient,
        Span<T> hessian,
        ReadOnlySpan<T> weights = default,
        Reduction reduction = Reduction.Mean) =>
        Run(
            new()
            {
                Predictions = predictions,
                Targets = targets,
                Weights = weights,
                Gradient = gradient,
                Hessian = hessian,
            },
            DerivativeOrder.Hessian,
            reduction);

    private Cost Run(
        PointwiseBatch<T> batch, DerivativeOrder order, Reduction reduction = Reduction.Mean, bool wantsLosses = false)
    {
        CheckGradient(order);
        BatchChecks.Lengths(batch, order, wantsLosses);
        Plan plan = Plan.Of(batch.Weights, batch.Length, reduction, wantsLosses);
        CompensatedSum sum = plan.Evaluates
            ? Kernel.Run(
                batch with { Scale = T.CreateTruncating(plan.Scale) }, plan.Order(order), LaneWidths.Best)
            : default;

        // Only now: the gradient may be the predictions themselves.
        if (!plan.Differentiates)
        {
            batch.Gradient.Clear();
            batch.Hessian.Clear();
        }

        return plan.Cost(sum, batch.Length);
    }

    internal void CheckGradient(DerivativeOrder order)
    {
        if (order != DerivativeOrder.Value && !Facts.HasGradient)
        {
            throw new NotSupportedException(
                "This loss has no gradient: it is constant almost everywhere. Use its value, or train on another loss.");
        }
    }

    /// <inheritdoc cref="MultilabelLoss{T}"/>
    /// <param name="columns">How many entries a row has, such as labels.</param>
    public MultilabelLoss<T> OverRows(int columns) => new(this, columns);

    /// <inheritdoc cref="CheckedLoss{T}"/>
    public CheckedLoss<T> Checked() => new(this);
}
