using LossKit.TorchSharp.Internals;

namespace LossKit.TorchSharp;

/// <summary>A loss of examples as a loss of TorchSharp: of any tensors, with autograd.</summary>
/// <remarks>
/// <para>
/// Value and gradient are computed in one pass, in the forward call, on the CPU and by as many threads as the loss has
/// (<see cref="ParallelLosses.InParallel"/>); the backward call multiplies the gradient by what comes from above. The
/// gradient is computed only if the prediction requires one and <c>no_grad</c> does not say otherwise. A target or
/// weight that requires one is an error: the loss has none.
/// </para>
/// <para>
/// Contiguous tensors on the CPU that hold what the loss takes are read in place. Strided ones, such as those of a
/// permutation, and tensors on other devices are copied; the result is where the prediction is. A loss of float takes
/// predictions of float16 and bfloat16, too, and returns a float: pointwise losses and losses of rows read them where
/// they lie if the targets are labels, or as the predictions; else they are copied to floats. Labels are int64, which
/// are converted in rented memory, or int32. What the loss ignores, this one does.
/// </para>
/// <para>
/// There are first derivatives only: a backward pass with <c>create_graph</c> fails with an error of torch's about an
/// invalid gradient of <c>CSharpNode</c>.
/// </para>
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <typeparam name="TTarget"><typeparamref name="T"/>, or <see cref="int"/> for labels.</typeparam>
public sealed class TensorLoss<T, TTarget> : Loss<Tensor, Tensor, Tensor>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TTarget : unmanaged
{
    private readonly ILoss<T, TTarget> _loss;
    private readonly Reductions _reductions;

    internal TensorLoss(ILoss<T, TTarget> loss, Reductions reductions) : base(reductions.Kind)
    {
        _loss = loss;
        _reductions = reductions;
    }

    /// <summary>The cost of the last forward call, for a <see cref="CostAggregator"/> or a monitor.</summary>
    public Cost Cost { get; private set; }

    /// <summary>The loss of a batch.</summary>
    /// <param name="prediction">
    /// What the model says. Where an example has several numbers, as classes, they are the last axis (the first one of
    /// a planar loss); all other axes are examples.
    /// </param>
    /// <param name="target">
    /// What is true: labels have the axes of the examples, several targets one more. An axis of one number may be there
    /// or not; nothing is broadcast.
    /// </param>
    /// <returns>A number or, without a reduction, the losses.</returns>
    /// <exception cref="ArgumentException">
    /// A shape, type or device does not fit; or the loss refuses a number.
    /// </exception>
    public override Tensor forward(Tensor prediction, Tensor target) => forward(prediction, target, null);

    /// <summary>The loss of a batch whose examples have weights.</summary>
    /// <param name="prediction">What the model says.</param>
    /// <param name="target">What is true; null if the loss takes no targets.</param>
    /// <param name="weight">
    /// What each example counts, with the axes of the examples; none means 1 each. A mean is divided by their sum,
    /// unless it was to be over the count.
    /// </param>
    /// <inheritdoc cref="forward(Tensor, Tensor)"/>
    public Tensor forward(Tensor prediction, Tensor? target, Tensor? weight)
    {
        ArgumentNullException.ThrowIfNull(prediction);
        ExampleShapes shapes = ExampleShapes.Of(_loss.Shape, prediction, target, weight);
        ExampleCall<T, TTarget> call = new()
        {
            Metric = _loss,
            Prediction = prediction,
            Target = target,
            Weight = weight,
        };
        Tensor result = call.Forward(_reductions, shapes, out Cost cost);
        Cost = cost;
        return result;
    }

    /// <summary>The loss, for logs.</summary>
    public override string ToString() => $"{_loss}";
}
