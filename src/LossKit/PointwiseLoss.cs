namespace LossKit;

/// <summary>
/// A loss of one prediction against one target, over batches of them: value, gradient and Hessian diagonal in one SIMD
/// pass. The factories of <see cref="Loss"/> make the built-in ones and, from a formula, your own.
/// </summary>
/// <inheritdoc cref="ILoss{T, TTarget}"/>
public abstract partial class PointwiseLoss<T> : ParallelLoss, ISecondOrderLoss<T, T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private protected PointwiseLoss(Kernel<T> kernel, LossFacts facts)
    {
        Precision.Check<T>();
        Kernel = kernel;
        Facts = facts;
    }

    /// <inheritdoc/>
    public LossFacts Facts { get; }

    /// <inheritdoc/>
    public Shape Shape => new(1, 1);

    internal Kernel<T> Kernel { get; }

    /// <summary>
    /// The loss of one example with its derivatives, by the same formula as the batches: for debugging and for callers
    /// with one example at a time.
    /// </summary>
    public abstract PointLoss<T> At(T prediction, T target);

    /// <inheritdoc/>
    public Cost Value(ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, ReadOnlySpan<T> weights = default)
    {
        Batch<T> batch = new() { Predictions = predictions, Targets = targets, Weights = weights };
        return Run(ref batch, DerivativeOrder.Value);
    }

    /// <inheritdoc/>
    public Cost PerExample(
        ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, Span<T> losses, ReadOnlySpan<T> weights = default)
    {
        Batch<T> batch = new()
        {
            Predictions = predictions,
            Targets = targets,
            Weights = weights,
            Losses = losses,
        };
        return Run(ref batch, DerivativeOrder.Value, wantsLosses: true);
    }

    /// <inheritdoc/>
    public Cost ValueAndGradient(
        ReadOnlySpan<T> predictions,
        ReadOnlySpan<T> targets,
        Span<T> gradient,
        ReadOnlySpan<T> weights = default,
        Reduction reduction = Reduction.Mean)
    {
        Batch<T> batch = new()
        {
            Predictions = predictions,
            Targets = targets,
            Weights = weights,
            Gradient = gradient,
        };
        return Run(ref batch, DerivativeOrder.Gradient, reduction);
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
        Batch<T> batch = new()
        {
            Predictions = predictions,
            Targets = targets,
            Weights = weights,
            Gradient = gradient,
            Hessian = hessian,
        };
        return Run(ref batch, DerivativeOrder.Hessian, reduction);
    }

    // Inlined, only what an order asks for is left of the checks.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Cost Run(
        ref Batch<T> batch,
        DerivativeOrder order,
        Reduction reduction = Reduction.Mean,
        bool wantsLosses = false)
    {
        BatchChecks.Lengths(batch, order, wantsLosses);
        batch.Kernel = Kernel;
        batch.Count = batch.Predictions.Length;
        Plan plan = Plan.Of(ref batch.Weights, batch.Count, reduction, wantsLosses, Degree);
        return Calls<T>.Run(ref batch, plan, batch.Weights, batch.Losses, order, Degree);
    }

    /// <summary>The loss of the same formula in double.</summary>
    internal abstract PointwiseLoss<double> InDouble();

    /// <inheritdoc cref="MultilabelLoss{T}"/>
    /// <param name="columns">How many entries a row has, such as labels.</param>
    public MultilabelLoss<T> OverRows(int columns) => new(this, columns) { Name = Then($"{columns}") };

    /// <inheritdoc cref="CheckedMetric{T, TTarget}"/>
    public CheckedSecondOrderLoss<T, T> Checked() => new(this, CheckNumbers);

    internal void CheckNumbers(ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, ReadOnlySpan<T> weights) =>
        CheckNumbers(predictions, targets, weights, columns: 1);

    /// <summary>Every number, unless lengths are wrong: those are for the call to report.</summary>
    /// <param name="predictions">The predictions.</param>
    /// <param name="targets">The targets.</param>
    /// <param name="weights">One an entry or a row.</param>
    /// <param name="columns">How many entries a row has.</param>
    internal void CheckNumbers(
        ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, ReadOnlySpan<T> weights, int columns)
    {
        if (targets.Length == predictions.Length
            && predictions.Length % columns == 0
            && (EntryChecks.AreForEach(weights, predictions.Length) || weights.Length == predictions.Length / columns))
        {
            EntryChecks.Numbers(nameof(predictions), predictions, Facts.Predictions, columns);
            EntryChecks.Numbers(nameof(targets), targets, Facts.Targets, columns);
            EntryChecks.Weights(weights);
        }
    }
}
