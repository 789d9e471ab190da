using LossKit.Tests.Support;

namespace LossKit.Tests;

/// <summary>Derivatives of losses over rows against finite differences, in double.</summary>
public sealed class RowGradientTests
{
    private const int Rows = 6;

    public static TheoryData<string> Losses => RowLossCatalogue.Names;

    [Theory, MemberData(nameof(Losses))]
    public void Every_loss_over_rows_has_the_derivatives_of_its_values(string name)
    {
        RowLossInstance instance = RowLossCatalogue.Get(name);
        foreach (int columns in instance.IsKinked ? [2, 3, 6] : new[] { 2, 5, 130 })
        {
            AnyRowLoss<double> loss = instance.Loss<double>(columns);
            RowData<double> data = SmoothPoints(instance, columns);
            double[] gradient = new double[data.Predictions.Length];
            double[] hessian = new double[data.Predictions.Length];
            Cost cost = loss.Hessian(data.Predictions, data.Targets, gradient, hessian, data.Weights);
            double[] slopes = Differences(data, shifted => Losses(loss, shifted));
            double[] curvatures = Differences(data, shifted => DiagonalGradient(loss, shifted));
            for (int i = 0; i < gradient.Length; i++)
            {
                double factor = data.Weights[i / columns] / cost.Weight;
                string where = $"{i / columns}, {i % columns} of {columns} columns";
                gradient[i].Should().BeApproximately(
                    factor * slopes[i], 1e-8 * (factor + Math.Abs(gradient[i])), $"gradient {where}");
                hessian[i].Should().BeApproximately(
                    factor * curvatures[i], 1e-8 * (factor + Math.Abs(hessian[i])), $"Hessian {where}");
            }
        }

        double[] Losses(AnyRowLoss<double> loss, RowData<double> data)
        {
            double[] losses = new double[data.Rows];
            loss.PerExample(data.Predictions, data.Targets, losses);
            return losses;
        }

        // Row i is there for the derivative with respect to column i mod columns.
        double[] DiagonalGradient(AnyRowLoss<double> loss, RowData<double> data)
        {
            double[] gradient = new double[data.Predictions.Length];
            loss.Gradient(data.Predictions, data.Targets, gradient, reduction: Reduction.Sum);
            return [.. Enumerable.Range(0, data.Rows).Select(i => gradient[i * data.Columns + i % data.Columns])];
        }
    }

    /// <summary>Ordinary points; scores at random are near no kink.</summary>
    private static RowData<double> SmoothPoints(RowLossInstance instance, int columns) => RowSamples.Batch<double>(
        instance with { Rows = instance.IsKinked ? RowKind.Logits : instance.Rows }, Rows, columns);

    /// <summary>
    /// For each prediction the derivative with respect to it, from central differences at two steps that are
    /// extrapolated to 0. One row is evaluated for each prediction that is shifted.
    /// </summary>
    private static double[] Differences(RowData<double> data, Func<RowData<double>, double[]> function)
    {
        double[] wide = At(1e-3);
        double[] narrow = At(5e-4);
        return [.. wide.Zip(narrow, (w, n) => (4 * n - w) / 3)];

        double[] At(double step)
        {
            double[] above = function(Shifted(step));
            double[] below = function(Shifted(-step));
            return [.. above.Zip(below, (a, b) => a - b).Select((difference, i) => difference / (2 * step * Unit(i)))];
        }

        RowData<double> Shifted(double step)
        {
            RowData<double> shifted = data.Pick(
                [.. Enumerable.Range(0, data.Predictions.Length).Select(i => i / data.Columns)]);
            for (int i = 0; i < data.Predictions.Length; i++)
            {
                shifted.Predictions[i * data.Columns + i % data.Columns] += step * Unit(i);
            }

            return shifted;
        }

        // Small probabilities must not be shifted below 0.
        double Unit(int i) => Math.Min(1, Math.Abs(data.Predictions[i]));
    }
}
