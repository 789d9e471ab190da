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
/// Where a good many rows fit with all their columns, these are evaluated at once. Else as many rows as possible meet some
/// columns at a time, whose scores are computed once more for the derivatives: that is a product more, but matrices of
/// many rows are multiplied so much faster than those of few.
/// </remarks>
internal readonly ref struct LabelledScores<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>How many columns are evaluated at a time: as many as products add up in two steps.</summary>
    private const int MostColumns = 512;

    /// <summary>So many rows are enough to evaluate all their columns at a time.</summary>
    private const int EnoughRows = 96;

    /// <summary>The numbers of a right matrix that stays in a cache; a panel of rows is enough for it.</summary>
    private const int NumbersInCache = 1 << 20;

    /// <summary>How many rows are evaluated together, where they are long.</summary>
    private const int FewRows = 16;

    /// <summary>Of a row's label: its score, the score's slope by the cosine, and that by the row's norm.</summary>
    private const int NumbersOfLabel = 3;

    /// <summary>A loss of rows.</summary>
    public Kernel<T>? Kernel { get; init; }

    /// <summary>A loss of groups in its place, whose targets are by labels.</summary>
    public BlockKernel<T>? Groups { get; init; }

    /// <summary>For a loss of groups the label of each column.</summary>
    public Span<T> LabelsOfColumns { get; init; }

    /// <summary>The target of columns of the row's label; all others have 0.</summary>
    public T TargetOfSame { get; init; }

    public required ClassOptions<T> Classes { get; init; }

    /// <summary>A column of each row.</summary>
    public required ReadOnlySpan<int> Labels { get; init; }

    /// <summary>With losses and weights one a row.</summary>
    public required Call<T> Call { get; init; }

    /// <summary>How many numbers of scratch memory there are; a few rows have room whatever it says.</summary>
    public required long Numbers { get; init; }

    /// <summary>λ of λ·(log Σ eˣ)², if the kernel is one of a softmax.</summary>
    public double ZLoss { get; init; }

    /// <summary>c, if scores x become c·tanh(x/c).</summary>
    public double? SoftCap { get; init; }

    /// <summary>What becomes of scores that are cosines; nothing if there is no more to it.</summary>
    public CosineScores<T>? Cosines { get; init; }

    /// <summary>Receives log Σ eˣ of each row; empty if nobody asks.</summary>
    public Span<T> LogSumExps { get; init; }

    /// <summary>Which columns of a row are left out; none, unless it says so.</summary>
    public CandidateMask Mask { get; init; }

    private int Centers => Cosines?.Centers ?? 1;

    /// <summary>What takes the place of the label's cosine, where that does not stay.</summary>
    private PointwiseKernel<double>? OfLabel => LogSumExps.IsEmpty ? Cosines?.OfLabel : null;

    private ISoftmaxKernel<T>? Softmax => Groups is null ? Kernel as ISoftmaxKernel<T> : null;

    private bool Differentiates => Call.Order > DerivativeOrder.Value;

    /// <summary>The weighted sum of the losses; what the slopes make of gradients is added to these.</summary>
    /// <param name="products">The scores.</param>
    /// <param name="zSum">The part of the z-loss.</param>
    public CompensatedSum Run(CrossProducts<T> products, out CompensatedSum zSum)
    {
        int columns = products.Columns;
        (int most, int width) = Plan(products);
        int mostPadded = ScoreBlocks<T>.Padded(most);
        using Rented<int> rows = new(most);
        using Rented<T> numbers = new((mostPadded + FewRows - 1) / FewRows * PerRow<T>.Numbers);
        using Rented<T> vectors = new(mostPadded * (products.Dimension + 1));
        using Rented<T> scores = new(mostPadded * width);
        using Rented<T> ofLabels = new(OfLabel is null ? 0 : NumbersOfLabel * most);
        products = products with { Scratch = vectors.Span };
        CompensatedSum sum = default;
        zSum = default;
        int next = 0;
        while (Select(rows.Span, ref next) is > 0 and int count)
        {
            int pitch = ScoreBlocks<T>.Padded(count);
            RowsWork work = new()
            {
                Scores = this,
                Products = products,
                Rows = rows.Span[..count],
                Numbers = numbers.Span,
                OfLabels = ofLabels.Span,
                ChunkRows = (long)count * columns < 2 * Segments.LeastNumbers ? PerRow<T>.Capacity : FewRows,
                Block = new(rows.Span[0], count, pitch, 0, width),
                Cells = scores.Span,
                Step = width == columns ? RowsStep.All : RowsStep.Fold,
            };
            products.Take(work.Rows, pitch);
            work.Fill();
            for (int column = 0; column < columns; column += width)
            {
                RowsWork part = work.Part(column, columns, work.Step);
                Read(products, part);
                part.Run();
            }

            if (width < columns)
            {
                work.Part(0, columns, RowsStep.Losses).Run();
            }

            for (int column = 0; column < columns && Differentiates; column += width)
            {
                RowsWork part = work.Part(column, columns, RowsStep.Derivatives);
                if (width < columns)
                {
                    Read(products, part);
                    part.Run();
                }

                products.Write(part.Block, part.Cells);
            }

            work.Keep(ref sum, ref zSum);
            work.WriteNorms();
            products.Give(work.Rows);
        }

        return sum;
    }

    private void Read(in CrossProducts<T> products, in RowsWork part)
    {
        products.Read(part.Block, part.Cells);
        Mask.Apply(part.Rows, part.Block, part.Cells);
    }

    /// <summary>How many rows are evaluated together, and how many of their columns at a time.</summary>
    private (int Rows, int Columns) Plan(in CrossProducts<T> products)
    {
        int columns = products.Columns;
        int perRow = products.Dimension + PerRow<T>.Numbers / FewRows;
        int enough = (long)columns * products.Dimension <= NumbersInCache ? ScoreBlocks<T>.Panel : EnoughRows;
        bool areWhole = Softmax is null
            || columns <= MostColumns
            || Numbers / (columns + perRow) >= Math.Min(enough, Labels.Length);
        int width = areWhole ? columns : Math.Max(1, MostColumns / Centers) * Centers;
        int longest = Math.Max(width, products.Dimension + 1);
        long most = Math.Min(Numbers / (width + perRow), Array.MaxLength / longest - ScoreBlocks<T>.Spare);
        return (Math.Min(ScoreBlocks<T>.Whole(most), Labels.Length), width);
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

    /// <summary>What is done with the scores of rows.</summary>
    private enum RowsStep
    {
        /// <summary>Losses and slopes, of all columns.</summary>
        All,

        /// <summary>Adds some columns to what is known of the rows.</summary>
        Fold,

        /// <summary>Losses of what is known.</summary>
        Losses,

        /// <summary>Makes scores slopes.</summary>
        Derivatives,
    }

    /// <summary>Some columns of the rows that are evaluated together, some rows of which any thread takes at a time.</summary>
    private readonly ref struct RowsWork : ISegmentWork
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
                Of(row, RowNumber.Weight) = Scores.Call.Weights.IsEmpty ? T.One : Scores.Call.Weights[Rows[row]];
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
        /// Writes what there is one of a row, and adds up losses and z-losses: one by one, so that it does not matter which
        /// rows are evaluated together.
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

        private ref T OfLabel(int row, int number) => ref OfLabels[number * Rows.Length + row];

        /// <summary>Puts what the formula makes of the label's angle in the place of its cosine.</summary>
        private void SetAngles(PointwiseKernel<double> formula, int first, ref RowChunk<T> chunk)
        {
            if (Step != RowsStep.Derivatives)
            {
                FindAngles(formula, first, chunk);
            }

            for (int k = 0; k < chunk.Count; k++)
            {
                if (Cell(first, k, chunk) is >= 0 and nint cell)
                {
                    Of(first + k, RowNumber.Score) = OfLabel(first + k, 0);
                    Unsafe.Add(ref chunk.Predictions, cell) = OfLabel(first + k, 0);
                }
            }
        }

        /// <summary>Scores of the labels that are in this block, and their slopes, in double.</summary>
        [SkipLocalsInit]
        private void FindAngles(PointwiseKernel<double> formula, int first, in RowChunk<T> chunk)
        {
            CosineScores<T> cosines = Scores.Cosines!;
            int dimension = Products.Dimension;
            Span<int> rows = stackalloc int[PerRow<T>.Capacity];
            Span<double> numbers = stackalloc double[5 * PerRow<T>.Capacity];
            Span<double> norms = numbers[(4 * PerRow<T>.Capacity)..];
            using Rented<T> unit = new(dimension);
            int count = 0;
            for (int k = 0; k < chunk.Count; k++)
            {
                int label = Scores.Labels[Rows[first + k]];
                if (Cell(first, k, chunk) >= 0)
                {
                    Products.TakenRow(first + k).CopyTo(unit.Span);
                    norms[count] = cosines.HasNorms
                        ? Lengths<T>.Norm(unit.Span)
                        : double.CreateTruncating(cosines.Scale);
                    Spans.Scale(unit.Span, T.CreateTruncating(1 / Math.Max(norms[count], Normalization.LeastNorm)));
                    int column = label * cosines.Centers + Largest(label, first + k);
                    numbers[count] = Angles<T>.Between(
                        unit.Span, Products.Right[Embedding.Rows.At(column, dimension)]);
                    numbers[PerRow<T>.Capacity + count] = cosines.MarginOf(label);
                    rows[count++] = first + k;
                }
            }

            Span<double> angles = numbers[..count];
            Span<double> scores = numbers.Slice(2 * PerRow<T>.Capacity, count);
            Span<double> slopes = numbers.Slice(3 * PerRow<T>.Capacity, count);
            _ = formula.Run(
                new()
                {
                    Predictions = angles,
                    Targets = numbers.Slice(PerRow<T>.Capacity, count),
                    Losses = scores,
                    Gradient = slopes,
                    Scale = 1,
                },
                DerivativeOrder.Gradient,
                LaneWidths.Best);
            for (int k = 0; k < count; k++)
            {
                double slope = slopes[k] * Angles<T>.Slope(angles[k]);
                double ofNorm = norms[k] > 0 ? (scores[k] - slope * Math.Cos(angles[k])) / norms[k] : 0;
                OfLabel(rows[k], 0) = T.CreateTruncating(norms[k] * scores[k]);
                OfLabel(rows[k], 1) = T.CreateTruncating(slope);
                OfLabel(rows[k], 2) = T.CreateTruncating(ofNorm);
            }
        }

        /// <summary>Which of the columns of a row's label is its largest.</summary>
        private int Largest(int label, int row)
        {
            ReadOnlySpan<T> ofLabel = Cells[((label * Scores.Centers - Block.Column) * Block.Pitch + row)..];
            int largest = 0;
            for (int k = 1; k < Scores.Centers; k++)
            {
                largest = ofLabel[k * Block.Pitch] > ofLabel[largest * Block.Pitch] ? k : largest;
            }

            return largest;
        }

        /// <summary>Slopes with respect to the cosines of labels, in the place of those of their scores.</summary>
        private void ChainAngles(int first, ref RowChunk<T> chunk)
        {
            for (int k = 0; k < chunk.Count; k++)
            {
                if (Cell(first, k, chunk) is >= 0 and nint cell)
                {
                    ref T slope = ref Unsafe.Add(ref chunk.Gradient, cell);
                    OfLabel(first + k, 2) *= slope;
                    slope *= OfLabel(first + k, 1);
                }
            }
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

        /// <summary>Adds the slopes of λ·(log Σ eˣ)², which are 2λ·(log Σ eˣ)·p, to what derivatives are made of.</summary>
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
