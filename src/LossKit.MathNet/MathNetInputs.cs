using System.Numerics;
using System.Runtime.CompilerServices;
using LossKit.MathNet.Storage;

namespace LossKit.MathNet;

// Here, so that its Vector<T> goes before that of System.Numerics.
using global::MathNet.Numerics.LinearAlgebra;

/// <summary>
/// Lends vectors and matrices of MathNet as the spans that a batch is made of, for the time of one call of
/// <see cref="BatchLossExtensions"/>.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class MathNetInputs<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly Loans<T> _loans;

    internal MathNetInputs(Loans<T> loans) => _loans = loans;

    /// <summary>A matrix whose rows are embeddings: row by row, as losses read them.</summary>
    /// <param name="matrix">Embeddings × dimension; copied.</param>
    /// <param name="name">What errors call it.</param>
    /// <exception cref="ArgumentException">The rows are of another length than those of the loss.</exception>
    public ReadOnlySpan<T> Rows(Matrix<T> matrix, [CallerArgumentExpression(nameof(matrix))] string name = "") =>
        _loans.Add(MatrixEntries<T>.Input(_loans.Rows(matrix, name), EntryOrder.RowMajor, name));

    /// <summary>A matrix whose columns are embeddings: as MathNet stores a dense one, without a copy.</summary>
    /// <param name="matrix">Dimension × embeddings.</param>
    /// <param name="name">What errors call it.</param>
    /// <exception cref="ArgumentException">The columns are of another length than the loss' rows.</exception>
    public ReadOnlySpan<T> Columns(Matrix<T> matrix, [CallerArgumentExpression(nameof(matrix))] string name = "") =>
        _loans.Add(MatrixEntries<T>.Input(_loans.Columns(matrix, name), EntryOrder.ColumnMajor, name));

    /// <summary>The entries of a vector; of a dense one without a copy.</summary>
    /// <param name="vector">Scores, times, targets or whatever else is one number each.</param>
    /// <param name="name">What errors call it.</param>
    public ReadOnlySpan<T> Entries(Vector<T> vector, [CallerArgumentExpression(nameof(vector))] string name = "") =>
        _loans.Add(VectorEntries<T>.Input(vector, name));
}
