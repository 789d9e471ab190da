using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Double;

namespace LossKit.MathNet.Objectives;

/// <summary>What one evaluation needs besides its results, of the size of the data set.</summary>
internal sealed class Workspace(Matrix<double> design, int outputs, int others)
{
    private readonly Lazy<Columns> _curvature = new(() => new(design.RowCount, 1));
    private readonly Lazy<Matrix<double>> _scaledDesign = new(() => Matrix<double>.Build.SameAs(design));

    public Columns Coefficients { get; } = new(design.ColumnCount, outputs);

    public Columns Scores { get; } = new(design.RowCount, outputs);

    public Columns Gradient { get; } = new(design.ColumnCount, outputs);

    /// <summary>What is learnt besides the coefficients.</summary>
    public double[] Others { get; } = new double[others];

    /// <summary>D, the second derivative with respect to each score.</summary>
    public Columns Curvature => _curvature.Value;

    /// <summary>Sets <paramref name="result"/> to XᵀDX.</summary>
    /// <param name="counted">X, or X without rows of which D is 0.</param>
    /// <param name="result">The product.</param>
    public void SetWeightedGram(Matrix<double> counted, Matrix<double> result)
    {
        Matrix<double> scaled = _scaledDesign.Value;
        new DiagonalMatrix(design.RowCount, design.RowCount, Curvature.Vector.Values).Multiply(counted, scaled);
        counted.TransposeThisAndMultiply(scaled, result);
    }
}
