using System.Globalization;
using System.Numerics;

namespace LossKit.Tests;

public sealed class SingleDistributionRangeTests : DistributionRangeTests<float>
{
    protected override string Kind => "float";

    protected override double Tolerance => 4e-6;
}

public sealed class DoubleDistributionRangeTests : DistributionRangeTests<double>
{
    protected override string Kind => "double";

    protected override double Tolerance => 1.5e-14;
}

/// <summary>
/// Likelihoods of predicted distributions at ordinary and at extreme predictions, compared with
/// cases/distribution_range.csv, which cases/distribution_range.py has computed from the definitions: to some ulp of
/// what a rounding of the inputs changes, and of the largest derivative.
/// </summary>
[Trait("Category", "Kernels")]
public abstract class DistributionRangeTests<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    protected abstract string Kind { get; }

    protected abstract double Tolerance { get; }

    [Fact]
    public void Values_and_derivatives_are_right_at_any_prediction()
    {
        List<string> wrong = [];
        int count = 0;
        foreach (string line in File
            .ReadLines(Path.Combine(AppContext.BaseDirectory, "cases", "distribution_range.csv"))
            .Where(line => line.StartsWith(Kind, StringComparison.Ordinal)))
        {
            count++;
            string[] fields = line.Split(',');
            TupleLoss<T> loss = Loss.Parse<T, TupleLoss<T>>(fields[1]);
            T[] predictions = [.. Numbers(fields[2]).Select(T.CreateChecked)];
            T[] targets = [.. Numbers(fields[3]).Select(T.CreateChecked)];
            T[] gradient = new T[predictions.Length];
            T[] hessian = new T[predictions.Length];
            double value = loss.ValueGradientAndHessian(predictions, targets, gradient, hessian).Sum;
            double[] expected = [.. fields[4..].SelectMany(Numbers)];
            double[] actual =
                [value, .. gradient.Select(double.CreateChecked), .. hessian.Select(double.CreateChecked)];
            for (int i = 0; i < actual.Length; i++)
            {
                // To the largest number of the loss, of the gradient or of the Hessian.
                int[] part = [.. Enumerable.Range(0, actual.Length).Where(k => Part(k) == Part(i))];
                double error = Math.Abs(actual[i] - expected[2 * i]) / part.Max(k => expected[2 * k + 1]);
                if (!(error <= Tolerance))
                {
                    wrong.Add($"{error:g3} [{i}] is {actual[i]:r}: {line}");
                }
            }

            int Part(int i) => (i + predictions.Length - 1) / predictions.Length;
        }

        count.Should().BeGreaterThan(200);
        wrong.Should().BeEmpty();
    }

    private static IEnumerable<double> Numbers(string field) =>
        field.Split(';').Select(number => double.Parse(number, CultureInfo.InvariantCulture));
}
