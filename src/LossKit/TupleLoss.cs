namespace LossKit;

/// <summary>
/// A loss of several predictions and targets of each example, over batches of them: value, gradient and Hessian
/// diagonal. The factories of <see cref="Loss"/> make the built-in ones and, from an <see cref="ITupleFormula"/>, your
/// own.
/// </summary>
/// <remarks>
/// Predictions are examples × <see cref="Predictions"/> numbers, targets examples × <see cref="Targets"/>, example by
/// example or, of <see cref="Planar"/>, column by column; so are gradient and Hessian. Losses and weights are one an
/// example, and the mean is over examples. The Hessian is the diagonal: what couples the predictions of an example is
/// left out. What is written may be one of the inputs itself where that has as many numbers.
/// </remarks>
/// <inheritdoc cref="ILoss{T, TTarget}"/>
public abstract class TupleLoss<T> : ISecondOrderLoss<T, T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly TupleKernel<T> _kernel;

    private protected TupleLoss(TupleKernel<T> kernel)
    {
        Precision.Check<T>();
        _kernel = kernel;
    }

    /// <summary>How many predictions an example has.</summary>
    public int Predictions => _kernel.Predictions;

    /// <summary>How many targets and side inputs an example has; 0 if none.</summary>
    public int Targets => _kernel.Targets;

    /// <inheritdoc/>
    public Shape Shape => new(Predictions, Targets) { IsPlanar = IsPlanar };

    /// <summary>Whether the numbers lie column by column.</summary>
    public bool IsPlanar { get; private set; }

    /// <summary>The most threads of a call; one unless <see cref="InParallel"/> said otherwise.</summary>
    public int Degree { get; private set; } = 1;

    /// <inheritdoc/>
    public Cost Value(ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, ReadOnlySpan<T> weights = default) =>
        Calls<T>.Run(Batch(predictions, targets, weights), weights, degree: Degree);

    /// <inheritdoc/>
    public Cost PerExample(
        ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, Span<T> losses, ReadOnlySpan<T> weights = default)
    {
        TupleEvaluation<T> batch = Batch(predictions, targets, weights);
        BatchChecks.Length("losses", losses.Length, batch.Losses, "examples");
        CheckOverlap("losses", losses, batch, weights);
        return Calls<T>.Run(batch, weights, losses, degree: Degree);
    }

    /// <inheritdoc/>
    public Cost ValueAndGradient(
        ReadOnlySpan<T> predictions,
        ReadOnlySpan<T> targets,
        Span<T> gradient,
        ReadOnlySpan<T> weights = default,
        Reduction reduction = Reduction.Mean)
    {
        TupleEvaluation<T> batch = Batch(predictions, targets, weights) with { Gradient = gradient };
        CheckDerivative("gradient", gradient, batch, weights);
        return Calls<T>.Run(
            batch, weights, order: DerivativeOrder.Gradient, reduction: reduction, degree: Degree);
    }

    /// <inheritdoc/>
    public Cost ValueGradientAndHessian(
        ReadOnlySpan<T> predictions,
        ReadOnlySpan<T> targets,
        Span<T> gradient,
        Span<T> hessian,
        ReadOnlySpan<T> weights = default,
        Reduction reduction = Reduction.Mean)
    {
        TupleEvaluation<T> batch =
            Batch(predictions, targets, weights) with { Gradient = gradient, Hessian = hessian };
        CheckDerivative("gradient", gradient, batch, weights);
        CheckDerivative("hessian", hessian, batch, weights);
        BatchChecks.Apart("hessian", hessian, "gradient", gradient);
        return Calls<T>.Run(
            batch, weights, order: DerivativeOrder.Hessian, reduction: reduction, degree: Degree);
    }

    /// <summary>
    /// The same loss of numbers that lie column by column: the first prediction of all examples, then the second of
    /// all, and so on; targets, gradient and Hessian likewise. The faster layout.
    /// </summary>
    public TupleLoss<T> Planar()
    {
        TupleLoss<T> copy = (TupleLoss<T>)MemberwiseClone();
        copy.IsPlanar = true;
        return copy;
    }

    /// <summary>The same loss on up to <paramref name="degree"/> threads, for large batches.</summary>
    /// <remarks>
    /// Value and derivatives are the same to the last bit, whatever the number of threads: the batch is divided into
    /// segments of examples with about 65,536 numbers, which does not depend on it. Smaller batches stay on one thread.
    /// A call allocates a few objects to start its threads.
    /// </remarks>
    /// <param name="degree">The most threads, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The degree is not positive.</exception>
    public TupleLoss<T> InParallel(int degree)
    {
        TupleLoss<T> copy = (TupleLoss<T>)MemberwiseClone();
        copy.Degree = Segments.CheckDegree(degree);
        return copy;
    }

    private TupleEvaluation<T> Batch(
        ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, ReadOnlySpan<T> weights)
    {
        int examples = BatchChecks.Rows("predictions", predictions.Length, Predictions, "predictions");
        BatchChecks.Length("targets", targets.Length, examples * Targets, "targets");
        if (!weights.IsEmpty)
        {
            BatchChecks.Length("weights", weights.Length, examples, "examples");
        }

        return new() { Kernel = _kernel, Predictions = predictions, Targets = targets, IsPlanar = IsPlanar };
    }

    private static void CheckDerivative(
        string name, Span<T> output, in TupleEvaluation<T> batch, ReadOnlySpan<T> weights)
    {
        BatchChecks.Length(name, output.Length, batch.Predictions.Length, "predictions");
        CheckOverlap(name, output, batch, weights);
    }

    private static void CheckOverlap(
        string name, Span<T> output, in TupleEvaluation<T> batch, ReadOnlySpan<T> weights)
    {
        BatchChecks.NoPartialOverlap(name, output, "predictions", batch.Predictions);
        BatchChecks.NoPartialOverlap(name, output, "targets", batch.Targets);
        BatchChecks.NoPartialOverlap(name, output, "weights", weights);
    }
}

/// <summary>The loss of a formula of tuples.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <typeparam name="TFormula">The formula.</typeparam>
/// <param name="formula">The formula with its parameters.</param>
public sealed class TupleLoss<T, TFormula>(TFormula formula) : TupleLoss<T>(new TupleKernel<T, TFormula>(formula))
    where T : unmanaged, IFloatingPointIeee754<T>
    where TFormula : struct, ITupleFormula
{
    /// <summary>The formula with its parameters.</summary>
    public TFormula Formula { get; } = formula;
}
