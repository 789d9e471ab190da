namespace LossKit;

/// <summary>
/// A loss of tuples over rows of them: one loss a row, the sum or the mean over its tuples. What
/// <see cref="TupleLoss{T}.OfRows"/> makes.
/// </summary>
/// <remarks>
/// A row has all first predictions, then all second ones, as a network's last layer gives them; so has a row of
/// targets, of which those that are one a row come last. A NaN makes its row's loss and derivatives NaN, and no
/// other's. The gradient may be the predictions themselves, but must lie apart from the targets.
/// </remarks>
/// <inheritdoc cref="ILoss{T, TTarget}"/>
public sealed class TupleRowsLoss<T> : ExampleLoss<T, T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly int _ofRow;
    private readonly TupleRowsKernel<T> _kernel;

    internal TupleRowsLoss(TupleLoss<T> loss, int columns, bool isMean, int targetsOfRow)
    {
        Columns = BatchChecks.Positive(columns, "how many tuples a row has");
        ArgumentOutOfRangeException.ThrowIfNegative(targetsOfRow);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(targetsOfRow, loss.Targets);
        Inner = loss;
        IsMean = isMean;
        _ofRow = targetsOfRow;
        _kernel = new(loss.Kernel, loss.Predictions, loss.Targets, targetsOfRow, isMean);
    }

    /// <summary>How many tuples a row has.</summary>
    public int Columns { get; }

    /// <summary>Whether the loss of a row is the mean over its tuples, instead of the sum.</summary>
    public bool IsMean { get; }

    /// <inheritdoc/>
    public override Shape Shape
    {
        get
        {
            TupleLoss<T> loss = (TupleLoss<T>)Inner!;
            return new(loss.Predictions * Columns, (loss.Targets - _ofRow) * Columns + _ofRow);
        }
    }

    /// <inheritdoc/>
    public override LossFacts Facts => LossFacts.Unknown;

    private protected override void CheckNumbers(
        ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, ReadOnlySpan<T> weights)
    {
        (int ofPredictions, int ofTargets) = Shape;
        int rows = predictions.Length / ofPredictions;
        if (predictions.Length != rows * ofPredictions
            || targets.Length != rows * ofTargets
            || !EntryChecks.AreForEach(weights, rows))
        {
            return;
        }

        TupleLoss<T> loss = (TupleLoss<T>)Inner!;
        EntryChecks.Columns(nameof(predictions), predictions, loss.PredictionDomains, Columns, ofPredictions);
        int ofTuples = ofTargets - _ofRow;
        for (int i = 0; i < targets.Length; i++)
        {
            int place = i % ofTargets;
            int target = place < ofTuples ? place / Columns : place - ofTuples + loss.Targets - _ofRow;
            EntryChecks.Number(nameof(targets), i, targets[i], loss.TargetDomains[target], ofTargets);
        }

        EntryChecks.Weights(weights);
    }

    private protected override Cost Run(
        ref Batch<T> batch, ReadOnlySpan<T> targets, DerivativeOrder order, Reduction reduction, bool wantsLosses)
    {
        (int ofPredictions, int ofTargets) = Shape;
        int rows = BatchChecks.Rows("predictions", batch.Predictions.Length, ofPredictions, "predictions");
        BatchChecks.Table("targets", targets.Length, rows, "rows", ofTargets);
        BatchChecks.LengthIfGiven("weights", batch.Weights.Length, rows, "rows");
        BatchChecks.OutputsApart(batch, targets, rows, "rows", order, wantsLosses);
        batch.Targets = targets;
        batch.Columns = ofPredictions;
        batch.TargetColumns = ofTargets;
        batch.Kernel = _kernel;
        batch.Count = rows;
        return Calls<T>.Run(batch, batch.Weights, batch.Losses, order, reduction, Degree);
    }
}
