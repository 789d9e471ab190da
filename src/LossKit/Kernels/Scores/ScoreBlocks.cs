using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using LossKit.Costs;
using LossKit.Kernels.Embedding;
using LossKit.Kernels.Groups;
using LossKit.Lanes;

namespace LossKit.Kernels.Scores;

/// <summary>What is asked of rows of scores. Empty spans are not read or written.</summary>
internal readonly ref struct ScoreBatch<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    public required DerivativeOrder Order { get; init; }

    /// <summary>One a row.</summary>
    public ReadOnlySpan<T> Weights { get; init; }

    public Span<T> Losses { get; init; }

    public T Scale { get; init; }

    /// <summary>The label of each column, small integers, and then of a block more.</summary>
    public Span<T> Labels { get; init; }

    /// <summary>How many other columns have the label of each row, and then of a block more.</summary>
    public Span<T> Partners { get; init; }

    /// <summary>Which rows are there; the loss of the others is 0. Empty if all are.</summary>
    public ReadOnlySpan<bool> Present { get; init; }

    /// <summary>How far, round the columns, the match of a row is from itself.</summary>
    public int MatchAfter { get; init; }

    /// <summary>Whether a row is not to meet itself.</summary>
    public bool HidesItself { get; init; }
}

/// <summary>Takes rows of scores to a program, some at a time.</summary>
internal static class ScoreBlocks<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Whole panels of a product of matrices at every width.</summary>
    public const int Rows = 48;

    private const int LanesOfAny = 16;

    /// <summary>The numbers that a source of scores needs for a block of rows and their norms.</summary>
    public static int Scratch(int dimension) => Rows * dimension + Rows;

    /// <summary>Refuses what no block could hold.</summary>
    public static void CheckColumns(int columns) => EmbeddingChecks.Numbers((long)columns * Rows);

    /// <summary>The weighted sum of the losses; what the slopes make of gradients is added to these.</summary>
    public static CompensatedSum Run<TScores>(in TScores scores, BlockKernel<T> kernel, in ScoreBatch<T> batch)
        where TScores : struct, IScores<T>, allows ref struct
    {
        int columns = scores.Columns;
        using Rented<T> block = new(columns * Math.Min(Rows, Pitch(scores.Rows)));
        Span<T> factors = stackalloc T[GroupCells<T>.Capacity];
        Span<double> losses = stackalloc double[GroupCells<T>.Capacity];
        Span<int> matches = stackalloc int[GroupCells<T>.Capacity];
        CompensatedSum sum = default;
        for (int first = 0; first < scores.Rows; first += Rows)
        {
            int count = Math.Min(Rows, scores.Rows - first);
            if (batch.Losses.IsEmpty && !AnyCounts(batch, first, count))
            {
                continue;
            }

            int pitch = Math.Min(Rows, Pitch(count));
            Span<T> cells = block.Span[..(columns * pitch)];
            scores.Read(first, count, pitch, cells);
            factors.Clear();
            for (int row = 0; row < pitch; row++)
            {
                int match = (first + Math.Min(row, count - 1) + batch.MatchAfter) % columns;
                matches[row] = match;
                if (row < count)
                {
                    factors[row] = batch.Scale * scores.Factor * WeightOf(batch, first + row);
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
                Length = (nuint)cells.Length,
                Stride = (nuint)pitch,
                Padded = (nuint)pitch,
                Factors = ref MemoryMarshal.GetReference(factors),
                Losses = ref MemoryMarshal.GetReference(losses),
                Labels = ref MemoryMarshal.GetReference(batch.Labels),
                Partners = ref MemoryMarshal.GetReference(batch.Partners[(batch.Partners.IsEmpty ? 0 : first)..]),
                Matches = ref MemoryMarshal.GetReference(matches),
                First = first,
            };
            kernel.Run(groups, batch.Order);
            for (int row = 0; row < count; row++)
            {
                sum += Keep(batch, first + row, row, pitch, losses[row], cells);
            }

            if (batch.Order > DerivativeOrder.Value)
            {
                scores.Write(first, count, pitch, cells);
            }
        }

        return sum;
    }

    private static int Pitch(int rows) => (rows + LanesOfAny - 1) / LanesOfAny * LanesOfAny;

    private static bool IsThere(in ScoreBatch<T> batch, int row) => batch.Present.IsEmpty || batch.Present[row];

    private static T WeightOf(in ScoreBatch<T> batch, int row) =>
        !IsThere(batch, row) ? T.Zero : batch.Weights.IsEmpty ? T.One : batch.Weights[row];

    private static bool AnyCounts(in ScoreBatch<T> batch, int first, int count)
    {
        for (int row = first; row < first + count; row++)
        {
            if (WeightOf(batch, row) != T.Zero)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// Writes a loss and returns it by its weight. Slopes are NaN where the loss is, and 0 where the row counts for
    /// nothing.
    /// </summary>
    private static double Keep(in ScoreBatch<T> batch, int row, int column, int pitch, double loss, Span<T> cells)
    {
        loss = IsThere(batch, row) ? loss : 0;
        if (!batch.Losses.IsEmpty)
        {
            batch.Losses[row] = T.CreateTruncating(loss);
        }

        T weight = WeightOf(batch, row);
        if (batch.Order > DerivativeOrder.Value && (weight == T.Zero || double.IsNaN(loss)))
        {
            for (int at = column; at < cells.Length; at += pitch)
            {
                cells[at] = weight == T.Zero ? T.Zero : T.NaN;
            }
        }

        return weight == T.Zero ? 0 : double.CreateTruncating(weight) * loss;
    }
}

/// <summary>Evaluates groups that lie across lanes already.</summary>
internal abstract class BlockKernel<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    public abstract void Run(in GroupCells<T> cells, DerivativeOrder order);
}

internal sealed class BlockKernel<T, TProgram>(TProgram program) : BlockKernel<T>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TProgram : struct, IGroupProgram
{
    private readonly TProgram _program = program;

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
