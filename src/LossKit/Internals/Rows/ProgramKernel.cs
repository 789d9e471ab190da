using System.Runtime.InteropServices;

namespace LossKit.Internals.Rows;

/// <summary>
/// Takes the rows of a batch to a program, those of few columns transposed, as many at a time as a lane holds, those of
/// many columns one by one; ignored rows are left out.
/// </summary>
internal class ProgramKernel<T, TProgram>(TProgram program, ClassOptions<T> classes) : Kernel<T>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TProgram : struct, IRowProgram
{
    /// <summary>
    /// Above it the sums along a row cost less than its transposition. That is not asked of the number of rows: a row
    /// is to give the same bits alone as among others.
    /// </summary>
    private const int MostColumnsAcross = 128;

    /// <summary>How many transposed numbers stay in L1 together with where they come from and go to.</summary>
    private const int MostCells = 2048;

    public override bool IsByLabel => TProgram.HasLabelDerivatives;

    internal TProgram Program { get; } = program;

    public override CompensatedSum Run(in Batch<T> batch, DerivativeOrder order, LaneWidth width) =>
        LaneWidths.Of(width) switch
        {
            LaneWidth.Vector512 => Run<Vector512Lane<T>>(batch, order),
            LaneWidth.Vector => Run<VectorLane<T>>(batch, order),
            _ => Run<ScalarLane<T>>(batch, order),
        };

    private CompensatedSum Run<TLane>(in Batch<T> batch, DerivativeOrder order)
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane> => order switch
        {
            DerivativeOrder.Value => Run<TLane, TLane>(batch),
            DerivativeOrder.Gradient => Run<TLane, Jet<TLane>>(batch),
            _ => Run<TLane, Jet2<TLane>>(batch),
        };

    private CompensatedSum Run<TLane, TJet>(in Batch<T> batch)
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TJet : struct, IJet<TJet, TLane> =>
        batch.Columns <= MostColumnsAcross
            ? Run<TLane, TJet, Yes>(batch)
            : Run<TLane, TJet, No>(batch);

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private CompensatedSum Run<TLane, TJet, TAcross>(in Batch<T> batch)
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TJet : struct, IJet<TJet, TLane>
        where TAcross : struct, IChoice
    {
        int columns = batch.Columns;
        int capacity = TAcross.IsYes ? Capacity<TLane>(columns) : 1;
        int transposed = TAcross.IsYes ? columns * capacity : 0;
        _ = stackalloc byte[AlignedStack.Rest(stackalloc byte[AlignedStack.Line])];
        Span<T> cells = stackalloc T[transposed];
        bool hasTargetRows = !batch.Targets.IsEmpty && !batch.HasPlaces;
        Span<T> targets = stackalloc T[hasTargetRows ? transposed : 0];
        Span<T> curvatures = stackalloc T[TJet.Order > 1 ? transposed : 0];
        Span<int> indices = stackalloc int[2 * PerRow<T>.Capacity];
        PerRow<T> perRow = new(stackalloc T[PerRow<T>.Numbers], indices[PerRow<T>.Capacity..], batch, classes);
        RowChunk<T> chunk = new()
        {
            Columns = columns,
            Length = (nuint)columns,
            Stride = (nuint)TLane.Count,
            Scale = batch.Scale,
            ClassWeights = ref MemoryMarshal.GetReference(classes.Weights),
            OfRows = ref perRow.Start,
        };

        CompensatedSum sum = default;
        int next = 0;
        while (Select(batch, indices[..capacity], ref next) is > 0 and int count)
        {
            int padded = (count + TLane.Count - 1) / TLane.Count * TLane.Count;
            ReadOnlySpan<int> rows = indices[..(TAcross.IsYes ? padded : 1)];
            chunk.Count = count;
            chunk.Padded = (nuint)padded;
            perRow.Fill(batch, rows, TAcross.IsYes ? 0 : TLane.Count, classes);
            if (TAcross.IsYes)
            {
                chunk.Stride = (nuint)padded;
                chunk.Length = (nuint)(columns * padded);
                chunk.Predictions = ref MemoryMarshal.GetReference(cells);
                chunk.Gradient = ref MemoryMarshal.GetReference(cells);
                chunk.Hessian = ref MemoryMarshal.GetReference(curvatures);
                chunk.Targets = ref MemoryMarshal.GetReference(targets);
                Transposition<T>.ToColumns(batch.Predictions, columns, columns, rows, cells, padded);
                if (!targets.IsEmpty)
                {
                    Transposition<T>.ToColumns(batch.Targets, columns, columns, rows, targets, padded);
                }
            }
            else
            {
                nint start = (nint)rows[0] * columns;
                chunk.Label = (nuint)perRow.Columns[0];
                chunk.Predictions = ref Unsafe.Add(ref MemoryMarshal.GetReference(batch.Predictions), start);
                chunk.Gradient = ref Unsafe.Add(ref MemoryMarshal.GetReference(batch.Gradient), start);
                chunk.Hessian = ref Unsafe.Add(ref MemoryMarshal.GetReference(batch.Hessian), start);
                chunk.Targets = ref Unsafe.Add(
                    ref MemoryMarshal.GetReference(batch.Targets), hasTargetRows ? start : 0);
            }

            double sumOfChunk = Program.Run<T, TLane, TJet, TAcross>(ref chunk);
            sum += sumOfChunk;
            ReadOnlySpan<int> written = rows[..count];
            if (!batch.Losses.IsEmpty)
            {
                perRow.CopyLosses(written, batch.Losses);
            }

            bool hasNaN = double.IsNaN(sumOfChunk);
            if (TJet.Order > 0)
            {
                Complete(batch, batch.Gradient, cells, padded, written, perRow, RowNumber.LabelGradient, -T.One, hasNaN);
                ClearWeightless(batch, batch.Gradient, written, perRow);
            }

            if (TJet.Order > 1)
            {
                Complete(batch, batch.Hessian, curvatures, padded, written, perRow, RowNumber.LabelHessian, T.One, hasNaN);
                ClearWeightless(batch, batch.Hessian, written, perRow);
            }
        }

        return sum;
    }

    /// <summary>How many rows are taken at a time: whole lanes, at least one.</summary>
    private static int Capacity<TLane>(int columns) where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
    {
        int rows = Math.Min(PerRow<T>.Capacity, MostCells / columns);
        return Math.Max(1, rows / TLane.Count) * TLane.Count;
    }

    /// <summary>The next rows that are not ignored, padded with the last; what is ignored gets its zeros.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int Select(in Batch<T> batch, Span<int> rows, ref int next)
    {
        int count = 0;
        int row = next;
        int end = batch.Length;
        if (!batch.HasIgnored)
        {
            // By themselves, because asking would be noticed where there are few columns.
            for (; count < rows.Length && row < end; row++, count++)
            {
                rows[count] = row;
            }
        }

        for (; row < end && count < rows.Length; row++)
        {
            if (classes.IsIgnored(batch.Labels[row]))
            {
                Clear(batch, row);
            }
            else
            {
                rows[count++] = row;
            }
        }

        next = row;
        if (count > 0)
        {
            rows[count..].Fill(rows[count - 1]);
        }

        return count;
    }

    private static void Clear(in Batch<T> batch, int row)
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
    /// Writes the derivatives that the program has left elsewhere: transposed ones, the label's and the rival's, and
    /// NaN for rows whose loss is.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Complete(
        in Batch<T> batch,
        Span<T> derivatives,
        Span<T> cells,
        int stride,
        ReadOnlySpan<int> rows,
        in PerRow<T> perRow,
        RowNumber ofLabel,
        T signOfRivals,
        bool hasNaN)
    {
        int columns = batch.Columns;
        if (TProgram.WritesCells && !cells.IsEmpty)
        {
            Transposition<T>.ToRows(cells, stride, derivatives, columns, columns, rows);
        }

        // Ignored rows in between are 0 as well.
        if (!TProgram.WritesCells)
        {
            derivatives[(rows[0] * columns)..((rows[^1] + 1) * columns)].Clear();
        }

        ReadOnlySpan<int> labels = perRow.Columns;
        ReadOnlySpan<T> ofLabels = perRow.Of(ofLabel);
        for (int k = 0; k < rows.Length; k++)
        {
            int start = rows[k] * columns;
            if (TProgram.HasRivals)
            {
                derivatives[start + int.CreateTruncating(perRow.Of(RowNumber.Rival)[k])] = signOfRivals * ofLabels[k];
            }

            if (TProgram.HasLabelDerivatives)
            {
                derivatives[start + labels[k]] = ofLabels[k];
            }

            if (hasNaN && T.IsNaN(perRow.Of(RowNumber.Loss)[k]))
            {
                derivatives.Slice(start, columns).Fill(T.NaN);
            }
        }
    }

    /// <summary>
    /// Makes derivatives of rows without weight 0, whatever they hold: 0 · NaN and 0 · ∞ are not. Where each loss has a
    /// label, the weight of its class is a factor, too.
    /// </summary>
    private void ClearWeightless(
        in Batch<T> batch, Span<T> derivatives, ReadOnlySpan<int> rows, in PerRow<T> perRow)
    {
        bool hasClassWeights = TProgram.HasLabelDerivatives && !classes.Weights.IsEmpty;
        for (int k = 0; k < rows.Length && (hasClassWeights || !batch.Weights.IsEmpty); k++)
        {
            bool counts = perRow.Of(RowNumber.Weight)[k] != T.Zero
                && (!hasClassWeights || perRow.Of(RowNumber.LabelWeight)[k] != T.Zero);
            if (!counts)
            {
                derivatives.Slice(rows[k] * batch.Columns, batch.Columns).Clear();
            }
        }
    }
}
