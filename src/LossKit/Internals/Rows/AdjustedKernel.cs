namespace LossKit.Internals.Rows;

/// <summary>
/// A loss of rows of logits that are first multiplied by a scale, moved by an offset of each class, and at the label by
/// one more.
/// </summary>
/// <remarks>Only differences of logits count: they are taken to the largest one, before anything is rounded.</remarks>
/// <param name="kernel">The loss.</param>
/// <param name="scale">Positive.</param>
/// <param name="offsets">One a class, or none.</param>
/// <param name="atLabel">What the label's logit is moved by on top, one a class, or none.</param>
/// <param name="classes">Which labels are ignored.</param>
internal sealed class AdjustedKernel<T>(
    Kernel<T> kernel, T scale, T[]? offsets, T[]? atLabel, ClassOptions<T> classes) : Kernel<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>How many logits are adjusted at a time, but at least a row.</summary>
    private const int Block = 4096;

    public override CompensatedSum Run(in Batch<T> batch, DerivativeOrder order, LaneWidth width)
    {
        int columns = batch.Columns;
        int most = Math.Max(1, Block / columns);
        using Rented<T> memory = new(Math.Min(most, batch.Length) * columns);
        CompensatedSum sum = default;
        for (int start = 0; start < batch.Length; start += most)
        {
            Batch<T> rows = batch.Segment(start, Math.Min(most, batch.Length - start));
            Span<T> adjusted = memory.Span[..rows.Predictions.Length];
            Adjust(rows, adjusted);
            sum += kernel.Run(rows with { Predictions = adjusted, Scale = batch.Scale * scale }, order, width);
            if (order == DerivativeOrder.Hessian && scale != T.One)
            {
                // The second derivative has the scale twice.
                Move(rows.Hessian, rows.Hessian, T.Zero, default);
            }
        }

        return sum;
    }

    private void Adjust(in Batch<T> batch, Span<T> adjusted)
    {
        int columns = batch.Columns;
        for (int row = 0; row < batch.Length; row++)
        {
            Span<T> logits = adjusted.Slice(row * columns, columns);
            ReadOnlySpan<T> given = batch.Predictions.Slice(row * columns, columns);

            // In a row whose logits are all masked, −∞ is as far behind as anywhere.
            Move(given, logits, T.Max(T.CreateTruncating(-IeeeFormat<T>.LargestFinite), Spans.Largest(given)), offsets);
            int label = batch.Labels[row];
            if (atLabel is not null && !classes.IsIgnored(label))
            {
                logits[label] += atLabel[label];
            }
        }
    }

    /// <summary>
    /// By how much each number exceeds the origin, times the scale, and its offset added if there are any.
    /// </summary>
    private void Move(ReadOnlySpan<T> numbers, Span<T> moved, T origin, ReadOnlySpan<T> added)
    {
        int i = 0;
        for (; i <= numbers.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            Vector<T> scaled = (new Vector<T>(numbers[i..]) - new Vector<T>(origin)) * scale;
            (added.IsEmpty ? scaled : scaled + new Vector<T>(added[i..])).CopyTo(moved[i..]);
        }

        for (; i < numbers.Length; i++)
        {
            T scaled = (numbers[i] - origin) * scale;
            moved[i] = added.IsEmpty ? scaled : scaled + added[i];
        }
    }
}
