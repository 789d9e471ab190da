using System.Numerics;

namespace LossKit.MathNet.Storage;

// Here, so that its Vector<T> goes before that of System.Numerics.
using global::MathNet.Numerics.LinearAlgebra;

/// <summary>Vectors and matrices that are lent as spans at the same time.</summary>
/// <param name="dimension">How long the rows of the loss are, if it says.</param>
internal sealed class Loans<T>(int? dimension) : IDisposable where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly List<MatrixEntries<T>> _matrices = [];
    private readonly List<VectorEntries<T>> _vectors = [];

    public Span<T> Add(MatrixEntries<T> entries)
    {
        _matrices.Add(entries);
        return entries.Span;
    }

    public Span<T> Add(VectorEntries<T> entries)
    {
        _vectors.Add(entries);
        return entries.Span;
    }

    /// <summary>Of what is written, none twice.</summary>
    public Span<T> AddApart(MatrixEntries<T> entries, string name)
    {
        bool isLent = _matrices.Exists(entries.IsSame);
        Span<T> span = Add(entries);
        return isLent ? throw Twice(name) : span;
    }

    /// <inheritdoc cref="AddApart(MatrixEntries{T}, string)"/>
    public Span<T> AddApart(VectorEntries<T> entries, string name)
    {
        bool isLent = _vectors.Exists(entries.IsSame);
        Span<T> span = Add(entries);
        return isLent ? throw Twice(name) : span;
    }

    /// <summary>The matrix, if its rows are those of the loss.</summary>
    public Matrix<T> Rows(Matrix<T> matrix, string name) => Fits(matrix, name, matrix?.ColumnCount, "columns");

    /// <summary>The matrix, if its columns are the rows of the loss.</summary>
    public Matrix<T> Columns(Matrix<T> matrix, string name) => Fits(matrix, name, matrix?.RowCount, "rows");

    public void WriteBack()
    {
        foreach (MatrixEntries<T> entries in _matrices)
        {
            entries.WriteBack();
        }

        foreach (VectorEntries<T> entries in _vectors)
        {
            entries.WriteBack();
        }
    }

    public void Dispose()
    {
        foreach (MatrixEntries<T> entries in _matrices)
        {
            entries.Dispose();
        }

        foreach (VectorEntries<T> entries in _vectors)
        {
            entries.Dispose();
        }

        // Whoever keeps this and disposes it once more returns nothing twice.
        _matrices.Clear();
        _vectors.Clear();
    }

    private static ArgumentException Twice(string name) =>
        new($"'{name}' receives another gradient already: each needs a place of its own.", name);

    private Matrix<T> Fits(Matrix<T> matrix, string name, int? length, string unit)
    {
        // Of no matrix at all the next step says so.
        if (length is int given && dimension is int expected && given != expected)
        {
            throw new ArgumentException(
                $"'{name}' is {matrix.RowCount}×{matrix.ColumnCount}: expected {expected} {unit}, as many as a row "
                + "of the loss has numbers.",
                name);
        }

        return matrix;
    }
}
