using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace LossKit.MathNet.Storage;

// Here, so that its Vector<T> goes before that of System.Numerics.
using global::MathNet.Numerics.LinearAlgebra;

/// <summary>
/// The entries of a matrix in some order: the array of a dense one itself if that is its order, else a copy in rented
/// memory.
/// </summary>
internal readonly struct MatrixEntries<T> : IDisposable where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly Matrix<T>? _matrix;
    private readonly EntryOrder _order;
    private readonly T[]? _columnMajor;
    private readonly T[]? _rented;

    private MatrixEntries(Matrix<T> matrix, EntryOrder order)
    {
        int length = matrix.RowCount * matrix.ColumnCount;
        _matrix = matrix;
        _order = order;
        _columnMajor = matrix.AsColumnMajorArray();
        bool isBorrowed = _columnMajor is not null && order == EntryOrder.ColumnMajor;
        _rented = isBorrowed ? null : ArrayPool<T>.Shared.Rent(length);
    }

    public Span<T> Span => _matrix is null
        ? default
        : (_rented ?? _columnMajor).AsSpan(0, _matrix.RowCount * _matrix.ColumnCount);

    /// <summary>Of a matrix that is read.</summary>
    public static MatrixEntries<T> Input(
        Matrix<T> matrix, EntryOrder order, [CallerArgumentExpression(nameof(matrix))] string name = "")
    {
        ArgumentNullException.ThrowIfNull(matrix, name);
        MatrixEntries<T> entries = new(matrix, order);
        entries.CopyIn();
        return entries;
    }

    /// <summary>Of a matrix that is read if there is one.</summary>
    public static MatrixEntries<T> OptionalInput(Matrix<T>? matrix, EntryOrder order) =>
        matrix is null ? default : Input(matrix, order);

    /// <summary>Of a matrix that is only written, by <see cref="WriteBack"/> in the end.</summary>
    public static MatrixEntries<T> Output(
        Matrix<T> matrix, EntryOrder order, [CallerArgumentExpression(nameof(matrix))] string name = "")
    {
        ArgumentNullException.ThrowIfNull(matrix, name);
        return matrix.Storage.IsFullyMutable
            ? new(matrix, order)
            : throw new ArgumentException(
                $"'{name}' is a {matrix.GetType().Name}: expected a matrix whose entries can all be set.", name);
    }

    /// <summary>Whether both are of one matrix, or of two on one array.</summary>
    public bool IsSame(MatrixEntries<T> other) => Shapes.AreSame(_matrix!, other._matrix!);

    public void WriteBack()
    {
        if (_rented is null)
        {
            return;
        }

        if (_columnMajor is not null)
        {
            Transposition.Transpose(Span, _columnMajor, _matrix!.RowCount, _matrix.ColumnCount);
        }
        else
        {
            SetAll(_matrix!, _order, _rented);
        }
    }

    public void Dispose()
    {
        if (_rented is not null)
        {
            ArrayPool<T>.Shared.Return(_rented);
        }
    }

    // In one go: entry by entry, a sparse matrix would be built up again and again.
    private static void SetAll(Matrix<T> matrix, EntryOrder order, T[] entries) =>
        matrix.MapIndexedInplace((row, column, _) => entries[Index(matrix, order, row, column)], Zeros.Include);

    private static int Index(Matrix<T> matrix, EntryOrder order, int row, int column) =>
        order == EntryOrder.RowMajor ? row * matrix.ColumnCount + column : column * matrix.RowCount + row;

    private void CopyIn()
    {
        Matrix<T> matrix = _matrix!;
        Span<T> entries = Span;
        if (_rented is null)
        {
            return;
        }

        if (_columnMajor is not null)
        {
            Transposition.Transpose(_columnMajor, entries, matrix.ColumnCount, matrix.RowCount);
            return;
        }

        for (int row = 0; row < matrix.RowCount; row++)
        {
            for (int column = 0; column < matrix.ColumnCount; column++)
            {
                entries[Index(matrix, _order, row, column)] = matrix.At(row, column);
            }
        }
    }
}
