namespace LossKit.Internals.Groups;

/// <summary>Takes rows with labels to a loss of groups, in which the label's target is 1 and all others are 0.</summary>
/// <param name="kernel">The loss.</param>
/// <param name="classes">Which labels are ignored.</param>
internal sealed class LabelGroupsKernel<T>(GroupKernel<T> kernel, ClassOptions<T> classes) : Kernel<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>About how many numbers are evaluated at a time.</summary>
    private const int Block = 4096;

    public override CompensatedSum Run(in Batch<T> batch, DerivativeOrder order, LaneWidth width)
    {
        int columns = batch.Columns;
        int most = Math.Min(batch.Length, Math.Max(1, Block / columns));
        using Rented<T> targets = new(most * columns);
        using Rented<T> weights = new(most);
        CompensatedSum sum = default;
        for (int start = 0; start < batch.Length; start += most)
        {
            Batch<T> rows = batch.Segment(start, Math.Min(most, batch.Length - start));
            GroupBatch<T> groups = new()
            {
                Groups = LossKit.Groups.OfWidth(columns),
                Count = rows.Length,
                Predictions = rows.Predictions,
                Targets = targets.Span[..rows.Predictions.Length],
                Weights = weights.Span[..rows.Length],
                Losses = rows.Losses,
                Gradient = rows.Gradient,
                Hessian = rows.Hessian,
                Scale = batch.Scale,
            };
            Mark(rows, targets.Span[..rows.Predictions.Length], weights.Span[..rows.Length]);
            sum += kernel.Run(groups, order, width);
            for (int k = 0; k < rows.Losses.Length && batch.HasIgnored; k++)
            {
                rows.Losses[k] = classes.IsIgnored(rows.Labels[k]) ? T.Zero : rows.Losses[k];
            }
        }

        return sum;
    }

    /// <summary>The targets and weights of rows, of which those that are ignored have neither.</summary>
    private void Mark(in Batch<T> rows, Span<T> targets, Span<T> weights)
    {
        targets.Clear();
        for (int k = 0; k < weights.Length; k++)
        {
            int label = rows.Labels[k];
            bool isIgnored = classes.IsIgnored(label);
            weights[k] = isIgnored ? T.Zero : rows.Weights.IsEmpty ? T.One : rows.Weights[k];
            if (!isIgnored)
            {
                targets[k * rows.Columns + label] = T.One;
            }
        }
    }
}
