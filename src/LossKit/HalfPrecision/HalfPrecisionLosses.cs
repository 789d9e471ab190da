using System.Runtime.InteropServices;
using LossKit.Internals.Storage;

namespace LossKit.HalfPrecision;

/// <summary>
/// Losses of float over numbers that are stored in 16 bits, as <see cref="Half"/> or <see cref="BFloat16"/>: half the
/// memory and traffic, and arithmetic in float.
/// </summary>
/// <remarks>
/// <para>
/// The verbs are those of the loss itself: with this namespace in use, <c>loss.ValueAndGradient(predictions, targets,
/// gradient)</c> takes spans of <see cref="Half"/>, too. Predictions, targets and derivatives are stored; weights and
/// losses are floats, and costs are as exact as ever. Each number is widened to a float without loss, the loss computed
/// as always, and each derivative rounded once: to a relative 2⁻¹¹ (Half) or 2⁻⁸ (BFloat16), to ±∞ beyond 65,504
/// (Half), to a multiple of 2⁻²⁴ below 2⁻¹⁴ (Half). Gradients of a mean over many examples are that small: take
/// <see cref="Reduction.Sum"/>, or weights that scale the loss, and divide in float.
/// </para>
/// <para>
/// Pointwise losses and losses of rows widen a few thousand numbers at a time, or a row if it has more. All others
/// widen the batch at once, in memory of the shared array pool. The gradient may be the predictions themselves.
/// </para>
/// </remarks>
public static partial class HalfPrecisionLosses
{
    /// <inheritdoc cref="IMetric{T, TTarget}.Value"/>
    /// <typeparam name="TNumber"><see cref="Half"/> or <see cref="BFloat16"/>.</typeparam>
    /// <param name="metric">The loss or metric.</param>
    /// <param name="predictions">What the model says.</param>
    /// <param name="targets">What is true.</param>
    /// <param name="weights">What each example counts; none means 1 each.</param>
    public static Cost Value<TNumber>(
        this IMetric<float, float> metric,
        ReadOnlySpan<TNumber> predictions,
        ReadOnlySpan<TNumber> targets,
        ReadOnlySpan<float> weights = default)
        where TNumber : unmanaged => Run(
            metric,
            new StoredBatch<TNumber>() { Predictions = predictions, Targets = targets, Weights = weights },
            DerivativeOrder.Value);

    /// <inheritdoc cref="IMetric{T, TTarget}.PerExample"/>
    /// <typeparam name="TNumber"><see cref="Half"/> or <see cref="BFloat16"/>.</typeparam>
    /// <param name="metric">The loss or metric.</param>
    /// <param name="predictions">What the model says.</param>
    /// <param name="targets">What is true.</param>
    /// <param name="losses">Receives the loss of each example, before weights.</param>
    /// <param name="weights">What each example counts in the returned cost; none means 1 each.</param>
    public static Cost PerExample<TNumber>(
        this IMetric<float, float> metric,
        ReadOnlySpan<TNumber> predictions,
        ReadOnlySpan<TNumber> targets,
        Span<float> losses,
        ReadOnlySpan<float> weights = default)
        where TNumber : unmanaged => Run(
            metric,
            new StoredBatch<TNumber>()
            {
                Predictions = predictions,
                Targets = targets,
                Weights = weights,
                Losses = losses,
            },
            DerivativeOrder.Value,
            wantsLosses: true);

    /// <inheritdoc cref="ILoss{T, TTarget}.ValueAndGradient"/>
    /// <typeparam name="TNumber"><see cref="Half"/> or <see cref="BFloat16"/>.</typeparam>
    /// <param name="loss">The loss.</param>
    /// <param name="predictions">What the model says.</param>
    /// <param name="targets">What is true.</param>
    /// <param name="gradient">Receives the gradient, rounded.</param>
    /// <param name="weights">What each example counts; none means 1 each.</param>
    /// <param name="reduction">What the gradient is of.</param>
    public static Cost ValueAndGradient<TNumber>(
        this ILoss<float, float> loss,
        ReadOnlySpan<TNumber> predictions,
        ReadOnlySpan<TNumber> targets,
        Span<TNumber> gradient,
        ReadOnlySpan<float> weights = default,
        Reduction reduction = Reduction.Mean)
        where TNumber : unmanaged => Run(
            loss,
            new StoredBatch<TNumber>()
            {
                Predictions = predictions,
                Targets = targets,
                Weights = weights,
                Gradient = gradient,
            },
            DerivativeOrder.Gradient,
            reduction);

    /// <inheritdoc cref="ISecondOrderLoss{T, TTarget}.ValueGradientAndHessian"/>
    /// <typeparam name="TNumber"><see cref="Half"/> or <see cref="BFloat16"/>.</typeparam>
    /// <param name="loss">The loss.</param>
    /// <param name="predictions">What the model says.</param>
    /// <param name="targets">What is true.</param>
    /// <param name="gradient">Receives the gradient, rounded.</param>
    /// <param name="hessian">Receives the diagonal of the Hessian, rounded.</param>
    /// <param name="weights">What each example counts; none means 1 each.</param>
    /// <param name="reduction">What the derivatives are of.</param>
    public static Cost ValueGradientAndHessian<TNumber>(
        this ISecondOrderLoss<float, float> loss,
        ReadOnlySpan<TNumber> predictions,
        ReadOnlySpan<TNumber> targets,
        Span<TNumber> gradient,
        Span<TNumber> hessian,
        ReadOnlySpan<float> weights = default,
        Reduction reduction = Reduction.Mean)
        where TNumber : unmanaged => Run(
            loss,
            new StoredBatch<TNumber>()
            {
                Predictions = predictions,
                Targets = targets,
                Weights = weights,
                Gradient = gradient,
                Hessian = hessian,
            },
            DerivativeOrder.Hessian,
            reduction);

    /// <inheritdoc cref="IMetric{T, TTarget}.Value"/>
    /// <typeparam name="TNumber"><see cref="Half"/> or <see cref="BFloat16"/>.</typeparam>
    /// <param name="metric">The loss or metric.</param>
    /// <param name="predictions">What the model says, row by row.</param>
    /// <param name="labels">One a row.</param>
    /// <param name="weights">What each row counts; none means 1 each.</param>
    public static Cost Value<TNumber>(
        this IMetric<float, int> metric,
        ReadOnlySpan<TNumber> predictions,
        ReadOnlySpan<int> labels,
        ReadOnlySpan<float> weights = default)
        where TNumber : unmanaged => Run(
            metric,
            new StoredBatch<TNumber>() { Predictions = predictions, Labels = labels, Weights = weights },
            DerivativeOrder.Value);

    /// <inheritdoc cref="IMetric{T, TTarget}.PerExample"/>
    /// <typeparam name="TNumber"><see cref="Half"/> or <see cref="BFloat16"/>.</typeparam>
    /// <param name="metric">The loss or metric.</param>
    /// <param name="predictions">What the model says, row by row.</param>
    /// <param name="labels">One a row.</param>
    /// <param name="losses">Receives the loss of each row, before weights.</param>
    /// <param name="weights">What each row counts in the returned cost; none means 1 each.</param>
    public static Cost PerExample<TNumber>(
        this IMetric<float, int> metric,
        ReadOnlySpan<TNumber> predictions,
        ReadOnlySpan<int> labels,
        Span<float> losses,
        ReadOnlySpan<float> weights = default)
        where TNumber : unmanaged => Run(
            metric,
            new StoredBatch<TNumber>()
            {
                Predictions = predictions,
                Labels = labels,
                Weights = weights,
                Losses = losses,
            },
            DerivativeOrder.Value,
            wantsLosses: true);

    /// <inheritdoc cref="ILoss{T, TTarget}.ValueAndGradient"/>
    /// <typeparam name="TNumber"><see cref="Half"/> or <see cref="BFloat16"/>.</typeparam>
    /// <param name="loss">The loss.</param>
    /// <param name="predictions">What the model says, row by row.</param>
    /// <param name="labels">One a row.</param>
    /// <param name="gradient">Receives the gradient, rounded.</param>
    /// <param name="weights">What each row counts; none means 1 each.</param>
    /// <param name="reduction">What the gradient is of.</param>
    public static Cost ValueAndGradient<TNumber>(
        this ILoss<float, int> loss,
        ReadOnlySpan<TNumber> predictions,
        ReadOnlySpan<int> labels,
        Span<TNumber> gradient,
        ReadOnlySpan<float> weights = default,
        Reduction reduction = Reduction.Mean)
        where TNumber : unmanaged => Run(
            loss,
            new StoredBatch<TNumber>()
            {
                Predictions = predictions,
                Labels = labels,
                Weights = weights,
                Gradient = gradient,
            },
            DerivativeOrder.Gradient,
            reduction);

    /// <inheritdoc cref="ISecondOrderLoss{T, TTarget}.ValueGradientAndHessian"/>
    /// <typeparam name="TNumber"><see cref="Half"/> or <see cref="BFloat16"/>.</typeparam>
    /// <param name="loss">The loss.</param>
    /// <param name="predictions">What the model says, row by row.</param>
    /// <param name="labels">One a row.</param>
    /// <param name="gradient">Receives the gradient, rounded.</param>
    /// <param name="hessian">Receives the diagonal of the Hessian, rounded.</param>
    /// <param name="weights">What each row counts; none means 1 each.</param>
    /// <param name="reduction">What the derivatives are of.</param>
    public static Cost ValueGradientAndHessian<TNumber>(
        this ISecondOrderLoss<float, int> loss,
        ReadOnlySpan<TNumber> predictions,
        ReadOnlySpan<int> labels,
        Span<TNumber> gradient,
        Span<TNumber> hessian,
        ReadOnlySpan<float> weights = default,
        Reduction reduction = Reduction.Mean)
        where TNumber : unmanaged => Run(
            loss,
            new StoredBatch<TNumber>()
            {
                Predictions = predictions,
                Labels = labels,
                Weights = weights,
                Gradient = gradient,
                Hessian = hessian,
            },
            DerivativeOrder.Hessian,
            reduction);

    private static Cost Run<TNumber, TTarget>(
        IMetric<float, TTarget> metric,
        StoredBatch<TNumber> batch,
        DerivativeOrder order,
        Reduction reduction = Reduction.Mean,
        bool wantsLosses = false)
        where TNumber : unmanaged
        where TTarget : unmanaged
    {
        ArgumentNullException.ThrowIfNull(metric);
        NumberStorage<TNumber>.Check();
        return metric switch
        {
            PointwiseLoss<float> loss => Run(loss, ref batch, order, reduction, wantsLosses),
            RowLoss<float, TTarget> loss => Run(loss, ref batch, order, reduction, wantsLosses),
            _ => RunWidened(metric, batch, order, reduction, wantsLosses),
        };
    }

    private static Cost Run<TNumber>(
        PointwiseLoss<float> loss,
        ref StoredBatch<TNumber> batch,
        DerivativeOrder order,
        Reduction reduction,
        bool wantsLosses)
        where TNumber : unmanaged
    {
        int length = batch.Predictions.Length;
        BatchChecks.Length("targets", batch.Targets.Length, "predictions", length);
        Check(batch, length, "predictions", order, wantsLosses);
        (batch.Kernel, batch.Columns, batch.TargetColumns) = (loss.Kernel, 1, 1);
        Plan plan = Plan.Of(ref batch.Weights, length, reduction, wantsLosses, loss.Degree);
        return Calls<float>.Run(ref batch, plan, batch.Weights, batch.Losses, order, loss.Degree);
    }

    private static Cost Run<TNumber, TTarget>(
        RowLoss<float, TTarget> loss,
        ref StoredBatch<TNumber> batch,
        DerivativeOrder order,
        Reduction reduction,
        bool wantsLosses)
        where TNumber : unmanaged
        where TTarget : unmanaged
    {
        bool hasLabels = typeof(TTarget) == typeof(int);
        int rows = BatchChecks.Rows("predictions", batch.Predictions.Length, loss.Classes, "classes");
        int targets = hasLabels ? batch.Labels.Length : batch.Targets.Length;
        BatchChecks.Table("targets", targets, rows, "rows", loss.Shape.Targets);
        Check(batch, rows, "rows", order, wantsLosses);
        (batch.Kernel, batch.Columns, batch.TargetColumns) = (loss.Kernel, loss.Classes, loss.Shape.Targets);
        Plan plan = loss.PlanOf(ref batch.Weights, batch.Labels, rows, reduction, wantsLosses, out int counted);
        batch.HasIgnored = counted < rows;
        return Calls<float>.Run(ref batch, plan, batch.Weights, batch.Losses, order, loss.Degree);
    }

    private static void Check<TNumber>(
        in StoredBatch<TNumber> batch, int examples, string things, DerivativeOrder order, bool wantsLosses)
        where TNumber : unmanaged
    {
        BatchChecks.LengthIfGiven("weights", batch.Weights.Length, examples, things);
        if (wantsLosses)
        {
            BatchChecks.Length("losses", batch.Losses.Length, examples, things);
            CheckApart("losses", batch.Losses, batch);
            BatchChecks.Apart("losses", batch.Losses, "predictions", batch.Predictions);
            BatchChecks.NoPartialOverlap("losses", batch.Losses, "weights", batch.Weights);
        }

        if (order >= DerivativeOrder.Gradient)
        {
            BatchChecks.Length("gradient", batch.Gradient.Length, "predictions", batch.Predictions.Length);
            CheckApart("gradient", batch.Gradient, batch);
            BatchChecks.Apart("gradient", batch.Gradient, "weights", batch.Weights);
            BatchChecks.NoPartialOverlap("gradient", batch.Gradient, "predictions", batch.Predictions);
        }

        if (order >= DerivativeOrder.Hessian)
        {
            BatchChecks.Length("hessian", batch.Hessian.Length, "predictions", batch.Predictions.Length);
            CheckApart("hessian", batch.Hessian, batch);
            BatchChecks.Apart("hessian", batch.Hessian, "weights", batch.Weights);
            BatchChecks.Apart("hessian", batch.Hessian, "predictions", batch.Predictions);
            BatchChecks.Apart("hessian", batch.Hessian, "gradient", batch.Gradient);
        }
    }

    private static void CheckApart<TNumber, TOutput>(
        string name, ReadOnlySpan<TOutput> output, in StoredBatch<TNumber> batch)
        where TNumber : unmanaged
        where TOutput : unmanaged
    {
        BatchChecks.Apart(name, output, "targets", batch.Targets);
        BatchChecks.Apart(name, output, "labels", batch.Labels);
    }

    /// <summary>Whatever else there is, with all numbers widened at once.</summary>
    private static Cost RunWidened<TNumber, TTarget>(
        IMetric<float, TTarget> metric,
        in StoredBatch<TNumber> batch,
        DerivativeOrder order,
        Reduction reduction,
        bool wantsLosses)
        where TNumber : unmanaged
        where TTarget : unmanaged
    {
        using Widened<TNumber> predictions = new(batch.Predictions);
        using Widened<TNumber> floats = new(batch.Targets);
        using Widened<TNumber> gradient = new(batch.Gradient);
        using Widened<TNumber> hessian = new(batch.Hessian);
        ReadOnlySpan<TTarget> targets = typeof(TTarget) == typeof(int)
            ? MemoryMarshal.Cast<int, TTarget>(batch.Labels)
            : MemoryMarshal.Cast<float, TTarget>(floats.Floats);
        Cost cost = order switch
        {
            DerivativeOrder.Hessian => ((ISecondOrderLoss<float, TTarget>)metric).ValueGradientAndHessian(
                predictions.Floats, targets, gradient.Floats, hessian.Floats, batch.Weights, reduction),
            DerivativeOrder.Gradient => ((ILoss<float, TTarget>)metric).ValueAndGradient(
                predictions.Floats, targets, gradient.Floats, batch.Weights, reduction),
            _ when wantsLosses => metric.PerExample(predictions.Floats, targets, batch.Losses, batch.Weights),
            _ => metric.Value(predictions.Floats, targets, batch.Weights),
        };
        gradient.Write();
        hessian.Write();
        return cost;
    }
}
