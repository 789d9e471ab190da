using System.Runtime.InteropServices;

namespace LossKit.Internals.Embedding;

/// <summary>A matrix in memory, row by row or, with its strides exchanged, column by column.</summary>
internal readonly ref struct Matrix<T>
{
    /// <param name="numbers">Row by row.</param>
    /// <param name="rows">How many rows there are.</param>
    /// <param name="columns">How many numbers a row has.</param>
    /// <param name="pitch">How far rows are apart, if farther than that.</param>
    public Matrix(ReadOnlySpan<T> numbers, int rows, int columns, int pitch = 0)
    {
        Numbers = numbers;
        Rows = rows;
        Columns = columns;
        RowStride = Math.Max(pitch, columns);
        ColumnStride = 1;
    }

    public ReadOnlySpan<T> Numbers { get; private init; }

    public int Rows { get; private init; }

    public int Columns { get; private init; }

    public int RowStride { get; private init; }

    public int ColumnStride { get; private init; }

    /// <summary>Some of the rows.</summary>
    public Matrix<T> Part(int first, int count) => this with
    {
        Numbers = Numbers[(first * RowStride)..],
        Rows = count,
    };

    public Matrix<T> Transposed => this with
    {
        Rows = Columns,
        Columns = Rows,
        RowStride = ColumnStride,
        ColumnStride = RowStride,
    };
}

/// <summary>Products of matrices in blocks that stay in L1, by lanes that lie along the rows of the result.</summary>
/// <remarks>
/// The right matrix is packed, some columns of some rows at a time; a tile of the result, four rows of three lanes, then
/// takes one number of each of four left rows and three lanes of the packed block at every step.
/// </remarks>
internal static class MatrixProduct<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int TileRows = 4;
    private const int TileLanes = 3;

    /// <summary>Columns that are whole tiles of any lane.</summary>
    private const int Panel = 48;

    /// <summary>About how many operations take as long as a number of a pointwise loss.</summary>
    private const int OperationsAtOnce = 16;

    /// <summary>The terms of a sum that are added up at a time: as many as let a packed block stay in L1.</summary>
    private const int Depth = 128;

    /// <summary>
    /// result[i, j] = Σ_k of left[i, k] and right[j, k]: all rows of one matrix by all of the other. If they are the
    /// same, only one half is computed, and mirrored.
    /// </summary>
    public static void RowsByRows<TProduct>(
        ReadOnlySpan<T> left, ReadOnlySpan<T> right, int dimension, Span<T> result, int degree = 1)
        where TProduct : struct, IProduct
    {
        Matrix<T> rows = new(left, left.Length / dimension, dimension);
        Matrix<T> columns = new Matrix<T>(right, right.Length / dimension, dimension).Transposed;
        Run<TProduct>(rows, columns, default, result, new(IsSymmetric: left == right, Adds: false), degree);
    }

    /// <summary>result[i, j] += Σ_k left[i, k]·right[k, j].</summary>
    public static void MultiplyAdd(
        Matrix<T> left, ReadOnlySpan<T> right, int dimension, Span<T> result, int degree = 1) =>
        Run<Dot>(
            left, new(right, left.Columns, dimension), default, result, new(IsSymmetric: false, Adds: true), degree);

    /// <summary>result[i, j] += Σ_k forces[i, k]·(rows[i, j] − others[k, j]).</summary>
    public static void Pull(
        Matrix<T> forces,
        ReadOnlySpan<T> rows,
        ReadOnlySpan<T> others,
        int dimension,
        Span<T> result,
        int degree = 1) =>
        Run<Pull>(
            forces, new(others, forces.Columns, dimension), rows, result, new(IsSymmetric: false, Adds: true), degree);

    /// <summary>
    /// Every number of the result is made by itself, so that it does not matter which thread makes it.
    /// </summary>
    private static void Run<TProduct>(
        Matrix<T> left, Matrix<T> right, ReadOnlySpan<T> own, Span<T> result, Manner manner, int degree)
        where TProduct : struct, IProduct
    {
        long lanes = (long)left.Rows * left.Columns * right.Columns / OperationsAtOnce;
        int parts = (int)Math.Min(degree, lanes / Segments.LeastNumbers);
        if (parts < 2)
        {
            Run<TProduct>(left, right, own, result, manner, 0, right.Columns);
            return;
        }

        // Panels of a symmetric matrix take longer the later they come; the threads share them out.
        int whole = manner.IsSymmetric ? right.Columns : left.Rows;
        int unit = manner.IsSymmetric ? Panel : ((whole + parts - 1) / parts + TileRows - 1) / TileRows * TileRows;
        Work<TProduct> work = new()
        {
            Left = left,
            Right = right,
            Own = own,
            Result = result,
            Manner = manner,
            Unit = unit,
        };
        _ = Segments.Run(work, (whole + unit - 1) / unit, Segments.LeastNumbers, degree);
    }

    private static void Run<TProduct>(
        Matrix<T> left,
        Matrix<T> right,
        ReadOnlySpan<T> own,
        Span<T> result,
        Manner manner,
        int firstColumn,
        int endColumn)
        where TProduct : struct, IProduct
    {
        switch (LaneWidths.Best)
        {
            case LaneWidth.Vector512:
                Run<Vector512Lane<T>, TProduct>(left, right, own, result, manner, firstColumn, endColumn);
                break;
            case LaneWidth.Vector:
                Run<VectorLane<T>, TProduct>(left, right, own, result, manner, firstColumn, endColumn);
                break;
            default:
                Run<ScalarLane<T>, TProduct>(left, right, own, result, manner, firstColumn, endColumn);
                break;
        }
    }

    [SkipLocalsInit]
    private static void Run<TLane, TProduct>(
        Matrix<T> left,
        Matrix<T> right,
        ReadOnlySpan<T> own,
        Span<T> result,
        Manner manner,
        int firstColumn,
        int endColumn)
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TProduct : struct, IProduct
    {
        int width = TileLanes * TLane.Count;
        int columns = right.Columns;
        Span<T> panel = stackalloc T[Depth * width];
        Span<T> tile = stackalloc T[TileRows * width];
        Span<T> ownTile = stackalloc T[TileRows * width];
        Span<int> indices = stackalloc int[width];
        panel.Clear();
        ownTile.Clear();

        for (int column = firstColumn; column < endColumn; column += width)
        {
            int panelColumns = Math.Min(width, columns - column);
            for (int k = 0; k < left.Columns; k += Depth)
            {
                int depth = Math.Min(Depth, left.Columns - k);
                Pack(right, k, depth, column, panelColumns, panel, width, indices);
                int rows = manner.IsSymmetric ? Math.Min(left.Rows, column + width) : left.Rows;
                for (int row = 0; row < rows; row += TileRows)
                {
                    int tileRows = Math.Min(TileRows, left.Rows - row);
                    for (int r = 0; r < tileRows && !own.IsEmpty; r++)
                    {
                        own.Slice((row + r) * columns + column, panelColumns).CopyTo(ownTile[(r * width)..]);
                    }

                    Tile<TLane, TProduct>(left, row, tileRows, k, depth, panel, ownTile, tile);
                    for (int r = 0; r < tileRows; r++)
                    {
                        Span<T> target = result.Slice((row + r) * columns + column, panelColumns);
                        Span<T> source = tile.Slice(r * width, panelColumns);
                        if (k == 0 && !manner.Adds)
                        {
                            source.CopyTo(target);
                        }
                        else
                        {
                            Spans.Add(target, source);
                        }
                    }
                }
            }

            // What lies below the rows just completed is what lies right of them, transposed.
            if (manner.IsSymmetric && column > 0)
            {
                Span<int> mirrored = Indices(indices[..panelColumns], column);
                Transposition<T>.ToRows(result[column..], columns, result, columns, column, mirrored);
            }
        }
    }

    /// <summary>panel[k·width + j] = right[first + k, column + j].</summary>
    private static void Pack(
        Matrix<T> right, int first, int depth, int column, int columns, Span<T> panel, int width, Span<int> indices)
    {
        if (right.ColumnStride == 1)
        {
            for (int k = 0; k < depth; k++)
            {
                right.Numbers.Slice((first + k) * right.RowStride + column, columns).CopyTo(panel[(k * width)..]);
            }
        }
        else
        {
            Transposition<T>.ToColumns(
                right.Numbers[first..], right.ColumnStride, depth, Indices(indices[..columns], column), panel, width);
        }
    }

    private static Span<int> Indices(Span<int> indices, int start)
    {
        for (int i = 0; i < indices.Length; i++)
        {
            indices[i] = start + i;
        }

        return indices;
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Tile<TLane, TProduct>(
        in Matrix<T> left,
        int row,
        int rows,
        int first,
        int depth,
        ReadOnlySpan<T> panel,
        ReadOnlySpan<T> own,
        Span<T> tile)
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TProduct : struct, IProduct
    {
        // Rows that are not there repeat the last one; nobody reads what comes of them.
        nint step = left.ColumnStride;
        ref T start = ref Unsafe.Add(
            ref MemoryMarshal.GetReference(left.Numbers), ((nint)row * left.RowStride) + (first * step));
        ref T row0 = ref start;
        ref T row1 = ref Unsafe.Add(ref start, (nint)Math.Min(1, rows - 1) * left.RowStride);
        ref T row2 = ref Unsafe.Add(ref start, (nint)Math.Min(2, rows - 1) * left.RowStride);
        ref T row3 = ref Unsafe.Add(ref start, (nint)Math.Min(3, rows - 1) * left.RowStride);
        ref T packed = ref MemoryMarshal.GetReference(panel);
        ref T result = ref MemoryMarshal.GetReference(tile);
        ref T self = ref MemoryMarshal.GetReference(own);
        nuint lane = (nuint)TLane.Count;
        nuint width = TileLanes * lane;

        TLane own00 = TLane.Load(in self, 0);
        TLane own01 = TLane.Load(in self, lane);
        TLane own02 = TLane.Load(in self, 2 * lane);
        TLane own10 = TLane.Load(in self, width);
        TLane own11 = TLane.Load(in self, width + lane);
        TLane own12 = TLane.Load(in self, width + 2 * lane);
        TLane own20 = TLane.Load(in self, 2 * width);
        TLane own21 = TLane.Load(in self, 2 * width + lane);
        TLane own22 = TLane.Load(in self, 2 * width + 2 * lane);
        TLane own30 = TLane.Load(in self, 3 * width);
        TLane own31 = TLane.Load(in self, 3 * width + lane);
        TLane own32 = TLane.Load(in self, 3 * width + 2 * lane);
        TLane sum00 = default;
        TLane sum01 = default;
        TLane sum02 = default;
        TLane sum10 = default;
        TLane sum11 = default;
        TLane sum12 = default;
        TLane sum20 = default;
        TLane sum21 = default;
        TLane sum22 = default;
        TLane sum30 = default;
        TLane sum31 = default;
        TLane sum32 = default;
        nuint at = 0;
        nuint k = 0;
        for (int remaining = depth; remaining > 0; remaining--)
        {
            TLane b0 = TLane.Load(in packed, at);
            TLane b1 = TLane.Load(in packed, at + lane);
            TLane b2 = TLane.Load(in packed, at + 2 * lane);
            TLane a = TLane.Broadcast(in row0, k);
            sum00 = TProduct.Add(sum00, a, b0, own00);
            sum01 = TProduct.Add(sum01, a, b1, own01);
            sum02 = TProduct.Add(sum02, a, b2, own02);
            a = TLane.Broadcast(in row1, k);
            sum10 = TProduct.Add(sum10, a, b0, own10);
            sum11 = TProduct.Add(sum11, a, b1, own11);
            sum12 = TProduct.Add(sum12, a, b2, own12);
            a = TLane.Broadcast(in row2, k);
            sum20 = TProduct.Add(sum20, a, b0, own20);
            sum21 = TProduct.Add(sum21, a, b1, own21);
            sum22 = TProduct.Add(sum22, a, b2, own22);
            a = TLane.Broadcast(in row3, k);
            sum30 = TProduct.Add(sum30, a, b0, own30);
            sum31 = TProduct.Add(sum31, a, b1, own31);
            sum32 = TProduct.Add(sum32, a, b2, own32);
            at += width;
            k += (nuint)step;
        }

        TLane.Store(sum00, ref result, 0);
        TLane.Store(sum01, ref result, lane);
        TLane.Store(sum02, ref result, 2 * lane);
        TLane.Store(sum10, ref result, width);
        TLane.Store(sum11, ref result, width + lane);
        TLane.Store(sum12, ref result, width + 2 * lane);
        TLane.Store(sum20, ref result, 2 * width);
        TLane.Store(sum21, ref result, 2 * width + lane);
        TLane.Store(sum22, ref result, 2 * width + 2 * lane);
        TLane.Store(sum30, ref result, 3 * width);
        TLane.Store(sum31, ref result, 3 * width + lane);
        TLane.Store(sum32, ref result, 3 * width + 2 * lane);
    }

    /// <summary>How a product is made.</summary>
    /// <param name="IsSymmetric">Whether one half is that of the other.</param>
    /// <param name="Adds">Whether it is added to what stands in the result.</param>
    private readonly record struct Manner(bool IsSymmetric, bool Adds);

    /// <summary>Some columns of a symmetric product, or some rows of another, on any thread.</summary>
    private readonly ref struct Work<TProduct> : ISegmentWork where TProduct : struct, IProduct
    {
        public required Matrix<T> Left { get; init; }

        public required Matrix<T> Right { get; init; }

        public required ReadOnlySpan<T> Own { get; init; }

        public required Span<T> Result { get; init; }

        public required Manner Manner { get; init; }

        /// <summary>How many rows or columns are a part.</summary>
        public required int Unit { get; init; }

        public CompensatedSum Run(int start, int length)
        {
            int first = start * Unit;
            int end = Math.Min(Manner.IsSymmetric ? Right.Columns : Left.Rows, first + length * Unit);
            if (Manner.IsSymmetric)
            {
                MatrixProduct<T>.Run<TProduct>(Left, Right, Own, Result, Manner, first, end);
                return default;
            }

            Range part = (first * Right.Columns)..(end * Right.Columns);
            MatrixProduct<T>.Run<TProduct>(
                Left.Part(first, end - first),
                Right,
                Rows.IfAny(Own, part),
                Result[part],
                Manner,
                0,
                Right.Columns);
            return default;
        }
    }
}
