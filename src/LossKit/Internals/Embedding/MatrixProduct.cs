using System.Runtime.InteropServices;

namespace LossKit.Internals.Embedding;

/// <summary>Products of matrices in blocks that stay in L1, by lanes that lie along the rows of the result.</summary>
/// <remarks>
/// Some rows of the left matrix are packed so that they stay in L2, and some columns of the right one, as many as stay
/// in L1; tiles of the result then run along both.
/// </remarks>
internal static unsafe class MatrixProduct<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Columns that are whole tiles of any lane.</summary>
    private const int Panel = 48;

    /// <summary>About how many operations take as long as a number of a pointwise loss.</summary>
    private const int OperationsAtOnce = 16;

    /// <summary>The terms of a sum that are added up at a time.</summary>
    private const int Depth = 256;

    /// <summary>How many rows of the left matrix are packed at a time: half of an L2.</summary>
    private const int MostRows = 512;

    /// <summary>The numbers of a line of the cache.</summary>
    private static int LineLength => 64 / sizeof(T);

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
        bool byColumns = manner.IsSymmetric || right.Columns > left.Rows;
        int whole = byColumns ? right.Columns : left.Rows;
        int tiles = byColumns ? Panel : MatrixTile.MostRows;
        int unit = manner.IsSymmetric ? Panel : ((whole + parts - 1) / parts + tiles - 1) / tiles * tiles;
        Work<TProduct> work = new()
        {
            Left = left,
            Right = right,
            Own = own,
            Result = result,
            Manner = manner,
            IsByColumns = byColumns,
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
        int width = MatrixTile<T, TLane>.Lanes * TLane.Count;
        int tileRows = MatrixTile<T, TLane>.Rows<TProduct>();
        int columns = right.Columns;
        Span<T> panel = Aligned(stackalloc T[Depth * width + LineLength]);
        Span<int> indices = stackalloc int[width];
        panel.Clear();
        int packedRows = (Math.Min(MostRows, left.Rows) + tileRows - 1) / tileRows * tileRows;
        using Rented<T> packed = new(packedRows * Math.Min(Depth, left.Columns));
        for (int firstRow = 0; firstRow < left.Rows; firstRow += MostRows)
        {
            int rows = Math.Min(MostRows, left.Rows - firstRow);
            for (int k = 0; k < left.Columns; k += Depth)
            {
                int depth = Math.Min(Depth, left.Columns - k);
                PackRows(left.Part(firstRow, rows), k, depth, tileRows, packed.Span);
                for (int column = firstColumn; column < endColumn; column += width)
                {
                    int needed = manner.IsSymmetric ? Math.Min(rows, column + width - firstRow) : rows;
                    if (needed <= 0)
                    {
                        continue;
                    }

                    int panelColumns = Math.Min(width, columns - column);
                    PackColumns(right, k, depth, column, panelColumns, panel, width, indices);
                    MatrixTile<T, TLane>.Run<TProduct>(new()
                    {
                        Left = packed.Span,
                        Right = panel,
                        Own = own.IsEmpty ? own : own[(firstRow * columns + column)..],
                        Result = result[(firstRow * columns + column)..],
                        Pitch = columns,
                        Rows = needed,
                        Columns = panelColumns,
                        Depth = depth,
                        Adds = manner.Adds || k > 0,
                    });
                }
            }
        }

        // What lies below the rows is what lies right of them, transposed.
        for (int column = Math.Max(width, firstColumn); column < endColumn && manner.IsSymmetric; column += width)
        {
            Span<int> mirrored = Indices(indices[..Math.Min(width, columns - column)], column);
            Transposition<T>.ToRows(result[column..], columns, result, columns, column, mirrored);
        }
    }

    /// <summary>Begins at a line of the cache; what is on the stack stays there.</summary>
    private static Span<T> Aligned(Span<T> memory)
    {
        nuint address = (nuint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(memory));
        int skipped = (int)((0 - address) % (nuint)(LineLength * sizeof(T))) / sizeof(T);
        return memory[skipped..(memory.Length - LineLength + skipped)];
    }

    /// <summary>
    /// packed[(r·depth + k)·tileRows + i] = left[r·tileRows + i, first + k], tile by tile of rows. Rows that are not
    /// there repeat others; nobody reads what comes of them.
    /// </summary>
    private static void PackRows(Matrix<T> left, int first, int depth, int tileRows, Span<T> packed)
    {
        Span<int> rows = stackalloc int[MatrixTile.MostRows];
        for (int row = 0; row < left.Rows; row += tileRows)
        {
            Span<T> tile = packed.Slice(row * depth, tileRows * depth);
            if (left.ColumnStride == 1)
            {
                for (int r = 0; r < tileRows; r++)
                {
                    rows[r] = Math.Min(row + r, left.Rows - 1);
                }

                Transposition<T>.ToColumns(
                    left.Numbers[first..], left.RowStride, depth, rows[..tileRows], tile, tileRows);
            }
            else
            {
                PackTile(left.Numbers[(first * left.ColumnStride + row)..], left.ColumnStride, tile, tileRows);
            }
        }
    }

    /// <summary>tile[k·tileRows + i] = columns[k·pitch + i].</summary>
    private static void PackTile(ReadOnlySpan<T> columns, int pitch, Span<T> tile, int tileRows)
    {
        ref T source = ref MemoryMarshal.GetReference(columns);
        ref T destination = ref MemoryMarshal.GetReference(tile);
        int last = Math.Min(tile.Length, (int)Math.Min(int.MaxValue, (columns.Length / (long)pitch) * tileRows));
        int at = 0;
        for (nint from = 0; at + MatrixTile.MostRows <= last; at += tileRows, from += pitch)
        {
            // Too many for small tiles: the next are written over them.
            Unsafe.CopyBlockUnaligned(
                ref Unsafe.As<T, byte>(ref Unsafe.Add(ref destination, at)),
                ref Unsafe.As<T, byte>(ref Unsafe.Add(ref source, from)),
                (uint)(MatrixTile.MostRows * sizeof(T)));
        }

        for (; at < tile.Length; at += tileRows)
        {
            ReadOnlySpan<T> left = columns[(at / tileRows * pitch)..];
            left[..Math.Min(tileRows, left.Length)].CopyTo(tile[at..]);
        }
    }

    /// <summary>panel[k·width + j] = right[first + k, column + j].</summary>
    private static void PackColumns(
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

    /// <summary>How a product is made.</summary>
    /// <param name="IsSymmetric">Whether one half is that of the other.</param>
    /// <param name="Adds">Whether it is added to what stands in the result.</param>
    private readonly record struct Manner(bool IsSymmetric, bool Adds);

    /// <summary>Some rows or columns of a product, on any thread.</summary>
    private readonly ref struct Work<TProduct> : ISegmentWork where TProduct : struct, IProduct
    {
        public required Matrix<T> Left { get; init; }

        public required Matrix<T> Right { get; init; }

        public required ReadOnlySpan<T> Own { get; init; }

        public required Span<T> Result { get; init; }

        public required Manner Manner { get; init; }

        /// <summary>Whether parts are columns, or else rows.</summary>
        public required bool IsByColumns { get; init; }

        /// <summary>How many of them are a part.</summary>
        public required int Unit { get; init; }

        public CompensatedSum Run(int start, int length)
        {
            int first = start * Unit;
            int end = Math.Min(IsByColumns ? Right.Columns : Left.Rows, first + length * Unit);
            if (IsByColumns)
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
