using System.Runtime.InteropServices;

namespace LossKit;

/// <summary>
/// A loss of a whole row of predictions, one a class, against a label or a row of probabilities. Predictions are
/// rows × classes, row by row; so are targets that are probabilities, while labels, weights and losses are one a row.
/// </summary>
/// <remarks>
/// The mean is over rows. The Hessian is the diagonal, as boosting libraries use it; what couples the classes of a row
/// is left out. The gradient may be the predictions themselves, but must lie apart from the targets. A NaN makes its
/// row's loss and derivatives NaN, and no other's. A row whose label is ignored has a loss of 0 and derivatives of
/// exactly 0, whatever it holds, and no weight.
/// </remarks>
/// <inheritdoc cref="ILoss{T, TTarget}"/>
public class RowLoss<T, TTarget> : ISecondOrderLoss<T, TTarget>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TTarget : unmanaged
{
    private readonly RowKernel<T> _kernel;
    private readonly ClassOptions<T> _classes;

    internal RowLoss(RowKernel<T> kernel, ClassOptions<T> classes)
    {
        Precision.Check<T>();
        _kernel = kernel;
        _classes = classes;
        Facts = LossFacts.Unknown with
        {
            Predictions = classes.Predictions,
            Targets = HasLabels ? Domain.Reals : Domain.Probabilities,
        };
    }

    /// <summary>How many predictions a row has.</summary>
    public int Classes => _classes.Classes;

    /// <summary>The label whose rows count nowhere, if there is one.</summary>
    public int? IgnoreIndex => HasLabels ? _classes.IgnoreIndex : null;

    /// <summary>The most threads of a call; one unless <see cref="InParallel"/> said otherwise.</summary>
    public int Degree { get; private set; } = 1;

    /// <inheritdoc/>
    public Shape Shape => new(Classes, HasLabels ? 1 : Classes);

    /// <inheritdoc/>
    public LossFacts Facts { get; }

    private static bool HasLabels => typeof(TTarget) == typeof(int);

    /// <inheritdoc/>
    public Cost Value(ReadOnlySpan<T> predictions, ReadOnlySpan<TTarget> targets, ReadOnlySpan<T> weights = default)
    {
        RowBatch<T> batch = Batch(predictions, targets, weights);
        return Run(ref batch, DerivativeOrder.Value);
    }

    /// <inheritdoc/>
    public Cost PerExample(
        ReadOnlySpan<T> predictions, ReadOnlySpan<TTarget> targets, Span<T> losses, ReadOnlySpan<T> weights = default)
    {
        RowBatch<T> batch = Batch(predictions, targets, weights);
        BatchChecks.Length("losses", losses.Length, batch.Rows, "rows");
        BatchChecks.Apart("losses", losses, "predictions", predictions);
        BatchChecks.Apart("losses", losses, "targets", targets);
        BatchChecks.NoPartialOverlap("losses", losses, "weights", weights);
        batch.Losses = losses;
        return Run(ref batch, DerivativeOrder.Value);
    }

    /// <inheritdoc/>
    public Cost ValueAndGradient(
        ReadOnlySpan<T> predictions,
        ReadOnlySpan<TTarget> targets,
        Span<T> gradient,
        ReadOnlySpan<T> weights = default,
        Reduction reduction = Reduction.Mean)
    {
        RowBatch<T> batch = Batch(predictions, targets, weights);
        CheckOutput("gradient", gradient, targets, batch);
        batch.Gradient = gradient;
        return Run(ref batch, DerivativeOrder.Gradient, reduction);
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
        RowBatch<T> batch = Batch(predictions, targets, weights);
        CheckOutput("gradient", gradient, targets, batch);
        CheckOutput("hessian", hessian, targets, batch);
        BatchChecks.Apart("hessian", hessian, "gradient", gradient);
        BatchChecks.Apart("hessian", hessian, "predictions", predictions);
        batch.Gradient = gradient;
        batch.Hessian = hessian;
        return Run(ref batch, DerivativeOrder.Hessian, reduction);
    }

    /// <summary>The same loss on up to <paramref name="degree"/> threads, for large batches.</summary>
    /// <remarks>
    /// Value and derivatives are the same to the last bit, whatever the number of threads: the batch is divided into
    /// segments of rows with about 65,536 entries, which does not depend on it. Smaller batches stay on one thread. A
    /// call allocates a few objects to start its threads.
    /// </remarks>
    /// <param name="degree">The most threads, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The degree is not positive.</exception>
    public RowLoss<T, TTarget> InParallel(int degree)
    {
        RowLoss<T, TTarget> copy = (RowLoss<T, TTarget>)MemberwiseClone();
        copy.Degree = Segments.CheckDegree(degree);
        return copy;
    }

    private RowBatch<T> Batch(
        ReadOnlySpan<T> predictions, ReadOnlySpan<TTarget> targets, ReadOnlySpan<T> weights)
    {
        int rows = BatchChecks.Rows("predictions", predictions.Length, Classes, "classes");
        BatchChecks.Length("targets", targets.Length, HasLabels ? rows : predictions.Length, HasLabels ? "rows" : "entries");
        if (!weights.IsEmpty)
        {
            BatchChecks.Length("weights", weights.Length, rows, "rows");
        }

        RowBatch<T> batch = new() { Columns = Classes, Predictions = predictions, Weights = weights };
        if (HasLabels)
        {
            batch.Labels = MemoryMarshal.Cast<TTarget, int>(targets);
        }
        else
        {
            batch.Targets = MemoryMarshal.Cast<TTarget, T>(targets);
        }

        return batch;
    }

    private static void CheckOutput(
        string name, Span<T> output, ReadOnlySpan<TTarget> targets, in RowBatch<T> batch)
    {
        BatchChecks.Length(name, output.Length, batch.Predictions.Length, "entries");
        BatchChecks.NoPartialOverlap(name, output, "predictions", batch.Predictions);
        BatchChecks.Apart(name, output, "targets", targets);
        BatchChecks.Apart(name, output, "weights", batch.Weights);
    }

    // The batch is passed on as it is, as in PointwiseLoss.
    private Cost Run(ref RowBatch<T> batch, DerivativeOrder order, Reduction reduction = Reduction.Mean)
    {
        int counted = HasLabels ? CheckLabels(batch.Labels) : batch.Rows;
        batch.HasIgnored = counted < batch.Rows;
        CompensatedSum weight = TotalWeight(ref batch, counted, out bool hasWeight, out int exponent);
        Plan plan = new(weight, hasWeight, exponent, counted, reduction, wantsLosses: !batch.Losses.IsEmpty);
        batch.Scale = T.CreateTruncating(plan.Scale);
        CompensatedSum sum = plan.Evaluates ? RowWork<T>.Run(_kernel, batch, plan.Order(order), Degree) : default;

        // Only now: the gradient may be the predictions themselves.
        if (!plan.Differentiates)
        {
            batch.Gradient.Clear();
            batch.Hessian.Clear();
        }

        return plan.Cost(sum, batch.Rows);
    }

    /// <summary>What the mean divides by.</summary>
    private CompensatedSum TotalWeight(ref RowBatch<T> batch, int counted, out bool hasWeight, out int exponent)
    {
        ReadOnlySpan<T> weights = batch.Weights;
        CompensatedSum total = WeightTotal<T>.Of(ref weights, batch.Rows, out hasWeight, out exponent);
        batch.Weights = weights;
        return !HasLabels || (counted == batch.Rows && !_classes.WeighsMean)
            ? total
            : TotalWeightOfLabels(ref batch, counted, out hasWeight, ref exponent);
    }

    /// <summary>The same of rows that may be ignored or count by the weights of their classes, too.</summary>
    private CompensatedSum TotalWeightOfLabels(
        ref RowBatch<T> batch, int counted, out bool hasWeight, ref int exponent)
    {
        CompensatedSum total = TotalWeightOfLabels(batch, out hasWeight);
        if (!_classes.WeighsMean || WeightTotal<T>.IsOrdinary(total.Total, counted))
        {
            return total;
        }

        // As WeightTotal does it for rows: here it is the classes whose weights are tiny or huge.
        int ofClasses = WeightTotal<T>.ExponentOf(Spans.Largest(_classes.Weights));
        if (ofClasses == 0)
        {
            return total;
        }

        batch.Weights = WeightTotal<T>.Rescaled(batch.Weights, batch.Rows, ofClasses);
        exponent += ofClasses;
        return TotalWeightOfLabels(batch, out hasWeight);
    }

    [SkipLocalsInit]
    private CompensatedSum TotalWeightOfLabels(in RowBatch<T> batch, out bool hasWeight)
    {
        const int Block = 256;
        Span<T> block = stackalloc T[Block];
        CompensatedSum total = default;
        hasWeight = false;
        for (int start = 0; start < batch.Rows; start += Block)
        {
            int count = Math.Min(Block, batch.Rows - start);
            for (int k = 0; k < count; k++)
            {
                int label = batch.Labels[start + k];
                T weight = batch.Weights.IsEmpty ? T.One : batch.Weights[start + k];
                bool isIgnored = _classes.IsIgnored(label);

                // A row of a class of weight 0 may still have a loss, of the classes that smoothing shares with.
                hasWeight |= !isIgnored && weight != T.Zero;
                block[k] = isIgnored ? T.Zero : _classes.WeighsMean ? weight * _classes.WeightOf(label) : weight;
            }

            total += WeightTotal<T>.Sum(block[..count]);
        }

        return total;
    }

    /// <summary>How many labels are not ignored; throws if one is no class.</summary>
    private int CheckLabels(ReadOnlySpan<int> targets)
    {
        Vector<uint> classes = Vector.Create((uint)Classes);
        Vector<int> ignored = Vector.Create(IgnoreIndex ?? -1);
        Vector<int> ignoredRows = Vector<int>.Zero;
        int row = 0;
        for (; row <= targets.Length - Vector<int>.Count; row += Vector<int>.Count)
        {
            Vector<int> labels = new(targets[row..]);
            Vector<int> areIgnored = Vector.Equals(labels, ignored);
            Vector<int> areOutside = Vector.GreaterThanOrEqual(labels.As<int, uint>(), classes).As<uint, int>();
            if (Vector.AndNot(areOutside, areIgnored) != Vector<int>.Zero)
            {
                break;
            }

            ignoredRows -= areIgnored;
        }

        int counted = row - Vector.Sum(ignoredRows);
        for (; row < targets.Length; row++)
        {
            int label = targets[row];
            bool isIgnored = _classes.IsIgnored(label);
            if ((uint)label >= (uint)Classes && !isIgnored)
            {
                string exception = IgnoreIndex is { } index ? $", or {index} for a row to be ignored" : "";
                throw new ArgumentOutOfRangeException(
                    nameof(targets),
                    label,
                    $"The label of row {row} is {label}, but there are {Classes} classes: "
                    + $"it must be between 0 and {Classes - 1}{exception}.");
            }

            counted += isIgnored ? 0 : 1;
        }

        return counted;
    }
}
