using System.Globalization;
using System.Numerics;
using LossKit.Tests.Support;

namespace LossKit.Tests;

/// <summary>
/// Losses of tuples at predictions and targets that nothing is usual about: log-scales whose exponentials are out of
/// range, locations next to 0 and far from everything.
/// </summary>
[Trait("Category", "Formulas")]
public sealed class TupleRangeTests
{
    private const int Examples = 6000;

    // What float can be expected to hold, of numbers, and of what formulas make of them on the way.
    private const double MostOfSingle = 1e37;

    private static readonly double[] s_hostile =
    [
        0, 1e-20, -1e-20, 0.5, 1, -1, 5, 30, -30, 85, -85, 100, -100, 180, -180, 1e3, -1e3, 1e4, -1e4, 1e8, -1e8, 1e20,
        -1e20,
    ];

    public static TheoryData<int> Oracles => [.. Enumerable.Range(0, TupleOracles.All.Count)];

    /// <summary>
    /// NaN comes of NaN only; and what is finite in double, and within the range of float, is finite in float, too.
    /// </summary>
    [Theory, MemberData(nameof(Oracles))]
    public void Numbers_that_are_not_NaN_make_none(int index)
    {
        TupleOracle oracle = TupleOracles.All[index];
        List<string> wrong = [];
        (double[] predictions, double[] targets) = Hostile(oracle, index);
        double[][] inDouble = Evaluated(oracle.InDouble, predictions, targets);
        double[][] inSingle = Evaluated(oracle.InSingle, predictions, targets);
        string[] parts = ["loss", "gradient", "Hessian", "Fisher information"];
        for (int part = 0; part < inDouble.Length; part++)
        {
            for (int i = 0; i < inDouble[part].Length; i++)
            {
                double expected = inDouble[part][i];
                double actual = inSingle[part][i];
                if (double.IsNaN(expected) || double.IsNaN(actual)
                    || (Math.Abs(expected) < MostOfSingle && !double.IsFinite(actual)))
                {
                    int width = inDouble[part].Length / Examples;
                    int example = i / width;
                    wrong.Add(string.Create(
                        CultureInfo.InvariantCulture,
                        $"{parts[part]} {i % width} is {expected:g4} and in float {actual:g4} of "
                        + $"[{Example(predictions, example)}] and [{Example(targets, example)}]"));
                }
            }
        }

        wrong.Should().BeEmpty($"{oracle.InDouble} has {wrong.Count} such numbers");
    }

    private static string Example(double[] numbers, int example)
    {
        int width = numbers.Length / Examples;
        return string.Join(", ", numbers[(example * width)..((example + 1) * width)].Select(
            x => x.ToString("g4", CultureInfo.InvariantCulture)));
    }

    private static double[][] Evaluated<T>(TupleLoss<T> loss, double[] predictions, double[] targets)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T[] p = Array.ConvertAll(predictions, T.CreateChecked);
        T[] t = Array.ConvertAll(targets, T.CreateChecked);
        T[] losses = new T[Examples];
        T[] gradient = new T[p.Length];
        T[] hessian = new T[p.Length];
        loss.PerExample(p, t, losses);
        loss.ValueGradientAndHessian(p, t, gradient, hessian, reduction: Reduction.Sum);
        List<T[]> all = [losses, gradient, hessian];
        if (loss.FisherKernel is not null)
        {
            T[] information = new T[p.Length];
            loss.WithFisherHessian().ValueGradientAndHessian(p, t, gradient, information, reduction: Reduction.Sum);
            all.Add(information);
        }

        return [.. all.Select(numbers => Array.ConvertAll(numbers, double.CreateChecked))];
    }

    /// <summary>Numbers of the domains, as floats have them.</summary>
    private static (double[] Predictions, double[] Targets) Hostile(TupleOracle oracle, int seed)
    {
        Random random = new(seed);
        double[][] ofPredictions = [.. oracle.InDouble.PredictionDomains.Select(Of)];
        double[][] ofTargets = [.. oracle.InDouble.TargetDomains.Select(Of)];
        bool isBox = oracle.Factory.StartsWith("Box", StringComparison.Ordinal);
        double[] predictions = Drawn(ofPredictions);
        double[] targets = Drawn(ofTargets);
        return (predictions, targets);

        double[] Of(Domain domain) => [.. s_hostile.Select(x => (double)(float)x).Where(domain.Contains)];

        double[] Drawn(double[][] among)
        {
            double[] drawn = new double[Examples * among.Length];
            for (int i = 0; i < drawn.Length; i++)
            {
                double[] some = among[i % among.Length];
                drawn[i] = some[random.Next(some.Length)];
            }

            for (int i = 0; i < drawn.Length && isBox; i += 4)
            {
                // Of either format a box.
                for (int axis = i; axis < i + 2; axis++)
                {
                    drawn[axis + 2] = Math.Abs(drawn[axis + 2]);
                    drawn[axis] = Math.Min(drawn[axis], drawn[axis + 2]);
                }
            }

            return drawn;
        }
    }
}
