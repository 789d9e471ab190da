using System.Numerics;
using System.Numerics.Tensors;
using LossKit.Tensors.Internals;

namespace LossKit.Tensors;

/// <summary>
/// Losses and metrics of groups on tensors of System.Numerics.Tensors: one axis has the entries of a group, as the
/// documents of a query; the last if none is given. Groups of unequal lengths are spans with <see cref="Groups"/>.
/// </summary>
/// <remarks>
/// Predictions, targets and derivatives are of one shape; weights and losses, one a group, of that shape without the
/// axis. What is in place and what is copied is as for <see cref="TensorLossExtensions"/>.
/// </remarks>
public static class GroupedTensorLossExtensions
{
    /// <summary>The loss of a batch.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <typeparam name="TTarget">What the targets are.</typeparam>
    /// <param name="loss">The loss.</param>
    /// <param name="predictions">What the model says.</param>
    /// <param name="targets">What is true, in the shape of the predictions.</param>
    /// <param name="weights">What each group counts; none means 1 each.</param>
    /// <param name="axis">The axis of the entries of a group; counted from the end if negative.</param>
    /// <returns>Weighted sum, total weight and count; <see cref="Cost.Mean"/> is the mean loss of a group.</returns>
    /// <exception cref="ArgumentException">
    /// Shapes do not fit each other, or a result overlaps another tensor.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public static Cost Value<T, TTarget>(
        this IGroupedLoss<T, TTarget> loss,
        in ReadOnlyTensorSpan<T> predictions,
        in ReadOnlyTensorSpan<TTarget> targets,
        in ReadOnlyTensorSpan<T> weights = default,
        int axis = -1)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTarget : unmanaged
    {
        ArgumentNullException.ThrowIfNull(loss);
        ExampleShape shape = ExampleShape.OfGroups(predictions.Lengths, axis, out int width);
        return Call(shape, width, predictions, targets, weights).Run<OfGroups<T, TTarget>>(
            new(loss, width), Verb.Value, Reduction.Mean);
    }

    /// <summary>The loss of a batch, and of each group by itself.</summary>
    /// <param name="loss">The loss.</param>
    /// <param name="predictions">What the model says.</param>
    /// <param name="targets">What is true, in the shape of the predictions.</param>
    /// <param name="losses">Receives the loss of each group, before weights.</param>
    /// <param name="weights">What each group counts in the returned cost; none means 1 each.</param>
    /// <param name="axis">The axis of the entries of a group; counted from the end if negative.</param>
    /// <inheritdoc cref="Value{T, TTarget}"/>
    public static Cost PerExample<T, TTarget>(
        this IGroupedLoss<T, TTarget> loss,
        in ReadOnlyTensorSpan<T> predictions,
        in ReadOnlyTensorSpan<TTarget> targets,
        in TensorSpan<T> losses,
        in ReadOnlyTensorSpan<T> weights = default,
        int axis = -1)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTarget : unmanaged
    {
        ArgumentNullException.ThrowIfNull(loss);
        ExampleShape shape = ExampleShape.OfGroups(predictions.Lengths, axis, out int width);
        TensorCall<T, TTarget> call = Call(shape, width, predictions, targets, weights);
        call.Losses = TensorView<T>.Of(losses, shape.AxisOf(nameof(losses), losses.Lengths, 1));
        return call.Run<OfGroups<T, TTarget>>(new(loss, width), Verb.PerExample, Reduction.Mean);
    }

    /// <summary>The loss of a batch and its gradient with respect to the predictions.</summary>
    /// <param name="loss">The loss.</param>
    /// <param name="predictions">What the model says.</param>
    /// <param name="targets">What is true, in the shape of the predictions.</param>
    /// <param name="gradient">
    /// Receives the gradient, in the shape of the predictions; may be the predictions themselves.
    /// </param>
    /// <param name="weights">What each group counts; none means 1 each.</param>
    /// <param name="reduction">What the gradient is of.</param>
    /// <param name="axis">The axis of the entries of a group; counted from the end if negative.</param>
    /// <inheritdoc cref="Value{T, TTarget}"/>
    public static Cost ValueAndGradient<T, TTarget>(
        this IGroupedLoss<T, TTarget> loss,
        in ReadOnlyTensorSpan<T> predictions,
        in ReadOnlyTensorSpan<TTarget> targets,
        in TensorSpan<T> gradient,
        in ReadOnlyTensorSpan<T> weights = default,
        Reduction reduction = Reduction.Mean,
        int axis = -1)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTarget : unmanaged
    {
        ArgumentNullException.ThrowIfNull(loss);
        ExampleShape shape = ExampleShape.OfGroups(predictions.Lengths, axis, out int width);
        TensorCall<T, TTarget> call = Call(shape, width, predictions, targets, weights);
        call.Gradient = TensorView<T>.Of(gradient, shape.AxisOfEntries(nameof(gradient), gradient.Lengths));
        return call.Run<OfGroups<T, TTarget>>(new(loss, width), Verb.Gradient, reduction);
    }

    /// <summary>The loss of a batch, its gradient and the diagonal of its Hessian.</summary>
    /// <param name="loss">The loss.</param>
    /// <param name="predictions">What the model says.</param>
    /// <param name="targets">What is true, in the shape of the predictions.</param>
    /// <param name="gradient">
    /// Receives the gradient, in the shape of the predictions; may be the predictions themselves.
    /// </param>
    /// <param name="hessian">Receives d²/dp² of each prediction p, weighted and reduced as the gradient is.</param>
    /// <param name="weights">What each group counts; none means 1 each.</param>
    /// <param name="reduction">What the derivatives are of.</param>
    /// <param name="axis">The axis of the entries of a group; counted from the end if negative.</param>
    /// <inheritdoc cref="Value{T, TTarget}"/>
    public static Cost ValueGradientAndHessian<T, TTarget>(
        this ISecondOrderGroupedLoss<T, TTarget> loss,
        in ReadOnlyTensorSpan<T> predictions,
        in ReadOnlyTensorSpan<TTarget> targets,
        in TensorSpan<T> gradient,
        in TensorSpan<T> hessian,
        in ReadOnlyTensorSpan<T> weights = default,
        Reduction reduction = Reduction.Mean,
        int axis = -1)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTarget : unmanaged
    {
        ArgumentNullException.ThrowIfNull(loss);
        ExampleShape shape = ExampleShape.OfGroups(predictions.Lengths, axis, out int width);
        TensorCall<T, TTarget> call = Call(shape, width, predictions, targets, weights);
        call.Gradient = TensorView<T>.Of(gradient, shape.AxisOfEntries(nameof(gradient), gradient.Lengths));
        call.Hessian = TensorView<T>.Of(hessian, shape.AxisOfEntries(nameof(hessian), hessian.Lengths));
        return call.Run<OfGroups<T, TTarget>>(new(loss, width), Verb.Hessian, reduction);
    }

    /// <summary>The mean of a metric over the groups of a batch.</summary>
    /// <param name="metric">The metric.</param>
    /// <param name="predictions">What the model says.</param>
    /// <param name="targets">What is true, in the shape of the predictions.</param>
    /// <param name="weights">What each group counts; none means 1 each.</param>
    /// <param name="axis">The axis of the entries of a group; counted from the end if negative.</param>
    /// <inheritdoc cref="Value{T, TTarget}"/>
    public static Cost Value<T>(
        this IGroupedMetric<T> metric,
        in ReadOnlyTensorSpan<T> predictions,
        in ReadOnlyTensorSpan<T> targets,
        in ReadOnlyTensorSpan<T> weights = default,
        int axis = -1)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(metric);
        ExampleShape shape = ExampleShape.OfGroups(predictions.Lengths, axis, out int width);
        return Call(shape, width, predictions, targets, weights).Run<OfRankedGroups<T>>(
            new(metric, width), Verb.Value, Reduction.Mean);
    }

    /// <summary>The mean of a metric over the groups of a batch, and its value for each group by itself.</summary>
    /// <param name="metric">The metric.</param>
    /// <param name="predictions">What the model says.</param>
    /// <param name="targets">What is true, in the shape of the predictions.</param>
    /// <param name="values">Receives the value of each group, before weights; NaN for those that do not count.</param>
    /// <param name="weights">What each group counts in the returned cost; none means 1 each.</param>
    /// <param name="axis">The axis of the entries of a group; counted from the end if negative.</param>
    /// <inheritdoc cref="Value{T, TTarget}"/>
    public static Cost PerExample<T>(
        this IGroupedMetric<T> metric,
        in ReadOnlyTensorSpan<T> predictions,
        in ReadOnlyTensorSpan<T> targets,
        in TensorSpan<T> values,
        in ReadOnlyTensorSpan<T> weights = default,
        int axis = -1)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(metric);
        ExampleShape shape = ExampleShape.OfGroups(predictions.Lengths, axis, out int width);
        TensorCall<T, T> call = Call(shape, width, predictions, targets, weights);
        call.Losses = TensorView<T>.Of(values, shape.AxisOf(nameof(values), values.Lengths, 1));
        return call.Run<OfRankedGroups<T>>(new(metric, width), Verb.PerExample, Reduction.Mean);
    }

    private static TensorCall<T, TTarget> Call<T, TTarget>(
        scoped in ExampleShape shape,
        int width,
        in ReadOnlyTensorSpan<T> predictions,
        in ReadOnlyTensorSpan<TTarget> targets,
        in ReadOnlyTensorSpan<T> weights)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTarget : unmanaged => new()
        {
            Predictions = TensorView<T>.Of(predictions, shape.AxisOfPredictions),
            Targets = TensorView<TTarget>.Of(targets, shape.AxisOfEntries(nameof(targets), targets.Lengths)),
            Weights = TensorView<T>.Of(weights, shape.AxisOfWeights(weights.Lengths, 1)),
            IsPlanar = false,
        };
}
