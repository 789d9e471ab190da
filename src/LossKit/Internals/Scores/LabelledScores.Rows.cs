using System.Runtime.InteropServices;

namespace LossKit.Internals.Scores;

internal readonly ref partial struct LabelledScores<T>
{
    /// <summary>
    /// Some columns of the rows that are evaluated together, some rows of which any thread takes at a time.
    /// </summary>
    private readonly ref partial struct RowsWork : ISegmentWork
    {
        public required LabelledScores<T> Scores { get; init; }

        public required CrossProducts<T> Products { get; init; }

        public required ReadOnlySpan<int> Rows { get; init; }

        /// <summary>What is known of the rows, chunk by chunk.</summary>
        public required Span<T> Numbers { get; init; }

        /// <summary>What there is of the label of each row, if that is not one cosine among others.</summary>
        public required Span<T> OfLabels { get; init; }

        /// <summary>How many rows are a chunk.</summary>
        public required int ChunkRows { get; init; }

        public required ScoreBlock Block { get; init; }

        public required Span<T> Cells { get; init; }

        public required RowsStep Step { get; init; }

        private int FirstClass => Block.Column / Scores.Centers;

        private bool IsMapped => Scores.SoftCap is not null || Scores.Centers > 1;

        private bool MakesSlopes => Step == RowsStep.Derivatives || (Step == RowsStep.All && Scores.Differentiates);

        /// <summary>Columns from one on, as many as there are at a time, and of all there are.</summary>
        public RowsWork Part(int column, int all, RowsStep step)
        {
            int columns = Math.Min(Block.Columns, all - column);
            return this with
            {
                Block = Block with { Column = column, Columns = columns },
                Cells = Cells[..(columns * Block.Pitch)],
                Step = step,
            };
        }

        /// <summary>What does not depend on columns.</summary>
        public void Fill()
        {
            Numbers.Clear();
            for (int row = 0; row < Rows.Length; row++)
            {
                Of(row, RowNumber.Weight) = Scores.Call.WeightOf(Rows[row]);
                Of(row, RowNumber.LabelWeight) = Scores.Classes.WeightOf(Scores.Labels[Rows[row]]);
            }
        }

        public void Run() => _ = Segments.Run(
            this, (Rows.Length + ChunkRows - 1) / ChunkRows, Block.Columns * ChunkRows, Scores.Call.Degree);

        public CompensatedSum Run(int start, int length)
        {
            for (int row = start * ChunkRows; row < Math.Min(Rows.Length, (start + length) * ChunkRows); row += ChunkRows)
            {
                Run(row);
            }

            return default;
        }

        /// <summary>
        /// Writes what there is one of a row, and adds up losses and z-losses: one by one, so that it does not matter
        /// which rows are evaluated together.
        /// </summary>
        public void Keep(ref CompensatedSum sum, ref CompensatedSum zSum)
        {
            for (int row = 0; row < Rows.Length; row++)
            {
                T loss = Of(row, RowNumber.Loss);
                T logSumExp = Of(row, RowNumber.LogSumExp);
                T z = Scores.ZLoss > 0 ? T.CreateTruncating(Scores.ZLoss) * logSumExp * logSumExp : T.Zero;
                double weight = double.CreateTruncating(Of(row, RowNumber.Weight));
                if (weight != 0)
                {
                    sum += weight * double.CreateTruncating(loss);
                    sum += weight * double.CreateTruncating(z);
                    zSum += weight * double.CreateTruncating(z);
                }

                if (!Scores.Call.Losses.IsEmpty)
                {
                    Scores.Call.Losses[Rows[row]] = loss + z;
                }

                if (!Scores.LogSumExps.IsEmpty)
                {
                    Scores.LogSumExps[Rows[row]] = logSumExp;
                }
            }
        }

        private ref T Of(int row, RowNumber number) => ref Numbers[
            row / ChunkRows * PerRow<T>.Numbers + (int)number * PerRow<T>.Capacity + row % ChunkRows];

        private RowChunk<T> Chunk(int first)
        {
            int count = Math.Min(ChunkRows, Rows.Length - first);
            ReadOnlySpan<T> weights = Scores.Classes.Weights;
            return new()
            {
                Predictions = ref Cells[first],
                Gradient = ref Cells[first],
                Length = (nuint)(Block.Columns * Block.Pitch),
                Stride = (nuint)Block.Pitch,
                Padded = (nuint)ScoreBlocks<T>.Rounded(count),
                Count = count,
                Columns = Block.Columns / Scores.Centers,
                ClassWeights = ref MemoryMarshal.GetReference(weights.IsEmpty ? weights : weights[FirstClass..]),
                OfRows = ref Of(first, default),
                Scale = Scores.Call.Scale,
            };
        }

        private void Run(int first)
        {
            RowChunk<T> chunk = Chunk(first);
            if (Step == RowsStep.Losses)
            {
                Losses(first, chunk);
                return;
            }

            int padded = (int)chunk.Padded;
            using Rented<T> mapped = new(IsMapped ? chunk.Columns * padded : 0);
            if (IsMapped)
            {
                Map(first, padded, mapped.Span);
                chunk.Predictions = ref MemoryMarshal.GetReference(mapped.Span);
                chunk.Gradient = ref chunk.Predictions;
                chunk.Stride = chunk.Padded;
                chunk.Length = (nuint)mapped.Span.Length;
            }

            SetLabels(first, ref chunk);
            if (Scores.OfLabel is { } formula)
            {
                SetAngles(formula, first, ref chunk);
            }

            if (Scores.Softmax is { } softmax)
            {
                RunSoftmax(softmax, first, ref chunk);
            }
            else if (Scores.Groups is { } groups)
            {
                RunGroups(groups, first, chunk);
            }
            else
            {
                RunRows(chunk);
            }

            if (Scores.OfLabel is not null && MakesSlopes)
            {
                ChainAngles(first, ref chunk);
            }

            if (IsMapped && MakesSlopes)
            {
                ChainMap(first, padded, mapped.Span);
            }
        }

        private void RunSoftmax(ISoftmaxKernel<T> softmax, int first, ref RowChunk<T> chunk)
        {
            if (Step != RowsStep.Derivatives)
            {
                softmax.Fold(chunk, isFirst: Block.Column == 0, MakesSlopes);
            }

            if (Step == RowsStep.All)
            {
                Losses(first, chunk);
            }

            if (MakesSlopes)
            {
                softmax.Derivatives(chunk, hasExponentials: Step == RowsStep.All);
                WriteLabels(first, softmax, ref chunk);
            }
        }

        /// <summary>Makes losses of what is known of some rows.</summary>
        private void Losses(int first, in RowChunk<T> chunk)
        {
            Scores.Softmax!.Losses(chunk, Scores.Call.Order);
            for (int row = first; row < first + chunk.Count; row++)
            {
                double total = double.CreateTruncating(Of(row, RowNumber.Peaks) + Of(row, RowNumber.Rest));
                double logSumExp = double.CreateTruncating(Of(row, RowNumber.Largest)) + Math.Log(total);
                Of(row, RowNumber.LogSumExp) = T.CreateTruncating(logSumExp);
                if (Scores.ZLoss > 0)
                {
                    Regularize(row, logSumExp, total);
                }

                if (T.IsNaN(Of(row, RowNumber.Loss)))
                {
                    // Then all derivatives are made of NaN.
                    Of(row, RowNumber.Factor) = T.NaN;
                    Of(row, RowNumber.LabelGradient) = T.NaN;
                    Of(row, RowNumber.Rest) = T.NaN;
                }
            }
        }

        /// <summary>The labels among these columns, and the scores of those that are there.</summary>
        private void SetLabels(int first, ref RowChunk<T> chunk)
        {
            for (int k = 0; k < chunk.Count; k++)
            {
                Of(first + k, RowNumber.Label) = T.CreateTruncating(Scores.Labels[Rows[first + k]] - FirstClass);
                if (Cell(first, k, chunk) is >= 0 and nint cell)
                {
                    Of(first + k, RowNumber.Score) = Unsafe.Add(ref chunk.Predictions, cell);
                }
            }
        }

        /// <summary>Where the score of a row's label is in a chunk; −1 if it is not there.</summary>
        private nint Cell(int first, int row, in RowChunk<T> chunk)
        {
            int label = Scores.Labels[Rows[first + row]] - FirstClass;
            return (uint)label < (uint)chunk.Columns ? label * (nint)chunk.Stride + row : -1;
        }

        /// <summary>Adds what the norms of rows pull with, where these are part of the scores.</summary>
        public void WriteNorms()
        {
            bool writes = Scores.Differentiates && Scores.Cosines is { HasNorms: true, OfLabel: not null };
            for (int row = 0; row < Rows.Length && writes; row++)
            {
                Products.AddTakenRow(Block.Row, row, OfLabel(row, 2));
            }
        }

        private void WriteLabels(int first, ISoftmaxKernel<T> softmax, ref RowChunk<T> chunk)
        {
            for (int k = 0; k < chunk.Count && softmax.HasLabelDerivatives; k++)
            {
                if (Cell(first, k, chunk) is >= 0 and nint cell)
                {
                    Unsafe.Add(ref chunk.Gradient, cell) = Of(first + k, RowNumber.LabelGradient);
                }
            }
        }

        /// <summary>Evaluates rows as groups of all columns.</summary>
        [SkipLocalsInit]
        private void RunGroups(BlockKernel<T> groups, int first, in RowChunk<T> chunk)
        {
            Span<double> losses = stackalloc double[GroupCells<T>.Capacity];
            Span<T> factors = chunk.Of(RowNumber.Factor);
            chunk.Of(RowNumber.Weight).CopyTo(factors);
            Spans.Scale(factors, chunk.Scale);
            T same = Scores.TargetOfSame;
            groups.Run(
                new()
                {
                    Scores = ref chunk.Predictions,
                    Gradient = ref chunk.Gradient,
                    Length = chunk.Length,
                    Stride = chunk.Stride,
                    Padded = chunk.Padded,
                    Factors = ref MemoryMarshal.GetReference(factors),
                    Losses = ref MemoryMarshal.GetReference(losses),
                    Labels = ref MemoryMarshal.GetReference(Scores.LabelsOfColumns),
                    OfGroups = ref MemoryMarshal.GetReference(chunk.Of(RowNumber.Label)),
                    Same = ref same,
                },
                Scores.Call.Order);
            for (int row = 0; row < chunk.Count; row++)
            {
                Of(first + row, RowNumber.Loss) = T.CreateTruncating(losses[row]);
                for (int column = 0; MakesSlopes && double.IsNaN(losses[row]) && column < chunk.Columns; column++)
                {
                    Unsafe.Add(ref chunk.Gradient, column * (nint)chunk.Stride + row) = T.NaN;
                }
            }
        }

        /// <summary>Evaluates a few rows at a time, one after the other.</summary>
        [SkipLocalsInit]
        private void RunRows(in RowChunk<T> chunk)
        {
            ReadOnlySpan<int> rows = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];
            Span<int> labels = stackalloc int[rows.Length];
            int stride = (int)chunk.Stride;
            using Rented<T> logits = new(rows.Length * chunk.Columns);
            Span<T> cells = MemoryMarshal.CreateSpan(ref chunk.Predictions, (int)chunk.Length - stride + (int)chunk.Padded);
            for (int row = 0; row < chunk.Count; row += rows.Length)
            {
                int count = Math.Min(rows.Length, chunk.Count - row);
                for (int k = 0; k < count; k++)
                {
                    labels[k] = int.CreateTruncating(chunk.Of(RowNumber.Label)[row + k]);
                }

                Span<T> some = logits.Span[..(count * chunk.Columns)];
                Transposition<T>.ToRows(cells[row..], stride, some, chunk.Columns, chunk.Columns, rows[..count]);
                Batch<T> batch = new()
                {
                    Predictions = some,
                    Labels = labels[..count],
                    Weights = chunk.Of(RowNumber.Weight).Slice(row, count),
                    Losses = chunk.Of(RowNumber.Loss).Slice(row, count),
                    Gradient = Scores.Differentiates ? some : default,
                    Scale = chunk.Scale,
                    Columns = chunk.Columns,
                };
                Scores.Kernel!.Run(batch, Scores.Call.Order, LaneWidths.Best);
                if (Scores.Differentiates)
                {
                    Transposition<T>.ToColumns(some, chunk.Columns, chunk.Columns, rows[..count], cells[row..], stride);
                }
            }
        }

        /// <summary>
        /// Adds the slopes of λ·(log Σ eˣ)², which are 2λ·(log Σ eˣ)·p, to what derivatives are made of.
        /// </summary>
        private void Regularize(int row, double logSumExp, double total)
        {
            double slope = 2 * Scores.ZLoss * logSumExp;
            if (!Scores.Softmax!.HasLabelDerivatives)
            {
                Of(row, RowNumber.Target) += T.CreateTruncating(slope);
                return;
            }

            if (Of(row, RowNumber.LabelWeight) == T.Zero)
            {
                // A class without weight leaves nothing but this.
                Of(row, RowNumber.Factor) = T.Zero;
                Of(row, RowNumber.LabelGradient) = T.Zero;
            }

            slope *= double.CreateTruncating(Scores.Call.Scale * Of(row, RowNumber.Weight)) / total;
            double own = Math.Exp(double.CreateTruncating(Of(row, RowNumber.Score) - Of(row, RowNumber.Largest)));
            Of(row, RowNumber.Factor) += T.CreateTruncating(slope);
            Of(row, RowNumber.LabelGradient) += T.CreateTruncating(slope * own);
        }

        /// <summary>c·tanh(x/c) of the scores of a chunk, or the largest of each class.</summary>
        private void Map(int first, int padded, Span<T> mapped)
        {
            if (Scores.SoftCap is not { } cap)
            {
                SubCenters<T>.Largest(Cells[first..], Block.Pitch, Scores.Centers, padded, mapped);
                return;
            }

            for (int column = 0; column < Block.Columns; column++)
            {
                Cells.Slice(column * Block.Pitch + first, padded).CopyTo(mapped[(column * padded)..]);
            }

            Spans.Scale(mapped, T.CreateTruncating(1 / cap));
            Elementary<T>.Tanh(mapped);
            Spans.Scale(mapped, T.CreateTruncating(cap));
        }

        /// <summary>Slopes with respect to the scores themselves, in their place.</summary>
        private void ChainMap(int first, int padded, ReadOnlySpan<T> slopes)
        {
            if (Scores.SoftCap is not { } cap)
            {
                SubCenters<T>.Spread(Cells[first..], Block.Pitch, Scores.Centers, padded, slopes);
                return;
            }

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
