using System.Runtime.InteropServices;

namespace LossKit.Internals.Scores;

/// <summary>What is asked of rows of scores. Empty spans are not read or written.</summary>
internal readonly ref struct ScoreBatch<T> : IScoreWork<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>What evaluates them.</summary>
    public required BlockKernel<T> Kernel { get; init; }

    public required T Factor { get; init; }

    /// <summary>With losses and weights one a row.</summary>
    public required Call<T> Call { get; init; }

    /// <summary>
    /// The label of each column, small integers, then those of rows that are no columns, and then up to whole lanes.
    /// </summary>
    public Span<T> Labels { get; init; }

    /// <summary>How many other columns have each of these labels.</summary>
    public Span<T> Partners { get; init; }

    /// <summary>The number of the first row among the columns: beyond them if rows are none.</summary>
    public int FirstRow { get; init; }

    /// <summary>Which rows are there; the loss of the others is 0. Empty if all are.</summary>
    public ReadOnlySpan<bool> Present { get; init; }

    /// <summary>How far, round the columns, the match of a row is from itself.</summary>
    public int MatchAfter { get; init; }

    /// <summary>The match of each row, where they follow no such rule.</summary>
    public ReadOnlySpan<int> Matches { get; init; }

    /// <summary>What the score of each row's match is multiplied with, constants; empty if 1.</summary>
    public ReadOnlySpan<T> MatchFactors { get; init; }

    /// <summary>Whether a row is not to meet itself.</summary>
    public bool HidesItself { get; init; }

    /// <summary>What the scores are: distances are read as squared ones.</summary>
    public EmbeddingScore Score { get; init; }

    /// <summary>ε of the mining of pairs by their labels, if there is any.</summary>
    public T? MiningEpsilon { get; init; }

    public bool Skips(int first, int count)
    {
        bool skips = Call.Losses.IsEmpty;
        for (int row = first; skips && row < first + count; row++)
        {
            skips = WeightOf(row) == T.Zero;
        }

        return skips;
    }

    public CompensatedSum Run(int first, int count, int pitch, Span<T> cells) =>
        ScoreBlocks<T>.RunPart(this, first, count, pitch, cells);

    public bool IsThere(int row) => Present.IsEmpty || Present[row];

    public T WeightOf(int row) => !IsThere(row) ? T.Zero : Call.WeightOf(row);
}

/// <summary>Takes rows of scores to a program, some at a time.</summary>
internal static class ScoreBlocks<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Whole panels of a product of matrices at every width.</summary>
    public const int Panel = 48;

    /// <summary>The most memory of all scores of a batch at once.</summary>
    public const int MostBytes = 1 << 25;

    /// <summary>The most rows that padding adds.</summary>
    public const int Spare = 2 * LanesOfAny;

    private const int LanesOfAny = 16;

    /// <summary>The numbers of a block, unless a panel has more.</summary>
    private const int MostOfBlock = 1 << 18;

    /// <summary>Up to whole lanes of any width.</summary>
    public static int Rounded(int rows) => (rows + LanesOfAny - 1) / LanesOfAny * LanesOfAny;

    /// <summary>
    /// Up to whole lanes of any width, and one more where columns would lie a power of two apart: they would be in each
    /// other's way in the caches.
    /// </summary>
    public static int Padded(int rows)
    {
        int padded = Rounded(rows);
        return IsInTheWay(padded) ? padded + LanesOfAny : padded;
    }

    /// <summary>How many rows are compared with all columns at a time.</summary>
    public static int RowsOf(int rows, int columns)
    {
        int most = Math.Max(Panel, Whole(MostOfBlock / Math.Max(1, columns)));
        return Math.Min(Padded(rows), most);
    }

    /// <summary>Not more than so many rows, whole panels if there are any; at least a lane.</summary>
    public static int Whole(long rows)
    {
        if (rows < Panel)
        {
            return Math.Max(1, (int)rows / LanesOfAny) * LanesOfAny;
        }

        int whole = (int)(rows / Panel) * Panel;
        return IsInTheWay(whole) ? whole - Panel : whole;
    }

    /// <summary>Refuses batches that no scratch memory could hold.</summary>
    public static void CheckRows(int rows, int dimension) =>
        EmbeddingChecks.Numbers(((long)rows + 2 * LanesOfAny) * Math.Max(Panel, dimension + 1));

    /// <summary>The weighted sum of the losses; what the slopes make of gradients is added to these.</summary>
    public static CompensatedSum Run<TScores, TWork>(in TScores scores, in TWork work)
        where TScores : struct, IScores<T>, allows ref struct
        where TWork : struct, IScoreWork<T>, allows ref struct
    {
        int most = scores.BlockRows;
        using Rented<T> block = new(Padded(scores.Columns) * most);
        CompensatedSum sum = default;
        for (int first = 0; first < scores.Rows; first += most)
        {
            int count = Math.Min(most, scores.Rows - first);
            if (work.Skips(first, count))
            {
                continue;
            }

            int pitch = count == scores.Rows ? most : Rounded(count);
            scores.Read(first, count, pitch, block.Span);
            sum += RunRows(work, first, count, pitch, block.Span[..(scores.Columns * pitch)]);
            if (work.Call.Order > DerivativeOrder.Value)
            {
                scores.Write(first, count, pitch, block.Span);
            }
        }

        return sum;
    }

    /// <summary>Evaluates a block of rows; so many at a time that all threads have some, where it is large.</summary>
    public static CompensatedSum RunRows<TWork>(in TWork all, int first, int count, int pitch, Span<T> cells)
        where TWork : struct, IScoreWork<T>, allows ref struct
    {
        int columns = cells.Length / pitch;
        int part = (long)count * columns < 2 * Segments.LeastNumbers ? GroupCells<T>.Capacity : LanesOfAny;
        PartWork<TWork> work = new()
        {
            Work = all,
            First = first,
            Rows = count,
            Part = part,
            Pitch = pitch,
            Cells = cells,
        };
        return Segments.Run(work, (count + part - 1) / part, part * columns, all.Call.Degree);
    }

    /// <summary>Evaluates as many rows as a program takes at a time.</summary>
    /// <param name="batch">All rows.</param>
    /// <param name="first">The first of them.</param>
    /// <param name="count">How many they are.</param>
    /// <param name="pitch">How far their columns are apart.</param>
    /// <param name="cells">Their scores, and after them those of other rows.</param>
    [SkipLocalsInit]
    public static CompensatedSum RunPart(in ScoreBatch<T> batch, int first, int count, int pitch, Span<T> cells)
    {
        Span<T> factors = stackalloc T[GroupCells<T>.Capacity];
        Span<double> losses = stackalloc double[GroupCells<T>.Capacity];
        Span<int> matches = stackalloc int[GroupCells<T>.Capacity];
        Span<T> matchColumns = stackalloc T[GroupCells<T>.Capacity];
        int columns = (cells.Length + pitch - 1) / pitch;
        int padded = Rounded(count);
        bool areDistances = batch.Score == EmbeddingScore.Distance;
        using Rented<T> distances = new(areDistances ? columns * padded : 0);
        DistanceScores<T>.Measure(cells, pitch, padded, batch.Factor, distances.Span);
        T factor = batch.Call.Scale * batch.Score switch
        {
            EmbeddingScore.Distance => T.One,
            EmbeddingScore.SquaredDistance => T.One + T.One,
            _ => batch.Factor,
        };
        factors.Clear();
        for (int row = 0; row < padded; row++)
        {
            int at = first + Math.Min(row, count - 1);
            matches[row] = batch.Matches.IsEmpty ? (at + batch.MatchAfter) % columns : batch.Matches[at];
            matchColumns[row] = T.CreateTruncating(matches[row]);
            if (row < count)
            {
                if (batch.MiningEpsilon is { } epsilon)
                {
                    PairMiner.Mine(cells[row..], pitch, batch.FirstRow + first + row, batch.Labels, epsilon);
                }

                factors[row] = factor * batch.WeightOf(first + row);
                if (batch.HidesItself)
                {
                    cells[(first + row) * pitch + row] = T.NegativeInfinity;
                }
            }
        }

        GroupCells<T> groups = new()
        {
            Scores = ref MemoryMarshal.GetReference(cells),
            Gradient = ref MemoryMarshal.GetReference(cells),
            Length = (nuint)(columns * pitch),
            Stride = (nuint)pitch,
            Padded = (nuint)padded,
            Factors = ref MemoryMarshal.GetReference(factors),
            Losses = ref MemoryMarshal.GetReference(losses),
            Labels = ref MemoryMarshal.GetReference(batch.Labels),
            Partners = ref MemoryMarshal.GetReference(
                batch.Partners[(batch.Partners.IsEmpty ? 0 : batch.FirstRow + first)..]),
            Matches = ref MemoryMarshal.GetReference(matches),
            MatchColumns = ref MemoryMarshal.GetReference(matchColumns),
            First = batch.FirstRow + first,
        };
        WeighMatches(batch, first, count, pitch, cells, matches);
        batch.Kernel.Run(groups, batch.Call.Order);
        WeighMatches(batch, first, count, pitch, cells, matches);
        CompensatedSum sum = default;
        for (int row = 0; row < count; row++)
        {
            sum += Keep(batch, first + row, row, pitch, losses[row], cells);
        }

        if (batch.Call.Order > DerivativeOrder.Value)
        {
            DistanceScores<T>.Pull(cells, pitch, padded, distances.Span);
        }

        return sum;
    }

    private static void WeighMatches(
        in ScoreBatch<T> batch, int first, int count, int pitch, Span<T> cells, ReadOnlySpan<int> matches)
    {
        for (int row = 0; row < count && !batch.MatchFactors.IsEmpty; row++)
        {
            cells[matches[row] * pitch + row] *= batch.MatchFactors[first + row];
        }
    }

    private static bool IsInTheWay(int pitch) => pitch % (8 * LanesOfAny) == 0;

    /// <summary>
    /// Writes a loss and returns it by its weight. Slopes are NaN where the loss is, and 0 where the row counts for
    /// nothing.
    /// </summary>
    private static double Keep(in ScoreBatch<T> batch, int row, int column, int pitch, double loss, Span<T> cells)
    {
        loss = batch.IsThere(row) ? loss : 0;
        double weighted = batch.Call.Keep(row, loss);
        T weight = batch.WeightOf(row);
        if (batch.Call.Order > DerivativeOrder.Value && (weight == T.Zero || double.IsNaN(loss)))
        {
            for (int at = column; at < cells.Length; at += pitch)
            {
                cells[at] = weight == T.Zero ? T.Zero : T.NaN;
            }
        }

        return weight == T.Zero ? 0 : weighted;
    }

    /// <summary>A block of rows, some of which are evaluated at a time.</summary>
    private readonly ref struct PartWork<TWork> : ISegmentWork
        where TWork : struct, IScoreWork<T>, allows ref struct
    {
        public required TWork Work { get; init; }

        public required int First { get; init; }

        public required int Rows { get; init; }

        /// <summary>How many rows are evaluated at a time.</summary>
        public required int Part { get; init; }

        public required int Pitch { get; init; }

        public required Span<T> Cells { get; init; }

        public CompensatedSum Run(int start, int length)
        {
            CompensatedSum sum = default;
            for (int row = start * Part; row < Math.Min(Rows, (start + length) * Part); row += Part)
            {
                int count = Math.Min(Part, Rows - row);
                sum += Work.Run(First + row, count, Pitch, Cells[row..]);
            }

            return sum;
        }
    }
}

/// <summary>Evaluates groups that lie across lanes already.</summary>
internal abstract class BlockKernel<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    public abstract void Run(in GroupCells<T> cells, DerivativeOrder order);
}

internal sealed class BlockKernel<T, TProgram> : BlockKernel<T>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TProgram : struct, IGroupProgram
{
    private readonly TProgram _program;

    public BlockKernel(TProgram program)
    {
        ParameterChecks.Check<T, TProgram>(program);
        _program = program;
    }

    public override void Run(in GroupCells<T> cells, DerivativeOrder order)
    {
        switch (LaneWidths.Best)
        {
            case LaneWidth.Vector512:
                Run<Vector512Lane<T>, Vector512Lane<double>>(cells, order);
                break;
            case LaneWidth.Vector:
                Run<VectorLane<T>, VectorLane<double>>(cells, order);
                break;
            default:
                Run<ScalarLane<T>, ScalarLane<double>>(cells, order);
                break;
        }
    }

    private void Run<TLane, TWide>(in GroupCells<T> cells, DerivativeOrder order)
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TWide : struct, IVectorLane<TWide, double>, ILane<TWide>
    {
        if (order == DerivativeOrder.Value)
        {
            _program.Run<T, TLane, TWide, TLane, Yes>(cells);
        }
        else
        {
            _program.Run<T, TLane, TWide, Jet<TLane>, Yes>(cells);
        }
    }
}
