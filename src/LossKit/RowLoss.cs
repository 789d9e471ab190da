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
public class RowLoss<T, TTarget> : ExampleLoss<T, TTarget>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TTarget : unmanaged
{
    private readonly Kernel<T> _kernel;
    private readonly ClassOptions<T> _classes;

    internal RowLoss(Kernel<T> kernel, ClassOptions<T> classes)
    {
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

    /// <inheritdoc/>
    public override Shape Shape => new(Classes, HasLabels ? 1 : Classes);

    /// <inheritdoc/>
    public override LossFacts Facts { get; }

    private static bool HasLabels => typeof(TTarget) == typeof(int);

    private protected override Cost Run(
        ref Batch<T> batch, ReadOnlySpan<TTarget> targets, DerivativeOrder order, Reduction reduction, bool wantsLosses)
    {
        int entries = batch.Predictions.Length;
        int rows = BatchChecks.Rows("predictions", entries, Classes, "classes");
        BatchChecks.Length("targets", targets.Length, HasLabels ? rows : entries, HasLabels ? "rows" : "entries");
        BatchChecks.LengthIfGiven("weights", batch.Weights.Length, rows, "rows");
        BatchChecks.OutputsApart(batch, targets, rows, "rows", order, wantsLosses);
        batch.Columns = Classes;
        batch.TargetColumns = Classes;
        int counted = rows;
        if (HasLabels)
        {
            batch.Labels = MemoryMarshal.Cast<TTarget, int>(targets);
            counted = CheckLabels(batch.Labels);
            batch.HasIgnored = counted < rows;
        }
        else
        {
            batch.Targets = MemoryMarshal.Cast<TTarget, T>(targets);
        }

        CompensatedSum weight = TotalWeight(ref batch, counted, out bool hasWeight, out int exponent);
        Plan plan = new(weight, hasWeight, exponent, counted, reduction, wantsLosses: !batch.Losses.IsEmpty);
        batch.Kernel = _kernel;
        batch.Count = rows;
        return Calls<T>.Run(ref batch, plan, batch.Weights, batch.Losses, order, Degree);
    }

    /// <summary>What the mean divides by.</summary>
    private CompensatedSum TotalWeight(ref Batch<T> batch, int counted, out bool hasWeight, out int exponent)
    {
        CompensatedSum total = WeightTotal<T>.Of(ref batch.Weights, batch.Length, out hasWeight, out exponent);
        return !HasLabels || (counted == batch.Length && !_classes.WeighsMean)
            ? total
            : TotalWeightOfLabels(ref batch, counted, out hasWeight, ref exponent);
    }

    /// <summary>The same of rows that may be ignored or count by the weights of their classes, too.</summary>
    private CompensatedSum TotalWeightOfLabels(
        ref Batch<T> batch, int counted, out bool hasWeight, ref int exponent)
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

        batch.Weights = WeightTotal<T>.Rescaled(batch.Weights, batch.Length, ofClasses);
        exponent += ofClasses;
        return TotalWeightOfLabels(batch, out hasWeight);
    }

    [SkipLocalsInit]
    private CompensatedSum TotalWeightOfLabels(in Batch<T> batch, out bool hasWeight)
    {
        const int Block = 256;
        Span<T> block = stackalloc T[Block];
        CompensatedSum total = default;
        hasWeight = false;
        for (int start = 0; start < batch.Length; start += Block)
        {
            int count = Math.Min(Block, batch.Length - start);
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
