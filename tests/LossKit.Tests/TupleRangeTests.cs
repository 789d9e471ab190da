using System.Globalization;
using System.Numerics;
using LossKit.Formulas;
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

    // Not judged here, and why.
    private static readonly string[] s_others =
    [
        // What a loss of points makes of these is that loss', whose derivatives may be out of range in its own unit.
        nameof(PointwiseLoss<>.AsymmetricPerExample),
        nameof(PointwiseLoss<>.Censored),
        nameof(PointwiseLoss<>.InUnitsPerExample),
        nameof(PointwiseLoss<>.WithExposure),
        nameof(PointwiseLoss<>.WithOffset),

        // Probabilities of intervals whose ends are, in units of the scale, both out of range.
        nameof(Loss.AftLocationScale),

        // These numbers are no boxes: BoxRangeTests has some.
        nameof(Loss.BoxIou),
        nameof(Loss.BoxGiou),
        nameof(Loss.BoxDiou),
        nameof(Loss.BoxCiou),
        nameof(Loss.BoxSiou),

        // Of two answers that are both certain the ratio of the odds is ∞/∞.
        nameof(Loss.Orpo),

        // Sums of concentrations that are all out of range, or all 0 in the format.
        nameof(Loss.BetaDistributionNll),
        nameof(Loss.DirichletNll),
    ];

    public static TheoryData<int> Oracles =>
    [
        .. Enumerable.Range(0, TupleOracles.All.Count).Where(i => !s_others.Contains(TupleOracles.All[i].Factory)),
    ];

    /// <summary>
    /// NaN comes of NaN only; and what belongs to a loss within the range of float, and is so itself, is finite in
    /// float, too.
    /// </summary>
    [Theory, MemberData(nameof(Oracles))]
    public void Numbers_that_are_not_NaN_make_none(int index)
    {
        TupleOracle oracle = TupleOracles.All[index];
        List<string> wrong = [];
        (double[] predictions, double[] targets) = Hostile(oracle, index);
        double[][] inDouble = Evaluated(oracle.InDouble, predictions, targets);
        double[][] inSingle = Evaluated(oracle.InSingle, predictions, targets);

        // Which of two components is the nearer one may be a matter of rounding, a time of 0 counts as the smallest
        // number of the format, and of three factors of a covariance's inverse two may be out of range.
        bool isJudged = oracle.Factory is not (nameof(Loss.MixtureDensityNll) or nameof(Loss.WeibullSurvival)
            or nameof(Loss.MultivariateGaussianNll));
        string[] parts = ["loss", "gradient", "Hessian", "Fisher information"];
        for (int part = 0; part < inDouble.Length; part++)
        {
            for (int i = 0; i < inDouble[part].Length; i++)
            {
                int width = inDouble[part].Length / Examples;
                int example = i / width;
                double expected = inDouble[part][i];
                double actual = inSingle[part][i];
                double size = Math.Max(Math.Abs(expected), Math.Abs(inDouble[0][example]));
                if (double.IsNaN(expected) || double.IsNaN(actual)
                    || (isJudged && size < MostOfSingle && !double.IsFinite(actual)))
                {
                    wrong.Add(string.Create(
                        CultureInfo.InvariantCulture,
                        $"{parts[part]} {i % width} is {expected:g4} and in float {actual:g4} of "
                        + $"[{Example(predictions, example)}] and [{Example(targets, example)}]"));
                }
            }
        }

        wrong.Should().BeEmpty($"{oracle.InDouble} has {wrong.Count} such numbers");
    }

    /// <summary>What the mathematics says where an exponential on the way is 0 or infinite.</summary>
    [Theory]
    [InlineData("crpsGaussian", "0 -1e4", "1", 1, "-1 0", "0 0")]
    [InlineData("crpsLaplace", "0 -1e4", "1", 1, "-1 0", "0 0")]
    [InlineData("crpsLogistic", "0 -1e4", "1", 1, "-1 0", "0 0")]
    [InlineData("crpsLaplace", "1e7 0", "0", 1e7 - 0.75, "1 -0.75", "0 -0.75")]
    [InlineData("crpsLaplace", "1e16 0", "0", 1e16, "1 -0.75", "0 -0.75")]
    [InlineData("crpsLogistic", "1e8 0", "0", 1e8 - 1, "1 -1", "0 -1")]
    [InlineData("crpsLogistic", "1e16 0", "0", 1e16, "1 -1", "0 -1")]
    [InlineData("normalNll", "0 -1e4", "0", -5000, "0 0.5", "Infinity 0")]
    [InlineData("normalNll", "0 100", "1e20", 50.00018600379880, "0 0.4998139962011990", "0 1.860037988010418e-4")]
    [InlineData("laplaceNll", "0 -1e4", "0", -9999.306852819440, "0 1", "0 0")]
    [InlineData("laplaceNll", "1e-20 -100", "0", 2.6881171418161e23, "* -2.6881171418161e23", "0 2.6881171418161e23")]
    [InlineData("studentTNll(2)", "0 -1e4", "1", 2e4, "-3 -2", "-3 0")]
    [InlineData("studentTNll(2)", "3 -1e4", "3", -9998.960279229160, "0 1", "Infinity 0")]
    [InlineData("studentTNllDegrees", "0 -1e4 2", "1", 2e4, "-3 -2 *", "-3 0 *")]
    [InlineData("zeroInflatedLognormalNll", "0 0 -1e4", "1", -9998.387914286235, "-0.5 0 1", "0.25 Infinity 0")]
    [InlineData("zeroInflatedPoissonNll", "0 1e4", "0", 0.6931471805599453, "-0.5 0", "0.25 0")]
    [InlineData("zeroInflatedNegativeBinomialNll", "0 0 1e4", "0", 0, "0 0 0", "0 0 0")]
    [InlineData("negativeBinomialNll", "0 1e4", "0", 0, "0 0", "0 0")]
    [InlineData("negativeBinomialNll", "1e3 0", "0", 1000, "1 -999", "0 *")]
    [InlineData("multivariateGaussianNll(1)", "0 1e4", "0", 10000.918938533205, "0 1", "0 0")]
    [InlineData("multivariateGaussianNll(1)", "0 -1e4", "0", -9999.081061466795, "0 1", "Infinity 0")]
    [InlineData("gammaNll", "0 1e4", "1", -4999.081061466795, "0 -0.5", "Infinity 0")]
    [InlineData("gammaNll", "-1e4 -1e4", "1", 10001, "-1 0", "1 1")]
    [InlineData("vonMisesNll", "0 1e4", "0", -4999.081061466795, "0 -0.5", "Infinity 0")]
    [InlineData("weibullSurvival", "0 1e4", "1 1", -9999, "0 -1", "Infinity 0")]
    [InlineData(
        "exponentialSurvival", "100", "1e-20 0", 2.6881171418161e23,
        "2.6881171418161e23", "2.6881171418161e23")]
    [InlineData("gaussianKl", "0 -1e4 0 -1e4", "", 0, "0 0 0 0", "Infinity 0.5 Infinity 0.5")]
    [InlineData("gaussianKl", "0 1e4 0 -1e4", "", double.PositiveInfinity, "0 * 0 *", "Infinity * Infinity *")]
    [InlineData(
        "mixtureDensityNll(2)", "0 0 0 1 0 -23", "0", 1.6120857137646180,
        "-0.5 0.5 0 0 1 0", "0.25 0.25 1 0 0 0")]
    [InlineData(
        "mixtureDensityNll(2)", "0 0 0 1 0 -45", "0", 1.6120857137646180,
        "-0.5 0.5 0 0 1 0", "0.25 0.25 1 0 0 0")]
    [InlineData(
        "mixtureDensityNll(2)", "0 0 0 1 0 -180", "0", 1.6120857137646180,
        "-0.5 0.5 0 0 1 0", "0.25 0.25 1 0 0 0")]
    [InlineData(
        "mixtureDensityNll(2)", "0 0 0 1 0 -360", "0", 1.6120857137646180,
        "-0.5 0.5 0 0 1 0", "0.25 0.25 1 0 0 0")]
    [InlineData(
        "energyScore(2, 2)", "2e19 2e19 0 0", "0 0", 7.0710678118654752e18,
        "0.1767766952966369 0.1767766952966369 * *", "0 0 0 0")]
    [InlineData(
        "energyScore(2, 2)", "1e-25 1e-25 0 0", "0 0", 3.5355339059327376e-26,
        "0.1767766952966369 0.1767766952966369 * *", "* * * *")]
    public void Numbers_far_out_are_those_of_the_mathematics(
        string name, string predictions, string targets, double loss, string gradient, string hessian)
    {
        double[] expected = [loss, .. Numbers(gradient), .. Numbers(hessian)];
        Judge(Named<double>(), 1e-12);
        Judge(Named<float>(), 2e-6);

        // Of its dimension it is a loss of rows.
        TupleLoss<T> Named<T>() where T : unmanaged, IFloatingPointIeee754<T> => name == "gaussianKl"
            ? Loss.FromTupleFormula<T, GaussianKl>(default)
            : Loss.Parse<T, TupleLoss<T>>(name);

        void Judge<T>(TupleLoss<T> judged, double tolerance) where T : unmanaged, IFloatingPointIeee754<T>
        {
            T[] p = [.. Numbers(predictions).Select(T.CreateChecked)];
            T[] t = [.. Numbers(targets).Select(T.CreateChecked)];
            T[] slopes = new T[p.Length];
            T[] curvatures = new T[p.Length];
            double value = judged.ValueGradientAndHessian(p, t, slopes, curvatures).Sum;
            double[] actual =
                [value, .. slopes.Select(double.CreateChecked), .. curvatures.Select(double.CreateChecked)];
            for (int i = 0; i < actual.Length; i++)
            {
                string where = $"[{i}] of {name} of {typeof(T).Name} is {actual[i]:r}";
                if (double.IsNaN(expected[i]))
                {
                    actual[i].Should().NotBe(double.NaN, where);
                }
                else if (double.IsInfinity(expected[i]))
                {
                    // Or next to the end of what there is.
                    actual[i].Should().BeGreaterThan(typeof(T) == typeof(float) ? 1e18 : 1e150, where);
                }
                else
                {
                    double least = loss is > 0 and < 1e-20 ? 0 : 1;
                    actual[i].Should().BeApproximately(
                        expected[i], tolerance * Math.Max(least, Math.Abs(expected[i])), where);
                }
            }
        }

        // A star is any number.
        static double[] Numbers(string text) =>
        [
            .. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(number => number == "*"
                ? double.NaN
                : double.Parse(number, CultureInfo.InvariantCulture)),
        ];
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
        double[] predictions = Drawn(ofPredictions);
        double[] targets = Drawn(ofTargets);
        return (predictions, targets);

        // The square of a scale that is given itself is to be in range.
        double[] Of(Domain domain) =>
        [
            .. s_hostile
                .Select(x => (double)(float)x)
                .Where(domain.Contains)
                .Where(x => x == 0 || Math.Abs(x) > 1e-10 || domain.Lowest < 0),
        ];

        double[] Drawn(double[][] among)
        {
            double[] drawn = new double[Examples * among.Length];
            for (int i = 0; i < drawn.Length; i++)
            {
                double[] some = among[i % among.Length];
                drawn[i] = some[random.Next(some.Length)];
            }

            return drawn;
        }
    }
}
