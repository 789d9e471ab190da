using System.Numerics;
using System.Runtime.CompilerServices;
using LossKit.MathNet.Storage;

namespace LossKit.MathNet;

// Here, so that its Vector<T> goes before that of System.Numerics.
using global::MathNet.Numerics.LinearAlgebra;

/// <summary>
/// Takes what a call of <see cref="BatchLossExtensions"/> writes back to vectors and matrices of MathNet, once it has
/// succeeded.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class MathNetOutputs<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly Loans<T> _loans;

    internal MathNetOutputs(Loans<T> loans) => _loans = loans;

    /// <summary>A matrix that receives the gradient of one whose rows are embeddings.</summary>
    /// <param name="matrix">Embeddings × dimension.</param>
    /// <param name="name">What errors call it.</param>
    /// <exception cref="ArgumentException">
    /// The rows are of another length than those of the loss, not all entries can be set, or it receives another
    /// gradient already.
    /// </exception>
    public Span<T> Rows(Matrix<T> matrix, [CallerArgumentExpression(nameof(matrix))] string name = "") =>
        _loans.AddApart(MatrixEntries<T>.Output(_loans.Rows(matrix, name), EntryOrder.RowMajor, name), name);

    /// <summary>A matrix that receives the gradient of one whose columns are embeddings.</summary>
    /// <param name="matrix">Dimension × embeddings.</param>
    /// <param name="name">What errors call it.</param>
    /// <inheritdoc cref="Rows"/>
    public Span<T> Columns(Matrix<T> matrix, [CallerArgumentExpression(nameof(matrix))] string name = "") =>
        _loans.AddApart(MatrixEntries<T>.Output(_loans.Columns(matrix, name), EntryOrder.ColumnMajor, name), name);

    /// <summary>A vector that receives the gradient of one.</summary>
    /// <param name="vector">As long as the one that the gradient is of.</param>
    /// <param name="name">What errors call it.</param>
    /// <exception cref="ArgumentException">It receives another gradient already.</exception>
    public Span<T> Entries(Vector<T> vector, [CallerArgumentExpression(nameof(vector))] string name = "") =>
        _loans.AddApart(VectorEntries<T>.Output(vector, name), name);
}
