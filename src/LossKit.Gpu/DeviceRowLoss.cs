namespace LossKit.Gpu;

/// <summary>
/// A loss of rows of logits against labels, over buffers of a device: the verbs of <see cref="RowLoss{T, TTarget}"/>.
/// </summary>
/// <remarks>
/// Labels are checked on the device before anything is written; only their totals and the sum of the losses are copied.
/// A group of threads has a row, of any number of classes. Sums are in a fixed order: the same bits on every run of the
/// same device. The gradient may be the predictions themselves.
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public abstract class DeviceRowLoss<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private protected DeviceRowLoss(string name, int classes, Accelerator accelerator)
    {
        Name = name;
        Classes = classes;
        Accelerator = accelerator;
    }

    /// <summary>The device.</summary>
    public Accelerator Accelerator { get; }

    /// <summary>How many predictions a row has.</summary>
    public int Classes { get; }

    /// <summary>What the loss is called.</summary>
    public string Name { get; }

    /// <summary>The cost of a batch.</summary>
    /// <param name="predictions">The logits, row by row.</param>
    /// <param name="labels">One a row.</param>
    /// <param name="weights">One a row, or none: then each counts 1.</param>
    /// <param name="stream">Where the work is queued; the accelerator's default stream if it is left out.</param>
    public Cost Value(
        ArrayView<T> predictions,
        ArrayView<int> labels,
        ArrayView<T> weights = default,
        AcceleratorStream? stream = null) => Run(
            new() { Predictions = predictions, Labels = labels, Weights = weights },
            DerivativeOrder.Value,
            Reduction.Mean,
            false,
            stream);

    /// <summary>The loss of each row, before weights.</summary>
    /// <inheritdoc cref="Value"/>
    /// <param name="predictions">The logits, row by row.</param>
    /// <param name="labels">One a row.</param>
    /// <param name="losses">Receives the losses, one a row.</param>
    /// <param name="weights">One a row, or none: then each counts 1.</param>
    /// <param name="stream">Where the work is queued; the accelerator's default stream if it is left out.</param>
    public Cost PerExample(
        ArrayView<T> predictions,
        ArrayView<int> labels,
        ArrayView<T> losses,
        ArrayView<T> weights = default,
        AcceleratorStream? stream = null) => Run(
            new() { Predictions = predictions, Labels = labels, Losses = losses, Weights = weights },
            DerivativeOrder.Value,
            Reduction.Mean,
            true,
            stream);

    /// <summary>The cost of a batch and its gradient.</summary>
    /// <inheritdoc cref="Value"/>
    /// <param name="predictions">The logits, row by row.</param>
    /// <param name="labels">One a row.</param>
    /// <param name="gradient">Receives the derivatives, one a logit; it may be the predictions themselves.</param>
    /// <param name="weights">One a row, or none: then each counts 1.</param>
    /// <param name="reduction">What the gradient is of.</param>
    /// <param name="stream">Where the work is queued; the accelerator's default stream if it is left out.</param>
    public Cost ValueAndGradient(
        ArrayView<T> predictions,
        ArrayView<int> labels,
        ArrayView<T> gradient,
        ArrayView<T> weights = default,
        Reduction reduction = Reduction.Mean,
        AcceleratorStream? stream = null) => Run(
            new() { Predictions = predictions, Labels = labels, Gradient = gradient, Weights = weights },
            DerivativeOrder.Gradient,
            reduction,
            false,
            stream);

    /// <summary>The cost of a batch, its gradient and its Hessian diagonal.</summary>
    /// <inheritdoc cref="ValueAndGradient"/>
    /// <param name="predictions">The logits, row by row.</param>
    /// <param name="labels">One a row.</param>
    /// <param name="gradient">Receives the derivatives, one a logit; it may be the predictions themselves.</param>
    /// <param name="hessian">Receives the second derivatives; apart from everything else.</param>
    /// <param name="weights">One a row, or none: then each counts 1.</param>
    /// <param name="reduction">What the derivatives are of.</param>
    /// <param name="stream">Where the work is queued; the accelerator's default stream if it is left out.</param>
    public Cost ValueGradientAndHessian(
        ArrayView<T> predictions,
        ArrayView<int> labels,
        ArrayView<T> gradient,
        ArrayView<T> hessian,
        ArrayView<T> weights = default,
        Reduction reduction = Reduction.Mean,
        AcceleratorStream? stream = null) => Run(
            new()
            {
                Predictions = predictions,
                Labels = labels,
                Gradient = gradient,
                Hessian = hessian,
                Weights = weights,
            },
            DerivativeOrder.Hessian,
            reduction,
            false,
            stream);

    private protected abstract Cost Run(
        RowArguments<T> arguments,
        DerivativeOrder order,
        Reduction reduction,
        bool wantsLosses,
        AcceleratorStream? stream);
}
