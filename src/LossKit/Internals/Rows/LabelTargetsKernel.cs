namespace LossKit.Internals.Rows;

/// <summary>
/// A loss of rows of targets, of which a label names one of a few: the others are made as they are needed.
/// </summary>
/// <param name="ofRows">The loss of rows of predictions and rows of targets.</param>
/// <param name="targets">A row a label, one after another.</param>
/// <param name="classes">Which labels are ignored.</param>
internal sealed class LabelTargetsKernel<T>(Kernel<T> ofRows, T[] targets, ClassOptions<T> classes) : Kernel<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>How many targets there are at a time, unless a row has more.</summary>
    private const int Most = 2048;

    public override CompensatedSum Run(in Batch<T> batch, DerivativeOrder order, LaneWidth width)
    {
        int columns = batch.Columns;
        int capacity = Math.Max(1, Math.Min(Most / columns, batch.Length));
        using Rented<T> rented = new((columns + 1) * capacity);
        Span<T> rows = rented.Span[..(columns * capacity)];
        Span<T> weights = rented.Span[(columns * capacity)..];
        CompensatedSum sum = default;
        for (int first = 0; first < batch.Length; first += capacity)
        {
            int count = Math.Min(capacity, batch.Length - first);
            ReadOnlySpan<int> labels = batch.Labels.Slice(first, count);
            Batch<T> part = batch.Segment(first, count) with
            {
                Labels = default,
                HasIgnored = false,
                Streams = false,
                Targets = rows[..(columns * count)],
                TargetColumns = columns,
            };
            for (int k = 0; k < count; k++)
            {
                bool isIgnored = classes.IsIgnored(labels[k]);
                weights[k] = isIgnored ? T.Zero : part.Weights.IsEmpty ? T.One : part.Weights[k];
                targets.AsSpan((isIgnored ? 0 : labels[k]) * columns, columns).CopyTo(rows[(k * columns)..]);
            }

            if (batch.HasIgnored)
            {
                part.Weights = weights[..count];
            }

            sum += ofRows.Run(part, order, width);
            for (int k = 0; k < count && batch.HasIgnored && !part.Losses.IsEmpty; k++)
            {
                part.Losses[k] = classes.IsIgnored(labels[k]) ? T.Zero : part.Losses[k];
            }
        }

        return sum;
    }
}
