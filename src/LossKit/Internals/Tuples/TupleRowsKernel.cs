using System.Runtime.InteropServices;

namespace LossKit.Internals.Tuples;

/// <summary>
/// A loss of tuples added up along rows. In a row all first predictions come first, then all second ones, and so do
/// targets, of which the last may be one a row.
/// </summary>
/// <param name="kernel">The loss of a tuple.</param>
/// <param name="predictions">How many predictions a tuple has.</param>
/// <param name="targets">How many targets a tuple has.</param>
/// <param name="ofRow">How many of these, the last, are one a row.</param>
/// <param name="isMean">Whether the loss of a row is the mean over its tuples.</param>
internal sealed class TupleRowsKernel<T>(
    Kernel<T> kernel, int predictions, int targets, int ofRow, bool isMean) : Kernel<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>The most tuples that are evaluated at a time.</summary>
    private const int Most = 1024;

    public override CompensatedSum Run(in Batch<T> batch, DerivativeOrder order, LaneWidth width)
    {
        int columns = batch.Columns / predictions;
        int rowsOfBlock = Math.Max(1, Most / columns);
        int most = Math.Min(Most, columns) * Math.Min(rowsOfBlock, batch.Length);
        using Rented<T> numbers = new((predictions * (1 + (int)order) + targets + 2) * most);
        using Rented<double> losses = new(rowsOfBlock);
        double share = isMean ? 1.0 / columns : 1;
        CompensatedSum sum = default;
        for (int row = 0; row < batch.Length; row += rowsOfBlock)
        {
            Block block = new()
            {
                Batch = batch,
                Row = row,
                Rows = Math.Min(rowsOfBlock, batch.Length - row),
                Columns = columns,
                Losses = losses.Span,
            };
            losses.Span.Clear();
            for (int first = 0; first < columns; first += Most)
            {
                Block piece = block with { First = first, Width = Math.Min(Most, columns - first) };
                sum += Run(piece, numbers.Span, share, order, width);
            }

            Finish(block, order);
        }

        return share == 1 ? sum : new(share * sum.Sum, share * sum.Error);
    }

    private CompensatedSum Run(in Block block, Span<T> numbers, double share, DerivativeOrder order, LaneWidth width)
    {
        int count = block.Rows * block.Width;
        bool isWeighted = !block.Batch.Weights.IsEmpty;
        Batch<T> tuples = new()
        {
            Predictions = Spans.Next(ref numbers, predictions * count),
            Targets = Spans.Next(ref numbers, targets * count),
            Weights = Spans.Next(ref numbers, isWeighted ? count : 0),
            Losses = Spans.Next(ref numbers, count),
            Gradient = Spans.Next(ref numbers, order >= DerivativeOrder.Gradient ? predictions * count : 0),
            Hessian = Spans.Next(ref numbers, order >= DerivativeOrder.Hessian ? predictions * count : 0),
            Columns = predictions,
            TargetColumns = targets,
            Pitch = count,
            Scale = T.CreateTruncating(share) * block.Batch.Scale,
        };
        int ofTargets = targets - ofRow;
        int targetsOfRow = ofTargets * block.Columns + ofRow;
        for (int k = 0; k < block.Rows; k++)
        {
            int row = block.Row + k;
            ReadOnlySpan<T> given = block.Batch.Predictions.Slice(row * block.Batch.Columns, block.Batch.Columns);
            Gather(given, block, Writable(tuples.Predictions), predictions, k);
            ReadOnlySpan<T> beside = block.Batch.Targets.Slice(row * targetsOfRow, targetsOfRow);
            Gather(beside, block, Writable(tuples.Targets), ofTargets, k);
            for (int c = ofTargets; c < targets; c++)
            {
                Writable(tuples.Targets).Slice(c * count + k * block.Width, block.Width)
                    .Fill(beside[ofTargets * block.Columns + c - ofTargets]);
            }

            if (isWeighted)
            {
                Writable(tuples.Weights).Slice(k * block.Width, block.Width).Fill(block.Batch.Weights[row]);
            }
        }

        CompensatedSum sum = kernel.Run(tuples, order, width);
        for (int k = 0; k < block.Rows; k++)
        {
            foreach (T loss in tuples.Losses.Slice(k * block.Width, block.Width))
            {
                block.Losses[k] += share * double.CreateTruncating(loss);
            }

            Spread(tuples.Gradient, block, block.Batch.Gradient, k);
            Spread(tuples.Hessian, block, block.Batch.Hessian, k);
        }

        return sum;
    }

    /// <summary>The losses of rows; where one is NaN, so are all derivatives of its row.</summary>
    private static void Finish(in Block block, DerivativeOrder order)
    {
        for (int k = 0; k < block.Rows; k++)
        {
            int row = block.Row + k;
            if (!block.Batch.Losses.IsEmpty)
            {
                block.Batch.Losses[row] = T.CreateTruncating(block.Losses[k]);
            }

            bool counts = block.Batch.Weights.IsEmpty || block.Batch.Weights[row] != T.Zero;
            if (!double.IsNaN(block.Losses[k]) || !counts)
            {
                continue;
            }

            if (order >= DerivativeOrder.Gradient)
            {
                block.Batch.Gradient.Slice(row * block.Batch.Columns, block.Batch.Columns).Fill(T.NaN);
            }

            if (order >= DerivativeOrder.Hessian)
            {
                block.Batch.Hessian.Slice(row * block.Batch.Columns, block.Batch.Columns).Fill(T.NaN);
            }
        }
    }

    private static void Gather(ReadOnlySpan<T> row, in Block block, Span<T> columns, int width, int k)
    {
        for (int c = 0; c < width; c++)
        {
            row.Slice(c * block.Columns + block.First, block.Width)
                .CopyTo(columns[((c * block.Rows + k) * block.Width)..]);
        }
    }

    private static void Spread(ReadOnlySpan<T> columns, in Block block, Span<T> rows, int k)
    {
        for (int c = 0; c * block.Rows * block.Width < columns.Length; c++)
        {
            columns.Slice((c * block.Rows + k) * block.Width, block.Width).CopyTo(
                rows[((block.Row + k) * block.Batch.Columns + c * block.Columns + block.First)..]);
        }
    }

    // What has just been rented.
    private static Span<T> Writable(ReadOnlySpan<T> numbers) =>
        MemoryMarshal.CreateSpan(ref MemoryMarshal.GetReference(numbers), numbers.Length);

    /// <summary>Some columns of some rows.</summary>
    private ref struct Block
    {
        public required Batch<T> Batch { get; init; }

        public required int Row { get; init; }

        public required int Rows { get; init; }

        /// <summary>Those of a row.</summary>
        public required int Columns { get; init; }

        /// <summary>One a row, as far as they are added up.</summary>
        public required Span<double> Losses { get; init; }

        public int First { get; init; }

        public int Width { get; init; }
    }
}
