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
    internal RowLoss(Kernel<T> kernel, ClassOptions<T> classes)
    {
        Kernel = kernel;
        ClassOptions = classes;
        Facts = LossFacts.Unknown with
        {
            Predictions = classes.Predictions,
            Targets = HasLabels ? Domain.Reals : classes.Targets,
        };
    }

    /// <summary>How many predictions a row has.</summary>
    public int Classes => ClassOptions.Classes;

    /// <summary>The label whose rows count nowhere, if there is one.</summary>
    public int? IgnoreIndex => HasLabels ? ClassOptions.IgnoreIndex : null;

    /// <inheritdoc/>
    public override Shape Shape => new(Classes, HasLabels ? 1 : ClassOptions.TargetColumns);

    /// <inheritdoc/>
    public override LossFacts Facts { get; }

    internal Kernel<T> Kernel { get; }

    internal ClassOptions<T> ClassOptions { get; }

    /// <summary>The loss of each row times a factor: its share in a weighted sum.</summary>
    /// <param name="factor">The factor; positive and finite.</param>
    public RowLoss<T, TTarget> Scaled(double factor) =>
        new(new ScaledKernel<T>(Kernel, Kernel<T>.Factor(factor)), ClassOptions) { Name = Then($"{factor}") };

    /// <summary>
    /// The sum of this loss and another of the same rows and targets; with <see cref="Scaled"/>, a weighted sum.
    /// </summary>
    /// <param name="other">
    /// The other; rows that are ignored and weights of classes in the mean have to be the same.
    /// </param>
    /// <exception cref="ArgumentException">It has other classes or targets, or its mean is of other rows.</exception>
    public RowLoss<T, TTarget> Plus(RowLoss<T, TTarget> other)
    {
        ArgumentNullException.ThrowIfNull(other);
        ClassOptions<T> classes = ClassOptions.And(other.ClassOptions, nameof(other));
        return new(new SumKernel<T>(Kernel, other.Kernel), classes) { Name = Then($"{other}") };
    }

    private static bool HasLabels => typeof(TTarget) == typeof(int);

    private protected override Cost Run(
        ref Batch<T> batch, ReadOnlySpan<TTarget> targets, DerivativeOrder order, Reduction reduction, bool wantsLosses)
    {
        int entries = batch.Predictions.Length;
        int rows = BatchChecks.Rows("predictions", entries, Classes, "classes");
        int ofTargets = Shape.Targets;
        BatchChecks.Table("targets", targets.Length, rows, "rows", ofTargets);
        BatchChecks.LengthIfGiven("weights", batch.Weights.Length, rows, "rows");
        BatchChecks.OutputsApart(batch, targets, rows, "rows", order, wantsLosses);
        batch.Columns = Classes;
        batch.TargetColumns = ofTargets;
        ReadOnlySpan<int> labels = default;
        if (HasLabels)
        {
            labels = MemoryMarshal.Cast<TTarget, int>(targets);
            batch.Labels = labels;
        }
        else
        {
            batch.Targets = MemoryMarshal.Cast<TTarget, T>(targets);
        }

        Plan plan = PlanOf(ref batch.Weights, labels, rows, reduction, !batch.Losses.IsEmpty, out int counted);
        batch.HasIgnored = counted < rows;
        batch.Kernel = Kernel;
        batch.Count = rows;
        return Calls<T>.Run(ref batch, plan, batch.Weights, batch.Losses, order, Degree);
    }

    private protected override void CheckNumbers(
        ReadOnlySpan<T> predictions, ReadOnlySpan<TTarget> targets, ReadOnlySpan<T> weights)
    {
        (int columns, int ofTargets) = Shape;
        int rows = predictions.Length / columns;
        if (predictions.Length != rows * columns
            || targets.Length != rows * ofTargets
            || !EntryChecks.AreForEach(weights, rows))
        {
            return;
        }

        if (HasLabels)
        {
            ReadOnlySpan<int> labels = MemoryMarshal.Cast<TTarget, int>(targets);
            EntryChecks.Rows("predictions", predictions, Facts.Predictions, columns, labels, IgnoreIndex);
        }
        else
        {
            EntryChecks.Numbers("predictions", predictions, Facts.Predictions, columns);
            EntryChecks.Numbers("targets", MemoryMarshal.Cast<TTarget, T>(targets), Facts.Targets, ofTargets);
        }

        EntryChecks.Weights(weights);
    }

    /// <summary>Checks the labels, if that is what targets are, and says what is to be computed.</summary>
    internal Plan PlanOf(
        ref ReadOnlySpan<T> weights,
        ReadOnlySpan<int> labels,
        int rows,
        Reduction reduction,
        bool wantsLosses,
        out int counted)
    {
        counted = HasLabels ? CheckLabels(labels) : rows;
        ReadOnlySpan<T> given = weights;
        CompensatedSum total = WeightTotal<T>.Of(ref weights, rows, out bool hasWeight, out int exponent);
        if (HasLabels && counted < rows && exponent != 0)
        {
            // By the unit of a row that is ignored the others might be nothing.
            weights = WithoutIgnored(given, labels);
            total = WeightTotal<T>.Of(ref weights, rows, out hasWeight, out exponent);
        }

        if (HasLabels && (counted < rows || ClassOptions.WeighsMean))
        {
            total = TotalWeightOfLabels(ref weights, labels, counted, out hasWeight, ref exponent);
        }

        return new(total, hasWeight, exponent, counted, reduction, wantsLosses);
    }

    /// <summary>The weights, 0 where a row is ignored.</summary>
    private T[] WithoutIgnored(ReadOnlySpan<T> weights, ReadOnlySpan<int> labels)
    {
        T[] own = weights.ToArray();
        for (int row = 0; row < own.Length; row++)
        {
            own[row] = ClassOptions.IsIgnored(labels[row]) ? T.Zero : own[row];
        }

        return own;
    }

    /// <summary>
    /// What the mean divides by, of rows that may be ignored or count by the weights of their classes, too.
    /// </summary>
    private CompensatedSum TotalWeightOfLabels(
        ref ReadOnlySpan<T> weights, ReadOnlySpan<int> labels, int counted, out bool hasWeight, ref int exponent)
    {
        CompensatedSum total = TotalWeightOfLabels(weights, labels, out hasWeight);
        if (!ClassOptions.WeighsMean || WeightTotal<T>.IsOrdinary(total.Total, counted))
        {
            return total;
        }

        // As WeightTotal does it for rows: here it is the classes whose weights are tiny or huge.
        int ofClasses = WeightTotal<T>.ExponentOf(Spans.Largest(ClassOptions.Divisors));
        if (ofClasses == 0)
        {
            return total;
        }

        weights = WeightTotal<T>.Rescaled(weights, labels.Length, ofClasses);
        exponent += ofClasses;
        return TotalWeightOfLabels(weights, labels, out hasWeight);
    }

    [SkipLocalsInit]
    private CompensatedSum TotalWeightOfLabels(
        ReadOnlySpan<T> weights, ReadOnlySpan<int> labels, out bool hasWeight)
    {
        const int Block = 256;
        Span<T> block = stackalloc T[Block];
        CompensatedSum total = default;
        hasWeight = false;
        for (int start = 0; start < labels.Length; start += Block)
        {
            int count = Math.Min(Block, labels.Length - start);
            for (int k = 0; k < count; k++)
            {
                int label = labels[start + k];
                T weight = weights.IsEmpty ? T.One : weights[start + k];
                bool isIgnored = ClassOptions.IsIgnored(label);

                // A row of a class of weight 0 may still have a loss, of the classes that smoothing shares with.
                hasWeight |= !isIgnored && weight != T.Zero;
                block[k] = isIgnored ? T.Zero
                    : ClassOptions.WeighsMean ? ClassOptions.InMean(weight, label)
                    : weight;
            }

            total += WeightTotal<T>.Sum(block[..count]);
        }

        return total;
    }

    /// <summary>How many labels are not ignored; throws if one is no class.</summary>
    internal int CheckLabels(ReadOnlySpan<int> labels, string name = "targets")
    {
        Vector<uint> classes = Vector.Create((uint)ClassOptions.Labels);
        Vector<int> ignored = Vector.Create(IgnoreIndex.GetValueOrDefault());
        Vector<int> ignoresAny = Vector.Create(IgnoreIndex is null ? 0 : -1);
        Vector<int> ignoredRows = Vector<int>.Zero;
        int row = 0;
        for (; row <= labels.Length - Vector<int>.Count; row += Vector<int>.Count)
        {
            Vector<int> some = new(labels[row..]);
            Vector<int> areIgnored = Vector.Equals(some, ignored) & ignoresAny;
            Vector<int> areOutside = Vector.GreaterThanOrEqual(some.As<int, uint>(), classes).As<uint, int>();
            if (Vector.AndNot(areOutside, areIgnored) != Vector<int>.Zero)
            {
                break;
            }

            ignoredRows -= areIgnored;
        }

        int counted = row - Vector.Sum(ignoredRows);
        for (; row < labels.Length; row++)
        {
            int label = labels[row];
            bool isIgnored = ClassOptions.IsIgnored(label);
            if ((uint)label >= (uint)ClassOptions.Labels && !isIgnored)
            {
                throw WrongLabel(row, label, name);
            }

            counted += isIgnored ? 0 : 1;
        }

        return counted;
    }

    /// <summary>The refusal of a label that is no class.</summary>
    internal ArgumentOutOfRangeException WrongLabel(int row, int label, string name)
    {
        string exception = IgnoreIndex is { } index ? $", or {index} for a row to be ignored" : "";
        return new(
            name,
            label,
            $"The label of row {row} is {label}, but there are {ClassOptions.Labels} classes: "
            + $"it must be between 0 and {ClassOptions.Labels - 1}{exception}.");
    }
}
