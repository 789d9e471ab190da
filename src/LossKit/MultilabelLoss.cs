namespace LossKit;

/// <summary>
/// A pointwise loss over rows, as of several labels or outputs an example, with a weight for each row or for each
/// entry.
/// </summary>
/// <remarks>
/// Everything is per entry, losses and mean included; the weight of a row is that of each of its entries. Predictions
/// and targets are rows × columns, row by row.
/// </remarks>
/// <inheritdoc cref="ILoss{T, TTarget}"/>
public sealed class MultilabelLoss<T> : ExampleLoss<T, T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly RowSumKernel<T> _rows;

    internal MultilabelLoss(PointwiseLoss<T> loss, int columns)
    {
        Inner = loss;
        _rows = new(loss.Kernel, spreadsNaN: false);
        Columns = BatchChecks.Positive(columns, "how many entries a row has");
    }

    /// <summary>How many entries a row has.</summary>
    public int Columns { get; }

    /// <inheritdoc/>
    public override Shape Shape => new(Columns, Columns) { Losses = Columns };

    /// <inheritdoc/>
    public override LossFacts Facts => OfEntries.Facts;

    internal PointwiseLoss<T> OfEntries => (PointwiseLoss<T>)Inner!;

    private protected override void CheckNumbers(
        ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, ReadOnlySpan<T> weights) =>
        OfEntries.CheckNumbers(predictions, targets, weights, Columns);

    private protected override Cost Run(
        ref Batch<T> batch, ReadOnlySpan<T> targets, DerivativeOrder order, Reduction reduction, bool wantsLosses)
    {
        int entries = batch.Predictions.Length;
        int rows = BatchChecks.Rows("predictions", entries, Columns, "columns");
        if (!batch.Weights.IsEmpty && batch.Weights.Length != rows && batch.Weights.Length != entries)
        {
            throw BatchChecks.Refusal(
                "weights",
                $"'weights' has {batch.Weights.Length} entries, but must have {rows}, one a row, or {entries}, one an "
                + "entry.");
        }

        batch.Targets = targets;
        if (batch.Weights.IsEmpty || batch.Weights.Length == entries)
        {
            return OfEntries.Run(ref batch, order, reduction, wantsLosses);
        }

        ReadOnlySpan<T> weights = batch.Weights;
        batch.Weights = default;
        BatchChecks.Lengths(batch, order, wantsLosses);
        BatchChecks.Apart("weights", weights, "gradient", batch.Gradient);
        BatchChecks.Apart("weights", weights, "hessian", batch.Hessian);
        if (wantsLosses)
        {
            BatchChecks.Apart("losses", batch.Losses, "predictions", batch.Predictions);
            BatchChecks.Apart("losses", batch.Losses, "targets", targets);
            BatchChecks.Apart("losses", batch.Losses, "weights", weights);
            _ = OfEntries.PerExample(batch.Predictions, targets, batch.Losses);
        }

        CompensatedSum weight = WeightTotal<T>.Of(ref weights, rows, out bool hasWeight, out int exponent);
        CompensatedSum total = new(Columns * weight.Sum, Columns * weight.Error);
        Plan plan = new(total, hasWeight, exponent, entries, reduction, wantsLosses: false);
        Batch<T> ofRows = batch with
        {
            Kernel = _rows,
            Count = entries,
            Losses = default,
            Columns = Columns,
            TargetColumns = Columns,
        };
        return Calls<T>.Run(ref ofRows, plan, weights, default, order, Degree);
    }
}
