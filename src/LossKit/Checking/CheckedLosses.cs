using System.Runtime.InteropServices;

namespace LossKit;

/// <summary>Losses of rows that look at every number before they compute.</summary>
public static class CheckedLosses
{
    /// <summary>
    /// The loss with every number checked: predictions have to be finite, probabilities in [0, 1], and logits may be
    /// −∞; targets that are probabilities have to be in [0, 1], whatever their sum.
    /// </summary>
    /// <inheritdoc cref="CheckedMetric{T, TTarget}" path="/remarks"/>
    public static CheckedSecondOrderLoss<T, TTarget> Checked<T, TTarget>(this RowLoss<T, TTarget> loss)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTarget : unmanaged
    {
        ArgumentNullException.ThrowIfNull(loss);
        (int classes, int ofTargets) = loss.Shape;
        return new(loss, (predictions, targets, weights) =>
        {
            int rows = predictions.Length / classes;
            bool hasLabels = typeof(TTarget) == typeof(int);
            if (predictions.Length != rows * classes
                || targets.Length != rows * ofTargets
                || !EntryChecks.AreForEach(weights, rows))
            {
                return;
            }

            if (hasLabels)
            {
                ReadOnlySpan<int> labels = MemoryMarshal.Cast<TTarget, int>(targets);
                EntryChecks.Rows(nameof(predictions), predictions, loss.Facts.Predictions, classes, labels, loss.IgnoreIndex);
            }
            else
            {
                EntryChecks.Numbers(nameof(predictions), predictions, loss.Facts.Predictions, classes);
                EntryChecks.Numbers(
                    nameof(targets), MemoryMarshal.Cast<TTarget, T>(targets), loss.Facts.Targets, ofTargets);
            }

            EntryChecks.Weights(weights);
        });
    }

    /// <summary>The loss with every number checked, which has to be finite.</summary>
    /// <inheritdoc cref="CheckedMetric{T, TTarget}" path="/remarks"/>
    public static CheckedSecondOrderLoss<T, T> Checked<T>(this TupleLoss<T> loss)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(loss);
        (int columns, int ofTargets) = loss.Shape;
        return new(loss, (predictions, targets, weights) =>
        {
            int examples = predictions.Length / columns;
            if (predictions.Length == examples * columns
                && targets.Length == examples * ofTargets
                && EntryChecks.AreForEach(weights, examples))
            {
                EntryChecks.Numbers(nameof(predictions), predictions, Domain.Reals, loss.IsPlanar ? 1 : columns);
                EntryChecks.Numbers(nameof(targets), targets, Domain.Reals, loss.IsPlanar ? 1 : ofTargets);
                EntryChecks.Weights(weights);
            }
        });
    }

    /// <summary>The loss with every number checked by the domains of the pointwise loss.</summary>
    /// <inheritdoc cref="CheckedMetric{T, TTarget}" path="/remarks"/>
    public static CheckedSecondOrderLoss<T, T> Checked<T>(this MultilabelLoss<T> loss)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(loss);
        return new(loss, CheckOf(loss.OfEntries, loss.Columns));
    }

    /// <param name="loss">The loss of each entry.</param>
    /// <param name="columns">How many entries a row has; a weight may be that of a row.</param>
    internal static BatchCheck<T, T> CheckOf<T>(PointwiseLoss<T> loss, int columns = 1)
        where T : unmanaged, IFloatingPointIeee754<T> => (predictions, targets, weights) =>
        {
            if (targets.Length == predictions.Length
                && predictions.Length % columns == 0
                && (EntryChecks.AreForEach(weights, predictions.Length) || weights.Length == predictions.Length / columns))
            {
                EntryChecks.Numbers(nameof(predictions), predictions, loss.Facts.Predictions, columns);
                EntryChecks.Numbers(nameof(targets), targets, loss.Facts.Targets, columns);
                EntryChecks.Weights(weights);
            }
        };
}
