using System.Text.Json;
using MathNet.Numerics.LinearAlgebra;

namespace LossKit.MathNet.Tests.Support;

/// <summary>A model that scikit-learn fitted.</summary>
internal sealed class SklearnFit
{
    private static readonly JsonElement s_all = JsonDocument.Parse(
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Reference", "sklearn_reference.json"))).RootElement;

    private readonly JsonElement _model;

    private SklearnFit(JsonElement model) => _model = model;

    /// <summary>A named parameter of the model.</summary>
    public double this[string name] => _model.GetProperty(name).GetDouble();

    public static SklearnFit Of(string name) => new(s_all.GetProperty(name));

    /// <summary>
    /// The largest difference of a coefficient, relative to the largest of them; the same of the intercepts.
    /// </summary>
    public double Distance(Vector<double> parameters)
    {
        double[] intercepts = Numbers("intercept");
        Matrix<double> expected = Matrix<double>.Build.DenseOfRowMajor(
            intercepts.Length, parameters.Count / intercepts.Length - 1, Numbers("coefficients"));
        Matrix<double> actual = Matrix<double>.Build.DenseOfColumnMajor(
            expected.ColumnCount + 1, intercepts.Length, parameters).Transpose();
        Vector<double> expectedIntercepts = Vector<double>.Build.DenseOfArray(intercepts);
        Matrix<double> actualCoefficients = actual.SubMatrix(0, actual.RowCount, 0, expected.ColumnCount);
        double coefficients = Largest(actualCoefficients - expected) / Largest(expected);
        double intercept =
            (actual.Column(expected.ColumnCount) - expectedIntercepts).AbsoluteMaximum()
            / expectedIntercepts.AbsoluteMaximum();
        return Math.Max(coefficients, intercept);
    }

    private static double Largest(Matrix<double> matrix) => matrix.Enumerate().Max(Math.Abs);

    private double[] Numbers(string name) => [.. Flat(_model.GetProperty(name))];

    private static IEnumerable<double> Flat(JsonElement element) => element.ValueKind == JsonValueKind.Array
        ? element.EnumerateArray().SelectMany(Flat)
        : [element.GetDouble()];
}
