using System.Globalization;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.Statistics;

namespace LossKit.MathNet.Tests.Support;

/// <summary>Standardised features and the targets beside them.</summary>
internal sealed record DataSet(Matrix<double> Features, Vector<double> Targets)
{
    public static DataSet Diabetes { get; } = Load("diabetes");

    public static DataSet BreastCancer { get; } = Load("breast_cancer");

    public static DataSet Wine { get; } = Load("wine");

    public int Count => Targets.Count;

    public int[] Labels => [.. Targets.Select(target => (int)target)];

    /// <summary>1, 2, 3, 1, 2, 3 …, as the reference has them.</summary>
    public Vector<double> Weights => Vector<double>.Build.Dense(Count, i => 1 + i % 3);

    private static DataSet Load(string name)
    {
        Matrix<double> all = Matrix<double>.Build.DenseOfRows(
            File.ReadLines(Path.Combine(AppContext.BaseDirectory, "data", $"{name}.csv")).Skip(1).Select(Numbers));
        Matrix<double> features = all.SubMatrix(0, all.RowCount, 0, all.ColumnCount - 1);
        foreach ((int index, Vector<double> column) in features.EnumerateColumnsIndexed().ToArray())
        {
            features.SetColumn(index, (column - column.Mean()) / column.PopulationStandardDeviation());
        }

        return new(features, all.Column(all.ColumnCount - 1));
    }

    private static IEnumerable<double> Numbers(string line) =>
        line.Split(',').Select(field => double.Parse(field, CultureInfo.InvariantCulture));
}
