namespace LossKit.Internals.Scores;

/// <summary>A block of scores, column by column: some columns of the rows that were taken.</summary>
/// <param name="Row">The first of the rows; the others may lie apart.</param>
/// <param name="Rows">How many they are.</param>
/// <param name="Pitch">How far columns are apart: the rows, up to whole lanes of any width.</param>
/// <param name="Column">The first of the columns.</param>
/// <param name="Columns">How many they are.</param>
internal readonly record struct ScoreBlock(int Row, int Rows, int Pitch, int Column, int Columns);

/// <summary>
/// Losses of rows of products, each of which has a label among the columns. Neither all rows nor all columns need fit
/// the memory: what is known of the columns so far are a few numbers a row.
/// </summary>
/// <remarks>
/// Where a good many rows fit with all their columns, these are evaluated at once. Else as many rows as possible meet
/// some columns at a time, whose scores are computed once more for the derivatives: that is a product more, but
/// matrices of many rows are multiplied so much faster than those of few.
/// </remarks>
internal readonly ref partial struct LabelledScores<T> where T : unmanaged, IFloatingPointIeee754<T>
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
    private Kernel<double>? OfLabel => LogSumExps.IsEmpty ? Cosines?.OfLabel : null;

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
        bool isByLabel = Kernel is not { IsByLabel: false } && ZLoss == 0;
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
}
