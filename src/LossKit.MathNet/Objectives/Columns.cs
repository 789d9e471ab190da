using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Double;

namespace LossKit.MathNet.Objectives;

/// <summary>One array, seen as a matrix and as the vector of its columns one after the other.</summary>
internal sealed class Columns
{
    public Columns(int rows, int columns)
    {
        double[] values = new double[checked(rows * columns)];
        Vector = new DenseVector(values);
        Matrix = new DenseMatrix(rows, columns, values);
    }

    public DenseVector Vector { get; }

    public DenseMatrix Matrix { get; }

    /// <summary>Sets this to <paramref name="left"/> · <paramref name="right"/>.</summary>
    public void SetProduct(Matrix<double> left, Columns right)
    {
        // Of a single column, sparse matrices make much faster products as a vector.
        if (Matrix.ColumnCount == 1)
        {
            left.Multiply(right.Vector, Vector);
        }
        else
        {
            left.Multiply(right.Matrix, Matrix);
        }
    }

    /// <summary>Sets this to <paramref name="left"/>ᵀ · <paramref name="right"/>.</summary>
    public void SetTransposedProduct(Matrix<double> left, Columns right)
    {
        // A sparse matrix adds this product to what there is.
        Vector.Clear();
        if (Matrix.ColumnCount == 1)
        {
            left.TransposeThisAndMultiply(right.Vector, Vector);
        }
        else
        {
            left.TransposeThisAndMultiply(right.Matrix, Matrix);
        }
    }
}
