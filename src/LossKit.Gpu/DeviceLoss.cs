namespace LossKit.Gpu;

/// <summary>
/// A loss of examples over buffers of a device, one prediction against one target or, as its <see cref="Shape"/> says,
/// several: the verbs of <see cref="PointwiseLoss{T}"/> and <see cref="TupleLoss{T}"/>.
/// </summary>
/// <remarks>
/// Predictions and targets lie as the loss has them on a processor, and so do gradient and Hessian; losses and weights
/// are one an example.
/// Nothing is copied but the sum of the losses, two numbers. Losses are added up in double, in an order that depends on
/// nothing but the length and where views begin: the same bits on every run. A call waits for its result; <c>Enqueue</c>
/// does not. A gradient may be written in place of any input. Calls on different streams do not disturb each other.
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public abstract class DeviceLoss<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private protected DeviceLoss(string name, Shape shape, Accelerator accelerator)
    {
        Name = name;
        Shape = shape;
        Accelerator = accelerator;
    }

    /// <summary>The device.</summary>
    public Accelerator Accelerator { get; }

    /// <summary>What the loss is called.</summary>
    public string Name { get; }

    /// <summary>How many predictions and targets an example has, and how they lie.</summary>
    public Shape Shape { get; }

    /// <summary>The cost of a batch.</summary>
    /// <param name="predictions">The predictions.</param>
    /// <param name="targets">The targets, as many as the shape says.</param>
    /// <param name="weights">One an example, or none: then each counts 1.</param>
    /// <param name="stream">Where the work is queued; the accelerator's default stream if it is left out.</param>
    public Cost Value(
        ArrayView<T> predictions,
        ArrayView<T> targets,
        ArrayView<T> weights = default,
        AcceleratorStream? stream = null) => Run(
            new() { Predictions = predictions, Targets = targets, Weights = weights },
            DerivativeOrder.Value,
            Reduction.Mean,
            false,
            stream);

    /// <summary>The loss of each example, before weights.</summary>
    /// <inheritdoc cref="Value"/>
    /// <param name="predictions">The predictions.</param>
    /// <param name="targets">The targets, as many as the shape says.</param>
    /// <param name="losses">Receives the losses, one an example.</param>
    /// <param name="weights">One an example, or none: then each counts 1.</param>
    /// <param name="stream">Where the work is queued; the accelerator's default stream if it is left out.</param>
    public Cost PerExample(
        ArrayView<T> predictions,
        ArrayView<T> targets,
        ArrayView<T> losses,
        ArrayView<T> weights = default,
        AcceleratorStream? stream = null) => Run(
            new() { Predictions = predictions, Targets = targets, Losses = losses, Weights = weights },
            DerivativeOrder.Value,
            Reduction.Mean,
            true,
            stream);

    /// <summary>The cost of a batch and its gradient.</summary>
    /// <inheritdoc cref="Value"/>
    /// <param name="predictions">The predictions.</param>
    /// <param name="targets">The targets, as many as the shape says.</param>
    /// <param name="gradient">Receives the derivatives, one a prediction; it may be an input itself.</param>
    /// <param name="weights">One an example, or none: then each counts 1.</param>
    /// <param name="reduction">What the gradient is of.</param>
    /// <param name="stream">Where the work is queued; the accelerator's default stream if it is left out.</param>
    public Cost ValueAndGradient(
        ArrayView<T> predictions,
        ArrayView<T> targets,
        ArrayView<T> gradient,
        ArrayView<T> weights = default,
        Reduction reduction = Reduction.Mean,
        AcceleratorStream? stream = null) => Run(
            new() { Predictions = predictions, Targets = targets, Gradient = gradient, Weights = weights },
            DerivativeOrder.Gradient,
            reduction,
            false,
            stream);

    /// <summary>The cost of a batch, its gradient and its Hessian diagonal.</summary>
    /// <inheritdoc cref="ValueAndGradient"/>
    /// <param name="predictions">The predictions.</param>
    /// <param name="targets">The targets, as many as the shape says.</param>
    /// <param name="gradient">Receives the derivatives, one a prediction; it may be an input itself.</param>
    /// <param name="hessian">Receives the second derivatives, likewise; apart from the gradient.</param>
    /// <param name="weights">One an example, or none: then each counts 1.</param>
    /// <param name="reduction">What the derivatives are of.</param>
    /// <param name="stream">Where the work is queued; the accelerator's default stream if it is left out.</param>
    public Cost ValueGradientAndHessian(
        ArrayView<T> predictions,
        ArrayView<T> targets,
        ArrayView<T> gradient,
        ArrayView<T> hessian,
        ArrayView<T> weights = default,
        Reduction reduction = Reduction.Mean,
        AcceleratorStream? stream = null) => Run(
            new()
            {
                Predictions = predictions,
                Targets = targets,
                Gradient = gradient,
                Hessian = hessian,
                Weights = weights,
            },
            DerivativeOrder.Hessian,
            reduction,
            false,
            stream);

    /// <summary>Queues the gradient of a batch without weights, and waits for nothing.</summary>
    /// <inheritdoc cref="ValueAndGradient"/>
    /// <param name="predictions">The predictions.</param>
    /// <param name="targets">The targets, as many as the shape says.</param>
    /// <param name="gradient">Receives the derivatives, one a prediction; it may be an input itself.</param>
    /// <param name="sum">One number, which receives the sum of the losses.</param>
    /// <param name="reduction">What the gradient is of.</param>
    /// <param name="stream">Where the work is queued; the accelerator's default stream if it is left out.</param>
    public void EnqueueGradient(
        ArrayView<T> predictions,
        ArrayView<T> targets,
        ArrayView<T> gradient,
        ArrayView<double> sum,
        Reduction reduction = Reduction.Mean,
        AcceleratorStream? stream = null) => Enqueue(
            new() { Predictions = predictions, Targets = targets, Gradient = gradient },
            DerivativeOrder.Gradient,
            reduction,
            sum,
            stream);

    /// <summary>Queues gradient and Hessian diagonal of a batch without weights, and waits for nothing.</summary>
    /// <inheritdoc cref="EnqueueGradient"/>
    /// <param name="predictions">The predictions.</param>
    /// <param name="targets">The targets, as many as the shape says.</param>
    /// <param name="gradient">Receives the derivatives, one a prediction; it may be an input itself.</param>
    /// <param name="hessian">Receives the second derivatives, likewise; apart from the gradient.</param>
    /// <param name="sum">One number, which receives the sum of the losses.</param>
    /// <param name="reduction">What the derivatives are of.</param>
    /// <param name="stream">Where the work is queued; the accelerator's default stream if it is left out.</param>
    public void EnqueueHessian(
        ArrayView<T> predictions,
        ArrayView<T> targets,
        ArrayView<T> gradient,
        ArrayView<T> hessian,
        ArrayView<double> sum,
        Reduction reduction = Reduction.Mean,
        AcceleratorStream? stream = null) => Enqueue(
            new() { Predictions = predictions, Targets = targets, Gradient = gradient, Hessian = hessian },
            DerivativeOrder.Hessian,
            reduction,
            sum,
            stream);

    private protected abstract Cost Run(
        ExampleArguments<T> arguments,
        DerivativeOrder order,
        Reduction reduction,
        bool wantsLosses,
        AcceleratorStream? stream);

    private protected abstract void Enqueue(
        ExampleArguments<T> arguments,
        DerivativeOrder order,
        Reduction reduction,
        ArrayView<double> sum,
        AcceleratorStream? stream);
}
