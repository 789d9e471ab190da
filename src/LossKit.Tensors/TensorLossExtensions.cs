using System.Numerics;
using System.Numerics.Tensors;
using LossKit.Tensors.Internals;

namespace LossKit.Tensors;

/// <summary>
/// Losses on tensors of System.Numerics.Tensors, of any number of dimensions and any strides: <see cref="Tensor{T}"/>,
/// <see cref="TensorSpan{T}"/> and <see cref="ReadOnlyTensorSpan{T}"/>.
/// </summary>
/// <remarks>
/// <para>
/// What there is one number of an example is of the shape of the examples, whatever that is; what there are several of
/// (logits of classes, parameters of a distribution) has one axis more for them, the last if none is given. So logits
/// N×H×W×C go with labels N×H×W, and, with an axis of 1, logits N×C×H×W too. Of a pointwise loss all tensors are of the
/// shape of the predictions. Weights and losses are of the shape of the examples, or of the predictions if an
/// example has a loss for each of them.
/// </para>
/// <para>
/// Tensors whose numbers lie in the order that the loss reads are used in place, and the call is the loss's own. If one
/// does not, as a slice, a transposed tensor or classes on another axis than the last, all go through rented memory of
/// constant size, block by block: derivatives are then evaluated twice, first for the value, which makes all checks
/// before anything is written and knows the total weight. No call leaves garbage. A result may be one of the inputs
/// itself.
/// </para>
/// </remarks>
public static class TensorLossExtensions
{
    /// <summary>The loss of a batch.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <typeparam name="TTarget">
    /// <typeparamref name="T"/> for values and probabilities, <see cref="int"/> for labels.
    /// </typeparam>
    /// <param name="loss">The loss.</param>
    /// <param name="predictions">What the model says.</param>
    /// <param name="targets">What is true.</param>
    /// <param name="weights">What each example counts; none means 1 each.</param>
    /// <param name="axis">
    /// The axis that has the numbers of an example, where there are several; counted from the end if negative.
    /// </param>
    /// <returns>Weighted sum, total weight and count; <see cref="Cost.Mean"/> is the mean loss.</returns>
    /// <exception cref="ArgumentException">
    /// Shapes do not fit each other or the loss, or a result overlaps another tensor partly.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public static Cost Value<T, TTarget>(
        this IMetric<T, TTarget> loss,
        in ReadOnlyTensorSpan<T> predictions,
        in ReadOnlyTensorSpan<TTarget> targets,
        in ReadOnlyTensorSpan<T> weights = default,
        int axis = -1)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTarget : unmanaged
    {
        ExampleShape shape = ShapeOf(loss, predictions, axis);
        return Call(loss, shape, predictions, targets, weights).Run<OfExamples<T, TTarget>>(
            new(loss), Verb.Value, Reduction.Mean);
    }

    /// <summary>The loss of a batch, and of each example by itself.</summary>
    /// <param name="loss">The loss.</param>
    /// <param name="predictions">What the model says.</param>
    /// <param name="targets">What is true.</param>
    /// <param name="losses">Receives the loss of each example, before weights.</param>
    /// <param name="weights">What each example counts in the returned cost; none means 1 each.</param>
    /// <param name="axis"><inheritdoc cref="Value" path="/param[@name='axis']"/></param>
    /// <inheritdoc cref="Value"/>
    public static Cost PerExample<T, TTarget>(
        this IMetric<T, TTarget> loss,
        in ReadOnlyTensorSpan<T> predictions,
        in ReadOnlyTensorSpan<TTarget> targets,
        in TensorSpan<T> losses,
        in ReadOnlyTensorSpan<T> weights = default,
        int axis = -1)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTarget : unmanaged
    {
        ExampleShape shape = ShapeOf(loss, predictions, axis);
        TensorCall<T, TTarget> call = Call(loss, shape, predictions, targets, weights);
        call.Losses = TensorView<T>.Of(losses, shape.AxisOf(nameof(losses), losses.Lengths, loss.Shape.Losses ?? 1));
        return call.Run<OfExamples<T, TTarget>>(new(loss), Verb.PerExample, Reduction.Mean);
    }

    /// <summary>The loss of a batch and its gradient with respect to the predictions.</summary>
    /// <param name="loss">The loss.</param>
    /// <param name="predictions">What the model says.</param>
    /// <param name="targets">What is true.</param>
    /// <param name="gradient">
    /// Receives the gradient, in the shape of the predictions; may be the predictions themselves.
    /// </param>
    /// <param name="weights">What each example counts; none means 1 each.</param>
    /// <param name="reduction">What the gradient is of.</param>
    /// <param name="axis"><inheritdoc cref="Value" path="/param[@name='axis']"/></param>
    /// <inheritdoc cref="Value"/>
    public static Cost ValueAndGradient<T, TTarget>(
        this ILoss<T, TTarget> loss,
        in ReadOnlyTensorSpan<T> predictions,
        in ReadOnlyTensorSpan<TTarget> targets,
        in TensorSpan<T> gradient,
        in ReadOnlyTensorSpan<T> weights = default,
        Reduction reduction = Reduction.Mean,
        int axis = -1)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTarget : unmanaged
    {
        ExampleShape shape = ShapeOf(loss, predictions, axis);
        TensorCall<T, TTarget> call = Call(loss, shape, predictions, targets, weights);
        call.Gradient = TensorView<T>.Of(
            gradient, shape.AxisOf(nameof(gradient), gradient.Lengths, loss.Shape.Predictions));
        return call.Run<OfExamples<T, TTarget>>(new(loss), Verb.Gradient, reduction);
    }

    /// <summary>The loss of a batch, its gradient and the diagonal of its Hessian.</summary>
    /// <param name="loss">The loss.</param>
    /// <param name="predictions">What the model says.</param>
    /// <param name="targets">What is true.</param>
    /// <param name="gradient">
    /// Receives the gradient, in the shape of the predictions; may be the predictions themselves.
    /// </param>
    /// <param name="hessian">Receives d²/dp² of each prediction p, weighted and reduced as the gradient is.</param>
    /// <param name="weights">What each example counts; none means 1 each.</param>
    /// <param name="reduction">What the derivatives are of.</param>
    /// <param name="axis"><inheritdoc cref="Value" path="/param[@name='axis']"/></param>
    /// <inheritdoc cref="Value"/>
    public static Cost ValueGradientAndHessian<T, TTarget>(
        this ISecondOrderLoss<T, TTarget> loss,
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
        ExampleShape shape = ShapeOf(loss, predictions, axis);
        TensorCall<T, TTarget> call = Call(loss, shape, predictions, targets, weights);
        int each = loss.Shape.Predictions;
        call.Gradient = TensorView<T>.Of(gradient, shape.AxisOf(nameof(gradient), gradient.Lengths, each));
        call.Hessian = TensorView<T>.Of(hessian, shape.AxisOf(nameof(hessian), hessian.Lengths, each));
        return call.Run<OfExamples<T, TTarget>>(new(loss), Verb.Hessian, reduction);
    }

    private static ExampleShape ShapeOf<T, TTarget>(
        IMetric<T, TTarget> loss, in ReadOnlyTensorSpan<T> predictions, int axis)
        where T : unmanaged
        where TTarget : unmanaged
    {
        ArgumentNullException.ThrowIfNull(loss);
        return ExampleShape.Of(predictions.Lengths, loss.Shape.Predictions, axis);
    }

    private static TensorCall<T, TTarget> Call<T, TTarget>(
        IMetric<T, TTarget> loss,
        scoped in ExampleShape shape,
        in ReadOnlyTensorSpan<T> predictions,
        in ReadOnlyTensorSpan<TTarget> targets,
        in ReadOnlyTensorSpan<T> weights)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTarget : unmanaged => new()
        {
            Predictions = TensorView<T>.Of(predictions, shape.AxisOfPredictions),
            Targets = TensorView<TTarget>.Of(
                targets, shape.AxisOf(nameof(targets), targets.Lengths, loss.Shape.Targets)),
            Weights = TensorView<T>.Of(weights, shape.AxisOfWeights(weights.Lengths, loss.Shape.Losses ?? 1)),
            IsPlanar = loss.Shape.IsPlanar,
        };
}
