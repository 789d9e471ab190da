using System.Runtime.InteropServices;

namespace LossKit.Internals.Scores;

/// <summary>A block of scores, column by column: some columns of the rows that were taken.</summary>
/// <param name="Row">The first of the rows; the others may lie apart.</param>
/// <param name="Rows">How many they are.</param>
/// <param name="Pitch">How far columns are apart: the rows, up to whole lanes of any width.</param>
/// <param name="Column">The first of the columns.</param>
/// <param name="Columns">How many they are.</param>
internal readonly record struct ScoreBlock(int Row, int Rows, int Pitch, int Column, int Columns);

/// <summary>
/// Losses of rows of products, each of which has a label among the columns. Neither all rows nor all columns need fit the
/// memory: what is known of the columns so far are a few numbers a row.
/// </summary>
/// <remarks>
/// Where a good many rows fit with all their columns, these are kept for the derivatives. Else as many rows as possible
/// meet some columns at a time, whose scores are computed once more for the derivatives: that is a product more, but
/// matrices of many rows are multiplied so much faster than those of few.
/// </remarks>
internal readonly ref struct LabelledScores<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>How many columns are evaluated at a time: as many as products add up in two steps.</summary>
    private const int MostColumns = 512;

    /// <summary>So many rows are enough to keep those of all columns.</summary>
    private const int EnoughRows = 96;

    public required Kernel<T> Kernel { get; init; }

    public required ClassOptions<T> Classes { get; init; }

    /// <summary>A column of each row.</summary>
    public required ReadOnlySpan<int> Labels { get; init; }

    /// <summary>With losses and weights one a row.</summary>
    public required Call<T> Call { get; init; }

    /// <summary>How many numbers of scratch memory there are; a few rows have room whatever it says.</summary>
    public required long Numbers { get; init; }

    /// <summary>What scores are multiples of.</summary>
    public required T Factor { get; init; }

    /// <summary>λ of λ·(log Σ eˣ)², if the kernel is one of a softmax.</summary>
    public double ZLoss { get; init; }

    /// <summary>c, if scores x become c·tanh(x/c).</summary>
    public double? SoftCap { get; init; }

    /// <summary>Receives log Σ eˣ of each row; empty if nobody asks.</summary>
    public Span<T> LogSumExps { get; init; }

    private ISoftmaxKernel<T>? Softmax => Kernel as ISoftmaxKernel<T>;

    private bool Differentiates => Call.Order > DerivativeOrder.Value;

    /// <summary>The weighted sum of the losses; what the slopes make of gradients is added to these.</summary>
    /// <param name="products">The scores.</param>
    /// <param name="zSum">The part of the z-loss.</param>
    public CompensatedSum Run(CrossProducts<T> products, out CompensatedSum zSum)
    {
        int width = Softmax is null ? products.Columns : Math.Min(MostColumns, products.Columns);
        int most = RowsAtOnce(products, width, out bool keeps);
        int mostPadded = ScoreBlocks<T>.Padded(most);
        using Rented<int> rows = new(most);
        using Rented<T> numbers = new((mostPadded / PerRow<T>.Capacity + 1) * PerRow<T>.Numbers);
        using Rented<T> vectors = new(mostPadded * (products.Dimension + 1));
        using Rented<T> scores = new(mostPadded * (keeps ? products.Columns : width));
        products = products with { Scratch = vectors.Span };
        CompensatedSum sum = default;
        zSum = default;
        int next = 0;
        while (Select(rows.Span, ref next) is > 0 and int count)
        {
            int pitch = ScoreBlocks<T>.Padded(count);
            ColumnWork all = new()
            {
                Scores = this,
                Rows = rows.Span[..count],
                Numbers = numbers.Span,
                Block = new(rows.Span[0], count, pitch, 0, products.Columns),
                Cells = scores.Span,
            };
            products.Take(all.Rows, pitch);
            all.Fill();
            for (int column = 0; column < products.Columns; column += width)
            {
                ColumnWork work = all.Part(column, width, keeps);
                products.Read(work.Block, work.Cells);
                sum += work.Run();
            }

            if (Softmax is { } softmax)
            {
                sum += all.Losses(softmax, ref zSum);
            }

            for (int column = 0; column < products.Columns && Differentiates; column += width)
            {
                ColumnWork work = all.Part(column, width, keeps) with { AreFolded = true };
                if (!keeps)
                {
                    products.Read(work.Block, work.Cells);
                }

                if (Softmax is not null)
                {
                    work.Run();
                }

                products.Write(work.Block, work.Cells);
            }

            all.Keep();
            products.Give(all.Rows);
        }

        return sum;
    }

    private int RowsAtOnce(in CrossProducts<T> products, int width, out bool keeps)
    {
        int perRow = products.Dimension + PerRow<T>.Numbers / PerRow<T>.Capacity;
        long kept = Numbers / (products.Columns + perRow);
        keeps = width == products.Columns || kept >= Math.Min(EnoughRows, Labels.Length);
        int longest = Math.Max(keeps ? products.Columns : width, products.Dimension + 1);
        long most = Math.Min(keeps ? kept : Numbers / (width + perRow), Array.MaxLength / longest - ScoreBlocks<T>.Spare);
        return Math.Min(ScoreBlocks<T>.Whole(most), Labels.Length);
    }

    /// <summary>The next rows that are not ignored and make a difference.</summary>
    private int Select(Span<int> rows, ref int next)
    {
        bool wantsAll = !Call.Losses.IsEmpty || !LogSumExps.IsEmpty;
        bool isByLabel = Softmax is not { HasLabelDerivatives: false } && ZLoss == 0;
        int count = 0;
        for (; next < Labels.Length && count < rows.Length; next++)
        {
            int label = Labels[next];
            if (!Classes.IsIgnored(label)
                && (wantsAll
                    || ((Call.Weights.IsEmpty || Call.Weights[next] != T.Zero)
                        && !(isByLabel && Classes.WeightOf(label) == T.Zero))))
            {
                rows[count++] = next;
            }
        }

        return count;
    }

    /// <summary>Some columns of the rows that are evaluated together; a chunk of them after the other, on any thread.</summary>
    private readonly ref struct ColumnWork : ISegmentWork
    {
        public required LabelledScores<T> Scores { get; init; }

        public required ReadOnlySpan<int> Rows { get; init; }

        /// <summary>What is known of the rows, chunk by chunk.</summary>
        public required Span<T> Numbers { get; init; }

        public required ScoreBlock Block { get; init; }

        public required Span<T> Cells { get; init; }

        /// <summary>Whether scores are to be made slopes, because all columns are known.</summary>
        public bool AreFolded { get; init; }

        private int Chunks => (Rows.Length + PerRow<T>.Capacity - 1) / PerRow<T>.Capacity;

        public ColumnWork Part(int column, int most, bool keeps)
        {
            int columns = Math.Min(most, Block.Columns - column);
            return this with
            {
                Block = Block with { Column = column, Columns = columns },
                Cells = Cells.Slice(keeps ? column * Block.Pitch : 0, columns * Block.Pitch),
            };
        }

        /// <summary>What does not depend on columns.</summary>
        public void Fill()
        {
            Numbers.Clear();
            for (int row = 0; row < Rows.Length; row++)
            {
                Of(row, RowNumber.Weight) = Scores.Call.Weights.IsEmpty ? T.One : Scores.Call.Weights[Rows[row]];
                Of(row, RowNumber.LabelWeight) = Scores.Classes.WeightOf(Scores.Labels[Rows[row]]);
            }
        }

        public CompensatedSum Run() =>
            Segments.Run(this, Chunks, Block.Columns * PerRow<T>.Capacity, Scores.Call.Degree);

        public CompensatedSum Run(int start, int length)
        {
            CompensatedSum sum = default;
            for (int k = start; k < start + length; k++)
            {
                sum += Run(k);
            }

            return sum;
        }

        /// <summary>Makes losses of what is known of the rows.</summary>
        public CompensatedSum Losses(ISoftmaxKernel<T> softmax, ref CompensatedSum zSum)
        {
            CompensatedSum sum = default;
            for (int k = 0; k < Chunks; k++)
            {
                sum += softmax.Losses(Chunk(k), Scores.Call.Order);
            }

            for (int row = 0; row < Rows.Length; row++)
            {
                double z = Regularize(row, softmax.HasLabelDerivatives);
                sum += z;
                zSum += z;
                if (T.IsNaN(Of(row, RowNumber.Loss)))
                {
                    // Then so are all exponentials.
                    Of(row, RowNumber.Largest) = T.NaN;
                    Of(row, RowNumber.LabelGradient) = T.NaN;
                }
            }

            return sum;
        }

        public void Keep()
        {
            for (int row = 0; row < Rows.Length && !Scores.Call.Losses.IsEmpty; row++)
            {
                Scores.Call.Losses[Rows[row]] = Of(row, RowNumber.Loss);
            }
        }

        private ref T Of(int row, RowNumber number) => ref Numbers[
            row / PerRow<T>.Capacity * PerRow<T>.Numbers
            + (int)number * PerRow<T>.Capacity + row % PerRow<T>.Capacity];

        private RowChunk<T> Chunk(int k)
        {
            int first = k * PerRow<T>.Capacity;
            int count = Math.Min(PerRow<T>.Capacity, Rows.Length - first);
            ReadOnlySpan<T> weights = Scores.Classes.Weights;
            return new()
            {
                Predictions = ref Cells[first],
                Gradient = ref Cells[first],
                Length = (nuint)(Block.Columns * Block.Pitch),
                Stride = (nuint)Block.Pitch,
                Padded = (nuint)ScoreBlocks<T>.Rounded(count),
                Count = count,
                Columns = Block.Columns,
                ClassWeights = ref MemoryMarshal.GetReference(weights.IsEmpty ? weights : weights[Block.Column..]),
                OfRows = ref Numbers[k * PerRow<T>.Numbers],
                Scale = Scores.Call.Scale * Scores.Factor,
            };
        }

        private CompensatedSum Run(int k)
        {
            RowChunk<T> chunk = Chunk(k);
            int first = k * PerRow<T>.Capacity;
            int padded = (int)chunk.Padded;
            using Rented<T> capped = new(Scores.SoftCap is null ? 0 : Block.Columns * padded);
            if (Scores.SoftCap is { } cap)
            {
                Cap(cap, first, padded, capped.Span);
                chunk.Predictions = ref MemoryMarshal.GetReference(capped.Span);
                chunk.Gradient = ref chunk.Predictions;
                chunk.Stride = chunk.Padded;
                chunk.Length = (nuint)capped.Span.Length;
            }

            CompensatedSum sum = default;
            SetLabels(first, ref chunk);
            if (Scores.Softmax is not { } softmax)
            {
                sum = RunRows(chunk);
            }
            else if (AreFolded)
            {
                softmax.Derivatives(chunk);
                WriteLabels(first, softmax, ref chunk);
            }
            else
            {
                softmax.Fold(chunk, isFirst: Block.Column == 0);
            }

            if (Scores.SoftCap is { } ofCap && (AreFolded || Scores.Softmax is null))
            {
                ChainCap(ofCap, first, padded, capped.Span);
            }

            return sum;
        }

        /// <summary>The labels among these columns, and the scores of those that are there.</summary>
        private void SetLabels(int first, ref RowChunk<T> chunk)
        {
            for (int k = 0; k < chunk.Count; k++)
            {
                int label = Scores.Labels[Rows[first + k]] - Block.Column;
                Of(first + k, RowNumber.Label) = T.CreateTruncating(label);
                if ((uint)label < (uint)Block.Columns)
                {
                    Of(first + k, RowNumber.Score) = Unsafe.Add(ref chunk.Predictions, label * (nint)chunk.Stride + k);
                }
            }
        }

        private void WriteLabels(int first, ISoftmaxKernel<T> softmax, ref RowChunk<T> chunk)
        {
            for (int k = 0; k < chunk.Count && softmax.HasLabelDerivatives; k++)
            {
                int label = Scores.Labels[Rows[first + k]] - Block.Column;
                if ((uint)label < (uint)Block.Columns)
                {
                    Unsafe.Add(ref chunk.Gradient, label * (nint)chunk.Stride + k) = Of(first + k, RowNumber.LabelGradient);
                }
            }
        }

        /// <summary>Evaluates a few rows at a time, one after the other.</summary>
        [SkipLocalsInit]
        private CompensatedSum RunRows(in RowChunk<T> chunk)
        {
            ReadOnlySpan<int> rows = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];
            Span<int> labels = stackalloc int[rows.Length];
            int stride = (int)chunk.Stride;
            using Rented<T> logits = new(rows.Length * Block.Columns);
            Span<T> cells = MemoryMarshal.CreateSpan(ref chunk.Predictions, (int)chunk.Length - stride + (int)chunk.Padded);
            CompensatedSum sum = default;
            for (int row = 0; row < chunk.Count; row += rows.Length)
            {
                int count = Math.Min(rows.Length, chunk.Count - row);
                for (int k = 0; k < count; k++)
                {
                    labels[k] = int.CreateTruncating(chunk.Of(RowNumber.Label)[row + k]);
                }

                Span<T> some = logits.Span[..(count * Block.Columns)];
                Transposition<T>.ToRows(cells[row..], stride, some, Block.Columns, Block.Columns, rows[..count]);
                Batch<T> batch = new()
                {
                    Predictions = some,
                    Labels = labels[..count],
                    Weights = chunk.Of(RowNumber.Weight).Slice(row, count),
                    Losses = chunk.Of(RowNumber.Loss).Slice(row, count),
                    Gradient = Scores.Differentiates ? some : default,
                    Scale = chunk.Scale,
                    Columns = Block.Columns,
                };
                sum += Scores.Kernel.Run(batch, Scores.Call.Order, LaneWidths.Best);
                if (Scores.Differentiates)
                {
                    Transposition<T>.ToColumns(some, Block.Columns, Block.Columns, rows[..count], cells[row..], stride);
                }
            }

            return sum;
        }

        /// <summary>
        /// Adds λ·(log Σ eˣ)² to the loss of a row, and 2λ·(log Σ eˣ)·p to what its derivatives are made of; returns it by
        /// its weight.
        /// </summary>
        private double Regularize(int row, bool hasLabelDerivatives)
        {
            double sum = double.CreateTruncating(Of(row, RowNumber.Peaks) + Of(row, RowNumber.Rest));
            double logSumExp = double.CreateTruncating(Of(row, RowNumber.Largest)) + Math.Log(sum);
            if (!Scores.LogSumExps.IsEmpty)
            {
                Scores.LogSumExps[Rows[row]] = T.CreateTruncating(logSumExp);
            }

            double weight = double.CreateTruncating(Of(row, RowNumber.Weight));
            if (Scores.ZLoss == 0)
            {
                return 0;
            }

            double loss = Scores.ZLoss * logSumExp * logSumExp;
            double slope = 2 * Scores.ZLoss * logSumExp;
            Of(row, RowNumber.Loss) += T.CreateTruncating(loss);
            if (!hasLabelDerivatives)
            {
                Of(row, RowNumber.Target) += T.CreateTruncating(slope);
            }
            else
            {
                // A class of weight 0 leaves nothing but this.
                bool isKept = Of(row, RowNumber.LabelWeight) != T.Zero;
                slope *= double.CreateTruncating(Scores.Call.Scale) * weight / sum;
                double own = Math.Exp(double.CreateTruncating(Of(row, RowNumber.Score) - Of(row, RowNumber.Largest)));
                Mix(ref Of(row, RowNumber.Factor), isKept, slope);
                Mix(ref Of(row, RowNumber.LabelGradient), isKept, slope * own);
            }

            return weight == 0 ? 0 : weight * loss;

            static void Mix(ref T number, bool isKept, double added) =>
                number = (isKept ? number : T.Zero) + T.CreateTruncating(added);
        }

        /// <summary>c·tanh(x/c) of the scores of a chunk.</summary>
        private void Cap(double cap, int first, int padded, Span<T> capped)
        {
            for (int column = 0; column < Block.Columns; column++)
            {
                Cells.Slice(column * Block.Pitch + first, padded).CopyTo(capped[(column * padded)..]);
            }

            Spans.Scale(capped, T.CreateTruncating(1 / cap));
            Elementary<T>.Tanh(capped);
            Spans.Scale(capped, T.CreateTruncating(cap));
        }

        /// <summary>Slopes with respect to scores before the cap, in their place.</summary>
        private void ChainCap(double cap, int first, int padded, ReadOnlySpan<T> slopes)
        {
            for (int column = 0; column < Block.Columns; column++)
            {
                Span<T> scores = Cells.Slice(column * Block.Pitch + first, padded);
                Spans.Scale(scores, T.CreateTruncating(1 / cap));
                Elementary<T>.SquaredSech(scores);
                Spans.Multiply(scores, slopes.Slice(column * padded, padded));
            }
        }
    }
}
