namespace LossKit;

/// <summary>
/// A pointwise loss over rows, as of several labels or outputs an example, with a weight for each row or for each entry.
/// </summary>
/// <remarks>
/// Everything is per entry, losses and mean included; the weight of a row is that of each of its entries. Predictions and
/// targets are rows × columns, row by row.
/// </remarks>
/// <inheritdoc cref="ILoss{T, TTarget}"/>
public sealed class MultilabelLoss<T> : ISecondOrderLoss<T, T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly PointwiseLoss<T> _loss;
    private readonly RowSumKernel<T> _rows;

    internal MultilabelLoss(PointwiseLoss<T> loss, int columns)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(columns);
        _loss = loss;
        _rows = new(loss.Kernel, spreadsNaN: false);
        Columns = columns;
    }

    /// <summary>How many entries a row has.</summary>
    public int Columns { get; }

    /// <inheritdoc/>
    public Shape Shape => new(Columns, Columns) { Losses = Columns };

    /// <inheritdoc/>
    public LossFacts Facts => _loss.Facts;

    internal PointwiseLoss<T> OfEntries => _loss;

    /// <inheritdoc/>
    public Cost Value(ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, ReadOnlySpan<T> weights = default) =>
        HasRowWeights(predictions, weights)
            ? Run(Batch(predictions, targets, weights), DerivativeOrder.Value, Reduction.Mean)
            : _loss.Value(predictions, targets, weights);

    /// <inheritdoc/>
    public Cost PerExample(
        ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, Span<T> losses, ReadOnlySpan<T> weights = default)
    {
        if (!HasRowWeights(predictions, weights))
        {
            return _loss.PerExample(predictions, targets, losses, weights);
        }

        BatchChecks.Apart("losses", losses, "predictions", predictions);
        BatchChecks.Apart("losses", losses, "targets", targets);
        BatchChecks.Apart("losses", losses, "weights", weights);
        _ = _loss.PerExample(predictions, targets, losses);
        return Run(Batch(predictions, targets, weights), DerivativeOrder.Value, Reduction.Mean);
    }

    /// <inheritdoc/>
    public Cost ValueAndGradient(
        ReadOnlySpan<T> predictions,
        ReadOnlySpan<T> targets,
        Span<T> gradient,
        ReadOnlySpan<T> weights = default,
        Reduction reduction = Reduction.Mean) =>
        HasRowWeights(predictions, weights)
            ? Run(Batch(predictions, targets, weights, gradient), DerivativeOrder.Gradient, reduction)
            : _loss.ValueAndGradient(predictions, targets, gradient, weights, reduction);

    /// <inheritdoc/>
    public Cost ValueGradientAndHessian(
        ReadOnlySpan<T> predictions,
        ReadOnlySpan<T> targets,
        Span<T> gradient,
        Span<T> hessian,
        ReadOnlySpan<T> weights = default,
        Reduction reduction = Reduction.Mean) =>
        HasRowWeights(predictions, weights)
            ? Run(Batch(predictions, targets, weights, gradient, hessian), DerivativeOrder.Hessian, reduction)
            : _loss.ValueGradientAndHessian(predictions, targets, gradient, hessian, weights, reduction);

    private bool HasRowWeights(ReadOnlySpan<T> predictions, ReadOnlySpan<T> weights)
    {
        int rows = BatchChecks.Rows("predictions", predictions.Length, Columns, "columns");
        if (!weights.IsEmpty && weights.Length != rows && weights.Length != predictions.Length)
        {
            throw new ArgumentException(
                $"'weights' has {weights.Length} entries, but must have {rows}, one a row, or {predictions.Length}, one "
                + "an entry.",
                nameof(weights));
        }

        return !weights.IsEmpty && weights.Length != predictions.Length;
    }

    private RowBatch<T> Batch(
        ReadOnlySpan<T> predictions,
        ReadOnlySpan<T> targets,
        ReadOnlySpan<T> weights,
        Span<T> gradient = default,
        Span<T> hessian = default) => new()
        {
            Columns = Columns,
            Predictions = predictions,
            Targets = targets,
            Weights = weights,
            Gradient = gradient,
            Hessian = hessian,
        };

    private Cost Run(RowBatch<T> rows, DerivativeOrder order, Reduction reduction)
    {
        PointwiseBatch<T> entries = new()
        {
            Predictions = rows.Predictions,
            Targets = rows.Targets,
            Gradient = rows.Gradient,
            Hessian = rows.Hessian,
        };
        BatchChecks.Lengths(entries, order, wantsLosses: false);
        BatchChecks.Apart("weights", rows.Weights, "gradient", rows.Gradient);
        BatchChecks.Apart("weights", rows.Weights, "hessian", rows.Hessian);
        ReadOnlySpan<T> weights = rows.Weights;
        CompensatedSum ofRows = WeightTotal<T>.Of(ref weights, rows.Rows, out bool hasWeight, out int exponent);
        rows.Weights = weights;
        CompensatedSum total = new(Columns * ofRows.Sum, Columns * ofRows.Error);
        Plan plan = new(total, hasWeight, exponent, entries.Length, reduction, wantsLosses: false);
        CompensatedSum sum = plan.Evaluates
            ? RowWork<T>.Run(
                _rows, rows with { Scale = T.CreateTruncating(plan.Scale) }, plan.Order(order), _loss.Degree)
            : default;

        // Only now: the gradient may be the predictions themselves.
        if (!plan.Differentiates)
        {
            rows.Gradient.Clear();
            rows.Hessian.Clear();
        }

        return plan.Cost(sum, rows.Predictions.Length);
    }
}
