using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.Statistics;
using Toolbox;

namespace RobustRegression;

/// <summary>The diabetes data, split and standardised.</summary>
internal static class Diabetes
{
    public static (Patients Train, Patients Test) LoadAndSplit(double testShare, int seed)
    {
        double[][] rows = Csv.Numbers("diabetes.csv");
        new Random(seed).Shuffle(rows);
        int testCount = (int)Math.Round(testShare * rows.Length);
        Patients test = Of(rows[..testCount]);
        Patients train = Of(rows[testCount..]);

        // Mean 0 and deviation 1 on the training patients; the test patients have no say in it.
        for (int j = 0; j < train.Features.ColumnCount; j++)
        {
            Vector<double> column = train.Features.Column(j);
            (double mean, double deviation) = (column.Mean(), column.PopulationStandardDeviation());
            train.Features.SetColumn(j, (column - mean) / deviation);
            test.Features.SetColumn(j, (test.Features.Column(j) - mean) / deviation);
        }

        return (train, test);
    }

    private static Patients Of(double[][] rows)
    {
        Matrix<double> all = Matrix<double>.Build.DenseOfRowArrays(rows);
        int target = all.ColumnCount - 1;
        return new(all.RemoveColumn(target), all.Column(target));
    }
}
