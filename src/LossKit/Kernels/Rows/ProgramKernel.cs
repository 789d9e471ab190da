using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using LossKit.Costs;
using LossKit.Lanes;

namespace LossKit.Kernels.Rows;

/// <summary>
/// Takes the rows of a batch to a program, those of few columns transposed, as many at a time as a lane holds, those of
/// many columns one by one; ignored rows are left out.
/// </summary>
internal sealed class ProgramKernel<T, TProgram>(TProgram program, ClassOptions<T> classes) : RowKernel<T>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TProgram : struct, IRowProgram
{
    /// <summary>Above it the sums along a row cost less than its transposition.</summary>
    private const int MostColumnsAcross = 64;

    private readonly TProgram _program = program;

    public override CompensatedSum Run(in RowBatch<T> batch, DerivativeOrder order, LaneWidth width) => width switch
    {
        LaneWidth.Vector512 => Run<Vector512Lane<T>>(batch, order),
        LaneWidth.Vector => Run<VectorLane<T>>(batch, order),
        _ => Run<ScalarLane<T>>(batch, order),
    };

    private CompensatedSum Run<TLane>(in RowBatch<T> batch, DerivativeOrder order)
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane> => order switch
        {
            DerivativeOrder.Value => Run<TLane, TLane>(batch),
            DerivativeOrder.Gradient => Run<TLane, Jet<TLane>>(batch),
            _ => Run<TLane, Jet2<TLane>>(batch),
        };

    private CompensatedSum Run<TLane, TJet>(in RowBatch<T> batch)
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TJet : struct, IJet<TJet, TLane> =>
        batch.Columns <= MostColumnsAcross || !TProgram.ReadsCells
            ? Run<TLane, TJet, Yes>(batch)
            : Run<TLane, TJet, No>(batch);

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private CompensatedSum Run<TLane, TJet, TAcross>(in RowBatch<T> batch)
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TJet : struct, IJet<TJet, TLane>
        where TAcross : struct, IChoice
    {
        int width = TLane.Count;
        int columns = batch.Columns;
        bool transposes = TAcross.IsYes && TProgram.ReadsCells;
        int transposed = transposes ? columns * width : 0;
        Span<T> cells = stackalloc T[transposed];
        Span<T> targets = stackalloc T[batch.Targets.IsEmpty ? 0 : transposed];
        Span<T> curvatures = stackalloc T[TJet.Order > 1 ? transposed : 0];
        PerRow perRow = new(stackalloc T[PerRow.Kinds * width], width);
        Span<int> rows = stackalloc int[TAcross.IsYes ? width : 1];
        RowChunk<T> chunk = perRow.Chunk(columns, transposes ? transposed : columns, batch.Scale, classes);

        CompensatedSum sum = default;
        int next = 0;
        while (Select(batch, rows, ref next) is > 0 and int count)
        {
            chunk.Count = count;
            chunk.Label = (nuint)perRow.Fill(batch, rows, classes);
            if (transposes)
            {
                Transposition<T>.ToColumns(batch.Predictions, columns, rows, cells, width);
                chunk.Predictions = ref MemoryMarshal.GetReference(cells);
                chunk.Gradient = ref MemoryMarshal.GetReference(cells);
                chunk.Hessian = ref MemoryMarshal.GetReference(curvatures);
                if (!targets.IsEmpty)
                {
                    Transposition<T>.ToColumns(batch.Targets, columns, rows, targets, width);
                    chunk.Targets = ref MemoryMarshal.GetReference(targets);
                }
            }
            else
            {
                nint start = (nint)rows[0] * columns;
                chunk.Predictions = ref Unsafe.Add(ref MemoryMarshal.GetReference(batch.Predictions), start);
                chunk.Gradient = ref Unsafe.Add(ref MemoryMarshal.GetReference(batch.Gradient), start);
                chunk.Hessian = ref Unsafe.Add(ref MemoryMarshal.GetReference(batch.Hessian), start);
                chunk.Targets = ref Unsafe.Add(ref MemoryMarshal.GetReference(batch.Targets), start);
            }

            sum += _program.Run<T, TLane, TJet, TAcross>(ref chunk);
            ReadOnlySpan<int> written = rows[..count];
            perRow.Losses(written, batch.Losses);
            if (TJet.Order > 0)
            {
                Derivatives(batch.Gradient, cells, columns, written, perRow, perRow.LabelGradients, -T.One);
            }

            if (TJet.Order > 1)
            {
                Derivatives(batch.Hessian, curvatures, columns, written, perRow, perRow.LabelHessians, T.One);
            }
        }

        return sum;
    }

    /// <summary>The next rows that are not ignored, padded with the last; what is ignored gets its zeros.</summary>
    private int Select(in RowBatch<T> batch, Span<int> rows, ref int next)
    {
        int count = 0;
        for (; next < batch.Rows && count < rows.Length; next++)
        {
            if (!batch.Labels.IsEmpty && classes.IsIgnored(batch.Labels[next]))
            {
                Clear(batch, next);
            }
            else
            {
                rows[count++] = next;
            }
        }

        if (count > 0)
        {
            rows[count..].Fill(rows[count - 1]);
        }

        return count;
    }

    private static void Clear(in RowBatch<T> batch, int row)
    {
        int start = row * batch.Columns;
        if (!batch.Losses.IsEmpty)
        {
            batch.Losses[row] = T.Zero;
        }

        if (!batch.Gradient.IsEmpty)
        {
            batch.Gradient.Slice(start, batch.Columns).Clear();
        }

        if (!batch.Hessian.IsEmpty)
        {
            batch.Hessian.Slice(start, batch.Columns).Clear();
        }
    }

    /// <summary>
    /// What the program did not write to its place: transposed derivatives, the label's and the rival's, and NaN for
    /// rows whose loss is.
    /// </summary>
    private static void Derivatives(
        Span<T> derivatives,
        Span<T> cells,
        int columns,
        ReadOnlySpan<int> rows,
        in PerRow perRow,
        ReadOnlySpan<T> ofLabels,
        T signOfRivals)
    {
        if (TProgram.WritesCells && !cells.IsEmpty)
        {
            Transposition<T>.ToRows(cells, perRow.Width, derivatives, columns, rows);
        }

        for (int k = 0; k < rows.Length; k++)
        {
            Span<T> row = derivatives.Slice(rows[k] * columns, columns);
            if (!TProgram.WritesCells)
            {
                row.Clear();
            }

            if (TProgram.HasRivals)
            {
                row[perRow.RivalOf(k)] = signOfRivals * ofLabels[k];
            }

            if (TProgram.HasLabelDerivatives)
            {
                row[perRow.LabelOf(k)] = ofLabels[k];
            }

            if (perRow.IsNaN(k))
            {
                row.Fill(T.NaN);
            }
        }
    }

    /// <summary>What there is one of a row, a lane of each.</summary>
    private readonly ref struct PerRow(Span<T> numbers, int width)
    {
        public const int Kinds = 8;

        private readonly Span<T> _numbers = numbers;

        public int Width => width;

        public ReadOnlySpan<T> LabelGradients => Of(5);

        public ReadOnlySpan<T> LabelHessians => Of(6);

        private Span<T> Labels => Of(0);

        private Span<T> Scores => Of(1);

        private Span<T> LabelWeights => Of(2);

        private Span<T> Weights => Of(3);

        private Span<T> RowLosses => Of(4);

        private Span<T> Rivals => Of(7);

        public RowChunk<T> Chunk(int columns, int length, T scale, ClassOptions<T> classes) => new()
        {
            Columns = columns,
            Length = (nuint)length,
            Scale = scale,
            ClassWeights = ref MemoryMarshal.GetReference(classes.Weights),
            Labels = ref MemoryMarshal.GetReference(Labels),
            Scores = ref MemoryMarshal.GetReference(Scores),
            LabelWeights = ref MemoryMarshal.GetReference(LabelWeights),
            Weights = ref MemoryMarshal.GetReference(Weights),
            Losses = ref MemoryMarshal.GetReference(RowLosses),
            LabelGradients = ref MemoryMarshal.GetReference(Of(5)),
            LabelHessians = ref MemoryMarshal.GetReference(Of(6)),
            Rivals = ref MemoryMarshal.GetReference(Rivals),
        };

        /// <summary>Fills the lanes with the rows', and returns the first label.</summary>
        public int Fill(in RowBatch<T> batch, ReadOnlySpan<int> rows, ClassOptions<T> classes)
        {
            int label = 0;
            for (int k = rows.Length - 1; k >= 0; k--)
            {
                int row = rows[k];
                Weights[k] = batch.Weights.IsEmpty ? T.One : batch.Weights[row];
                if (!batch.Labels.IsEmpty)
                {
                    label = batch.Labels[row];
                    Labels[k] = T.CreateTruncating(label);
                    Scores[k] = batch.Predictions[row * batch.Columns + label];
                    LabelWeights[k] = classes.WeightOf(label);
                }
            }

            if (rows.Length < width)
            {
                Weights.Fill(Weights[0]);
                Labels.Fill(Labels[0]);
                Scores.Fill(Scores[0]);
                LabelWeights.Fill(LabelWeights[0]);
            }

            return label;
        }

        public int LabelOf(int k) => int.CreateTruncating(Labels[k]);

        public int RivalOf(int k) => int.CreateTruncating(Rivals[k]);

        public bool IsNaN(int k) => T.IsNaN(RowLosses[k]);

        public void Losses(ReadOnlySpan<int> rows, Span<T> losses)
        {
            for (int k = 0; k < rows.Length && !losses.IsEmpty; k++)
            {
                losses[rows[k]] = RowLosses[k];
            }
        }

        private Span<T> Of(int kind) => _numbers.Slice(kind * width, width);
    }
}
