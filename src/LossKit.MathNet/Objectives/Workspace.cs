using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Double;

namespace LossKit.MathNet.Objectives;

/// <summary>What one evaluation needs besides its results, of the size of the data set.</summary>
internal sealed class Workspace(Matrix<double> design, int outputs, int others)
{
    private readonly Lazy<double[]> _curvature = new(() => new double[design.RowCount]);
    private readonly Lazy<Matrix<double>> _scaledDesign = new(() => Matrix<double>.Build.SameAs(design));

    public Columns Coefficients { get; } = new(design.ColumnCount, outputs);

    public Columns Scores { get; } = new(design.RowCount, outputs);

    public Columns Gradient { get; } = new(design.ColumnCount, outputs);

    /// <summary>What is learnt besides the coefficients.</summary>
    public double[] Others { get; } = new double[others];

    /// <summary>D, the second derivative with respect to each score.</summary>
    public double[] Curvature => _curvature.Value;

    /// <summary>Sets <paramref name="result"/> to XᵀDX.</summary>
    public void SetWeightedGram(Matrix<double> result)
    {
        Matrix<double> scaled = _scaledDesign.Value;
        new DiagonalMatrix(design.RowCount, design.RowCount, Curvature).Multiply(design, scaled);
        design.TransposeThisAndMultiply(scaled, result);
    }
}
