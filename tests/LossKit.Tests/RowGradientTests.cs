using LossKit.Tests.Support;

namespace LossKit.Tests;

/// <summary>Derivatives of losses over rows against finite differences, in double.</summary>
public sealed class RowGradientTests
{
    private const int Rows = 6;
    private const double Step = 1e-3;

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
                double rounding = 4e-15 / (Step * Unit(data, i));
                string where = $"{i / columns}, {i % columns} of {columns} columns";
                ShouldBe(gradient[i], slopes[i], $"gradient {where}");
                ShouldBe(hessian[i], curvatures[i], $"Hessian {where}");

                void ShouldBe(double actual, double unscaled, string what) => actual.Should().BeApproximately(
                    factor * unscaled, factor * (1e-8 * (1 + Math.Abs(unscaled)) + rounding), what);
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
        double[] wide = At(Step);
        double[] narrow = At(Step / 2);
        return [.. wide.Zip(narrow, (w, n) => (4 * n - w) / 3)];

        double[] At(double step)
        {
            double[] above = function(Shifted(step));
            double[] below = function(Shifted(-step));
            return [.. above.Select((loss, i) => (loss - below[i]) / (2 * step * Unit(data, i)))];
        }

        RowData<double> Shifted(double step)
        {
            RowData<double> shifted = data.Pick(
                [.. Enumerable.Range(0, data.Predictions.Length).Select(i => i / data.Columns)]);
            for (int i = 0; i < data.Predictions.Length; i++)
            {
                shifted.Predictions[i * data.Columns + i % data.Columns] += step * Unit(data, i);
            }

            return shifted;
        }
    }

    /// <summary>What steps are relative to: small probabilities must not be shifted below 0.</summary>
    private static double Unit(RowData<double> data, int i) => Math.Min(1, Math.Abs(data.Predictions[i]));
}
