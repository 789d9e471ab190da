namespace LossKit.Internals.Rows;

/// <summary>
/// A loss of rows of logits beside rows of a teacher's, over the teacher's largest logits only, the first of equals:
/// the rows of these are what it evaluates. All other derivatives are 0.
/// </summary>
/// <param name="kernel">The loss.</param>
/// <param name="kept">How many logits of a row are left.</param>
internal sealed class LargestTargetsKernel<T>(Kernel<T> kernel, int kept) : Kernel<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>About how many numbers are evaluated at a time.</summary>
    private const int Block = 4096;

    public override CompensatedSum Run(in Batch<T> batch, DerivativeOrder order, LaneWidth width)
    {
        int few = Math.Min(kept, batch.Columns);
        int most = Math.Min(batch.Length, Math.Max(1, Block / few));
        using Rented<int> columns = new(most * few);
        using Rented<T> numbers = new(4 * most * few);
        CompensatedSum sum = default;
        for (int row = 0; row < batch.Length; row += most)
        {
            int rows = Math.Min(most, batch.Length - row);
            Span<int> picked = columns.Span[..(rows * few)];
            Span<T> predictions = numbers.Span[..picked.Length];
            Span<T> targets = numbers.Span.Slice(picked.Length, picked.Length);
            for (int k = 0; k < rows; k++)
            {
                Range those = Range(k * few, few);
                Range all = Range((row + k) * batch.Columns, batch.Columns);
                Pick(batch.Predictions[all], batch.Targets[all], picked[those], predictions[those], targets[those]);
            }

            Batch<T> block = new()
            {
                Predictions = predictions,
                Targets = targets,
                Weights = batch.Weights.IsEmpty ? default : batch.Weights.Slice(row, rows),
                Losses = batch.Losses.IsEmpty ? default : batch.Losses.Slice(row, rows),
                Gradient = numbers.Span.Slice(2 * picked.Length, picked.Length),
                Hessian = numbers.Span.Slice(3 * picked.Length, picked.Length),
                Columns = few,
                TargetColumns = few,
                Scale = batch.Scale,
            };
            sum += kernel.Run(block, order, width);
            Range written = Range(row * batch.Columns, rows * batch.Columns);
            if (order >= DerivativeOrder.Gradient)
            {
                Spread(block.Gradient, picked, batch.Gradient[written], few, batch.Columns);
            }

            if (order >= DerivativeOrder.Hessian)
            {
                Spread(block.Hessian, picked, batch.Hessian[written], few, batch.Columns);
            }
        }

        return sum;
    }

    private static Range Range(int start, int length) => start..(start + length);

    /// <summary>The columns of the largest targets in descending order, and what both rows have there.</summary>
    private static void Pick(
        ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, Span<int> columns, Span<T> picked, Span<T> largest)
    {
        int count = 0;
        T missing = T.Zero;
        for (int c = 0; c < targets.Length; c++)
        {
            T target = targets[c];
            missing = T.IsNaN(target) || T.IsNaN(predictions[c]) ? T.NaN : missing;
            if (count == largest.Length && !(target > largest[^1]))
            {
                continue;
            }

            int place = count < largest.Length ? count++ : count - 1;
            for (; place > 0 && target > largest[place - 1]; place--)
            {
                largest[place] = largest[place - 1];
                columns[place] = columns[place - 1];
            }

            largest[place] = target;
            columns[place] = c;
        }

        for (int k = 0; k < columns.Length; k++)
        {
            picked[k] = predictions[columns[k]];
        }

        // A NaN that is not among them is none of theirs, but of the row.
        picked[0] += missing;
    }

    private static void Spread(
        ReadOnlySpan<T> ofPicked, ReadOnlySpan<int> picked, Span<T> derivatives, int few, int columns)
    {
        derivatives.Clear();
        for (int k = 0; k < picked.Length; k++)
        {
            derivatives[k / few * columns + picked[k]] = ofPicked[k];
        }

        // As without this: all derivatives of a row that has a NaN are.
        for (int k = 0; k < picked.Length; k += few)
        {
            if (T.IsNaN(ofPicked[k]))
            {
                derivatives.Slice(k / few * columns, columns).Fill(T.NaN);
            }
        }
    }
}
