using System.Globalization;
using System.Numerics;

namespace LossKit.Tests;

public sealed class SingleRangeTests : RangeTests<float>
{
    protected override string Kind => "float";

    protected override double SmallestNormal => 1.17549435e-38;

    protected override double Largest => float.MaxValue;

    protected override double Tolerance => 1e-6;
}

public sealed class DoubleRangeTests : RangeTests<double>
{
    protected override string Kind => "double";

    protected override double SmallestNormal => 2.2250738585072014e-308;

    protected override double Largest => double.MaxValue;

    protected override double Tolerance => 2e-14;
}

/// <summary>
/// Value and both derivatives at the ends of the range of the numbers and near 0, wherever they are numbers themselves:
/// compared with cases/range.csv, which cases/range.py has computed from the definitions.
/// </summary>
[Trait("Category", "Formulas")]
public abstract class RangeTests<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    protected abstract string Kind { get; }

    protected abstract double SmallestNormal { get; }

    protected abstract double Largest { get; }

    protected abstract double Tolerance { get; }

    [Fact]
    public void Losses_and_derivatives_are_right_wherever_they_are_numbers()
    {
        List<string> wrong = [];
        int count = 0;
        foreach (IGrouping<(string Name, string Parameters), string[]> group in File
            .ReadLines(Path.Combine(AppContext.BaseDirectory, "cases", "range.csv"))
            .Select(line => line.Split(','))
            .Where(fields => fields[0] == Kind)
            .GroupBy(fields => (fields[1], fields[2])))
        {
            double[][] rows = group.Select(fields => fields[3..].Select(Number).ToArray()).ToArray();
            double[] parameters = group.Key.Parameters.Split(';', StringSplitOptions.RemoveEmptyEntries)
                .Select(Number).ToArray();
            PointwiseLoss<T> loss = Make(group.Key.Name, parameters);
            T[] predictions = rows.Select(row => T.CreateChecked(row[0])).ToArray();
            T[] targets = rows.Select(row => T.CreateChecked(row[1])).ToArray();
            T[] losses = new T[rows.Length];
            T[] gradient = new T[rows.Length];
            T[] hessian = new T[rows.Length];
            loss.PerExample(predictions, targets, losses);
            loss.ValueGradientAndHessian(predictions, targets, gradient, hessian, reduction: Reduction.Sum);
            for (int i = 0; i < rows.Length; i++)
            {
                count++;
                PointLoss<T> one = loss.At(predictions[i], targets[i]);

                // A second derivative that changes sign is as exact as what it is a difference of.
                double error = Math.Abs(rows[i][0] - rows[i][1]);
                Check("value", losses[i], one.Loss, rows[i][2], Summands(group.Key.Name, parameters));
                Check("gradient", gradient[i], one.Derivative, rows[i][3], 0);
                Check("Hessian", hessian[i], one.SecondDerivative, rows[i][4], error > 0 ? Math.Abs(rows[i][3]) / error : 0);

                void Check(string what, T inBatch, T alone, double expected, double size)
                {
                    if (!IsNear(inBatch, expected, size, group.Key.Name) || !IsNear(alone, expected, size, group.Key.Name))
                    {
                        wrong.Add(string.Create(
                            CultureInfo.InvariantCulture,
                            $"{group.Key} at {predictions[i]}, {targets[i]}: {what} {inBatch}, {alone}, not {expected}"));
                    }
                }
            }
        }

        count.Should().BeGreaterThan(500);
        wrong.Should().BeEmpty();
    }

    /// <summary>Of a log-likelihood, what may cancel: the logarithms of the scale and of the error.</summary>
    private static double Summands(string name, double[] parameters) => name == "StudentTNegativeLogLikelihood"
        ? 10 * Math.Abs(Math.Log(parameters[1]))
        : 0;

    private bool IsNear(T actual, double expected, double size, string loss)
    {
        // Powers by logarithm and exponential are as exact as their exponent allows.
        double relative = loss is "GeneralRobust" or "LpDistance" or "TweedieIdentity" or "Dwd" or "Linex" or "TukeyBiweight"
            or "Welsch" or "Ramsay" or "LogLinearQuantile"
            ? 50 * Tolerance
            : Tolerance;
        double number = double.CreateChecked(actual);
        return (Math.Abs(expected) > 0.95 * Largest && number == Math.CopySign(double.PositiveInfinity, expected))
            || Math.Abs(number - expected) <= (relative * (Math.Abs(expected) + size)) + SmallestNormal;
    }

    private static double Number(string text) => text switch
    {
        "inf" => double.PositiveInfinity,
        "-inf" => double.NegativeInfinity,
        _ => double.Parse(text, CultureInfo.InvariantCulture),
    };

    private static PointwiseLoss<T> Make(string name, double[] p) => name switch
    {
        "Huber" => Loss.Huber<T>(p[0]),
        "SmoothL1" => Loss.SmoothL1<T>(p[0]),
        "Cauchy" => Loss.Cauchy<T>(p[0]),
        "Fair" => Loss.Fair<T>(p[0]),
        "GemanMcClure" => Loss.GemanMcClure<T>(p[0]),
        "TukeyBiweight" => Loss.TukeyBiweight<T>(p[0]),
        "PseudoHuber" => Loss.PseudoHuber<T>(p[0]),
        "GeneralRobust" => Loss.GeneralRobust<T>(p[0], p[1]),
        "Welsch" => Loss.Welsch<T>(p[0]),
        "Arctan" => Loss.Arctan<T>(p[0]),
        "AndrewWave" => Loss.AndrewWave<T>(p[0]),
        "Hampel" => Loss.Hampel<T>(p[0], p[1], p[2]),
        "Ramsay" => Loss.Ramsay<T>(p[0]),
        "TrimmedSquaredError" => Loss.TrimmedSquaredError<T>(p[0]),
        "Wing" => Loss.Wing<T>(p[0], p[1]),
        "PoissonMean" => Loss.PoissonMean<T>(p[0]),
        "LogLinearQuantile" => Loss.LogLinearQuantile<T>(p[0]),
        "Savage" => Loss.Savage<T>(),
        "Tangent" => Loss.Tangent<T>(),
        "LpDistance" => Loss.LpDistance<T>(p[0]),
        "Linex" => Loss.Linex<T>(p[0], p[1]),
        "LogCosh" => Loss.LogCosh<T>(),
        "GaussianNegativeLogLikelihood" => Loss.GaussianNegativeLogLikelihood<T>(p[0]),
        "LaplaceNegativeLogLikelihood" => Loss.LaplaceNegativeLogLikelihood<T>(p[0]),
        "StudentTNegativeLogLikelihood" => Loss.StudentTNegativeLogLikelihood<T>(p[0], p[1]),
        "AbsolutePercentageError" => Loss.AbsolutePercentageError<T>(p[0]),
        "SymmetricPercentageError" => Loss.SymmetricPercentageError<T>(p[0]),
        "SquaredLogError" => Loss.SquaredLogError<T>(p[0]),
        "BinaryCrossEntropy" => Loss.BinaryCrossEntropy<T>(),
        "JensenShannonDivergence" => Loss.FromFormula<T, JensenShannonDivergence>(default),
        "ProbabilityCrossEntropy" => Loss.FromFormula<T, ProbabilityCrossEntropy>(default),
        "TweedieIdentity" => Loss.TweedieIdentity<T>(p[0]),
        "SmoothedHinge" => Loss.SmoothedHinge<T>(p[0]),
        "ModifiedHuber" => Loss.ModifiedHuber<T>(),
        "SigmoidMargin" => Loss.SigmoidMargin<T>(),
        "Dwd" => Loss.Dwd<T>(p[0]),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "No such loss."),
    };
}
