namespace LossKit.Internals.Rows;

/// <summary>A pointwise loss added up along each row, in blocks of rows that stay in L1.</summary>
/// <param name="kernel">The loss.</param>
/// <param name="spreadsNaN">Whether a NaN makes all derivatives of its row NaN, or only its own.</param>
/// <param name="ofColumns">What each column counts; 1 if nothing is said.</param>
internal sealed class RowSumKernel<T>(
    Kernel<T> kernel, bool spreadsNaN = true, T[]? ofColumns = null) : Kernel<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int Block = 1024;

    public override CompensatedSum Run(in Batch<T> batch, DerivativeOrder order, LaneWidth width)
    {
        CompensatedSum sum = default;
        int rowsOfBlock = Math.Max(1, Block / batch.Columns);
        for (int row = 0; row < batch.Length; row += rowsOfBlock)
        {
            sum += Run(batch, row, Math.Min(rowsOfBlock, batch.Length - row), order, width);
        }

        return sum;
    }

    [SkipLocalsInit]
    private CompensatedSum Run(in Batch<T> batch, int row, int rows, DerivativeOrder order, LaneWidth width)
    {
        int columns = batch.Columns;
        bool isWide = columns > Block;
        int start = row * columns;
        int length = rows * columns;
        bool isWeighted = !batch.Weights.IsEmpty || ofColumns is not null;
        Span<T> weights = stackalloc T[isWeighted && !isWide ? length : 0];
        Span<T> losses = stackalloc T[batch.Losses.IsEmpty || isWide ? 0 : length];
        for (int k = 0; k < rows && !weights.IsEmpty; k++)
        {
            Span<T> ofRow = weights.Slice(k * columns, columns);
            ofRow.Fill(batch.Weights.IsEmpty ? T.One : batch.Weights[row + k]);
            if (ofColumns is not null)
            {
                Spans.Multiply(ofRow, ofColumns);
            }
        }

        // A wide row is a block by itself: its weight is a factor, and its sum its loss. Without weight, it has no
        // derivatives, whatever it holds.
        T rowWeight = isWide && !batch.Weights.IsEmpty ? batch.Weights[row] : T.One;
        order = rowWeight == T.Zero ? DerivativeOrder.Value : order;
        Batch<T> block = new()
        {
            Predictions = batch.Predictions.Slice(start, length),
            Targets = batch.Targets.Slice(start, length),
            Weights = isWide ? ofColumns : weights,
            Losses = losses,
            Gradient = batch.Gradient.IsEmpty ? default : batch.Gradient.Slice(start, length),
            Hessian = batch.Hessian.IsEmpty ? default : batch.Hessian.Slice(start, length),
            Scale = batch.Scale * rowWeight,
            IsPart = batch.Predictions.Length > NearCache.Bytes / Unsafe.SizeOf<T>(),
        };
        CompensatedSum sum = kernel.Run(block, order, width);
        if (!batch.Losses.IsEmpty)
        {
            for (int k = 0; k < rows; k++)
            {
                batch.Losses[row + k] = T.CreateTruncating(
                    isWide ? sum.Total : Sum(losses.Slice(k * columns, columns), ofColumns));
            }
        }

        if (spreadsNaN && double.IsNaN(sum.Total))
        {
            SpreadNaN(block.Gradient, columns);
            SpreadNaN(block.Hessian, columns);
        }

        if (rowWeight == T.Zero)
        {
            block.Gradient.Clear();
            block.Hessian.Clear();
            return default;
        }

        double factor = double.CreateTruncating(rowWeight);
        return factor == 1 ? sum : new(factor * sum.Sum, factor * sum.Error);
    }

    /// <summary>The loss of a row with a NaN is NaN, and so are all its derivatives.</summary>
    private static void SpreadNaN(Span<T> derivatives, int columns)
    {
        for (int start = 0; start < derivatives.Length; start += columns)
        {
            Span<T> row = derivatives.Slice(start, columns);
            foreach (T derivative in row)
            {
                if (T.IsNaN(derivative))
                {
                    row.Fill(T.NaN);
                    break;
                }
            }
        }
    }

    private static double Sum(ReadOnlySpan<T> losses, ReadOnlySpan<T> weights)
    {
        double sum = 0;
        for (int k = 0; k < losses.Length; k++)
        {
            T weight = weights.IsEmpty ? T.One : weights[k];
            sum += weight == T.Zero ? 0 : double.CreateTruncating(weight) * double.CreateTruncating(losses[k]);
        }

        return sum;
    }
}
