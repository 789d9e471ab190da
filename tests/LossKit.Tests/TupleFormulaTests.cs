using LossKit.Tests.Support;

namespace LossKit.Tests;

/// <summary>The losses of tuples against their definitions, written down a second time in plain double.</summary>
[Trait("Category", "Formulas")]
public sealed class TupleFormulaTests
{
    private const int Examples = 97;

    // What difference quotients leave of a double.
    private const double Step = 1e-3;
    private const double OfSlopes = 1e-7;
    private const double OfCurvatures = 1e-4;

    public static TheoryData<int> Oracles => [.. Enumerable.Range(0, TupleOracles.All.Count)];

    [Theory, MemberData(nameof(Oracles))]
    public void Value_gradient_and_Hessian_are_those_of_the_definition(int index)
    {
        TupleOracle oracle = TupleOracles.All[index];
        int k = oracle.InDouble.Predictions;
        int m = oracle.InDouble.Targets;
        (double[] predictions, double[] targets) = Numbers(oracle);
        double[] losses = new double[Examples];
        double[] gradient = new double[predictions.Length];
        double[] hessian = new double[predictions.Length];
        oracle.InDouble.PerExample(predictions, targets, losses);
        oracle.InDouble.ValueGradientAndHessian(predictions, targets, gradient, hessian, reduction: Reduction.Sum);

        float[] singles = new float[predictions.Length];
        float[] singleHessian = new float[predictions.Length];
        oracle.InSingle.ValueGradientAndHessian(
            Array.ConvertAll(predictions, x => (float)x),
            Array.ConvertAll(targets, x => (float)x),
            singles,
            singleHessian,
            reduction: Reduction.Sum);
        for (int i = 0; i < Examples; i++)
        {
            double[] p = predictions[(i * k)..((i + 1) * k)];
            double[] t = targets[(i * m)..((i + 1) * m)];
            double value = oracle.Value(p, t);
            losses[i].Should().BeApproximately(value, 1e-12 * (1 + Math.Abs(value)));
            for (int c = 0; c < k; c++)
            {
                // Differences of two steps each, so that the error is of the fourth order.
                double slope = (8 * (At(1) - At(-1)) - (At(2) - At(-2))) / (12 * Step);
                double curvature = (16 * (At(1) + At(-1)) - (At(2) + At(-2)) - 30 * value) / (12 * Step * Step);
                if (IsSmooth())
                {
                    string where = $"prediction {c} of example {i} of {oracle.Factory}";
                    double size = 1 + Math.Abs(slope) + Math.Abs(curvature);
                    gradient[i * k + c].Should().BeApproximately(slope, OfSlopes * size, where);
                    hessian[i * k + c].Should().BeApproximately(curvature, OfCurvatures * size, where);
                    ((double)singles[i * k + c]).Should().BeApproximately(slope, 1e-4 * size, where);
                    ((double)singleHessian[i * k + c]).Should().BeApproximately(curvature, 1e-3 * size, where);
                }

                double At(int steps)
                {
                    double[] moved = [.. p];
                    moved[c] += steps * Step;
                    return oracle.Value(moved, t);
                }

                // At a kink, differences of both lengths disagree.
                bool IsSmooth() => Math.Abs((At(1) - At(-1)) / (2 * Step) - (At(2) - At(-2)) / (4 * Step))
                    < 1e-4 * (1 + Math.Abs(slope) + Math.Abs(curvature));
            }
        }
    }

    /// <summary>Also of the formulas that the engine leaves it to.</summary>
    [Theory, MemberData(nameof(Oracles))]
    public void A_NaN_anywhere_makes_loss_and_derivatives_NaN(int index)
    {
        TupleOracle oracle = TupleOracles.All[index];
        int k = oracle.InDouble.Predictions;
        int m = oracle.InDouble.Targets;
        for (int c = 0; c < k + m; c++)
        {
            (double[] predictions, double[] targets) = Numbers(oracle);
            (c < k ? predictions : targets)[c < k ? 5 * k + c : 5 * m + c - k] = double.NaN;
            double[] losses = new double[Examples];
            double[] gradient = new double[predictions.Length];
            double[] hessian = new double[predictions.Length];
            oracle.InDouble.PerExample(predictions, targets, losses);
            oracle.InDouble.ValueGradientAndHessian(predictions, targets, gradient, hessian);
            losses.Select(double.IsNaN).Should().Equal(Enumerable.Range(0, Examples).Select(i => i == 5));
            IEnumerable<bool> are = Enumerable.Range(0, gradient.Length).Select(i => i / k == 5);
            gradient.Select(double.IsNaN).Should().Equal(are);
            hessian.Select(double.IsNaN).Should().Equal(are);
        }
    }

    [Fact]
    public void A_perfect_box_has_neither_loss_nor_gradient()
    {
        float[] boxes = [0.1f, 0.2f, 0.7f, 0.9f, 101.3f, 55.7f, 333.1f, 71.9f];
        foreach (TupleLoss<float> loss in (TupleLoss<float>[])[
            Loss.BoxIou<float>(epsilon: 0), Loss.BoxGiou<float>(epsilon: 0), Loss.BoxDiou<float>(epsilon: 0)])
        {
            float[] gradient = new float[8];
            loss.ValueAndGradient(boxes, boxes.ToArray(), gradient).Sum.Should().Be(0);
            gradient.Should().AllSatisfy(slope => slope.Should().BeApproximately(0, 1e-6f));
        }
    }

    [Fact]
    public void Far_log_ratios_stay_finite()
    {
        double[] gradient = new double[4];
        Cost cost = Loss.Dpo<double>(beta: 1, labelSmoothing: 0.1)
            .ValueAndGradient([0, -2000, -2000, 0], [0, 0, 0, 0], gradient, reduction: Reduction.Sum);
        cost.Sum.Should().BeApproximately(0.1 * 2000 + 0.9 * 2000, 1e-9);
        gradient.Should().Equal(0.1, -0.1, -0.9, 0.9);
    }

    /// <summary>By 80 digits; the gradient is of γ, ν, α and β.</summary>
    [Fact]
    public void Evidence_keeps_its_digits()
    {
        Is([1e20f, 2, 3, 0.5], 0, 0, 321.2100563562656, [6.999999859713862e-20, 0.5, 91.51756634618864, -6]);
        Is([3e38f, 2, 3, 0.5], 0, 0, 619.0260639667341, [2.333333329057301e-38, 0.5, 176.60785423489392, -6]);
        Is([0.5, 0.125, 8192, 2], 1, 0, 54.554411001472864, [-226, 398.22222222222223, 0.0068594058256786355, -28]);
        Is(
            [0.5, 1024, 1.25, 1024],
            0.75,
            1,
            516.6838451164348,
            [-2049.2504268162556, 0.4999995236788796, -0.2248954995829922, 0.0004882291484062986]);
        Is([0.5, 1, 1e6, 1e-6f], 0.5, 0.5, -12.549998310742007, [0, -0.25, -5.00000125e-07, 500000.00126237865]);
        Is(
            [-2, 1, 0.125, 3],
            1,
            0,
            3.8231669973431956,
            [-0.17857142857142858, -0.11607142857142858, -6.3761681107838655, 0.07738095238095238]);

        static void Is(double[] predictions, double target, double price, double expected, double[] slopes)
        {
            double[] gradient = new double[4];
            float[] single = new float[4];
            double value = Loss.EvidentialRegression<double>(price)
                .ValueAndGradient(predictions, [target], gradient).Sum;
            value.Should().BeApproximately(expected, 1e-14 * Math.Abs(expected));
            Loss.EvidentialRegression<float>(price)
                .ValueAndGradient(Array.ConvertAll(predictions, x => (float)x), [(float)target], single)
                .Sum.Should().BeApproximately(expected, 1e-6 * Math.Abs(expected));
            for (int i = 0; i < 4; i++)
            {
                gradient[i].Should().BeApproximately(slopes[i], 1e-13 * Math.Abs(slopes[i]));
                ((double)single[i]).Should().BeApproximately(slopes[i], 3e-6 * Math.Abs(slopes[i]));
            }
        }
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(-1.0)]
    [InlineData(double.NaN)]
    public void A_temperature_that_is_not_positive_is_refused(double beta)
    {
        Action[] calls =
        [
            () => Loss.Dpo<float>(beta), () => Loss.Ipo<float>(beta), () => Loss.Kto<float>(beta),
            () => Loss.SimPo<float>(beta), () => Loss.NcaPair<float>(beta),
        ];
        calls.Should().AllSatisfy(call => call
            .Should().Throw<ArgumentOutOfRangeException>().WithParameterName(nameof(beta)));
    }

    [Fact]
    public void Other_parameters_are_checked()
    {
        ((Action)(() => Loss.RobustDpo<float>(labelSmoothing: 0.5))).Should()
            .Throw<ArgumentOutOfRangeException>().WithMessage("*at least 0 and below 0.5*");
        ((Action)(() => Loss.ExoPair<float>(labelSmoothing: 0))).Should().Throw<ArgumentOutOfRangeException>();
        ((Action)(() => Loss.NormalNll<float>(Link.Logit))).Should()
            .Throw<ArgumentOutOfRangeException>().WithMessage("*'log' or 'identity'*");
        ((Action)(() => Loss.NormalNll<float>(beta: 1.5))).Should().Throw<ArgumentOutOfRangeException>();
        ((Action)(() => Loss.BoxIou<float>((BoxFormat)7))).Should().Throw<ArgumentOutOfRangeException>();
        ((Action)(() => Loss.BoxGiou<float>(epsilon: -1))).Should().Throw<ArgumentOutOfRangeException>();
    }

    private static (double[] Predictions, double[] Targets) Numbers(TupleOracle oracle)
    {
        Random random = new(5);
        int k = oracle.InDouble.Predictions;
        int m = oracle.InDouble.Targets;
        double[] predictions = new double[Examples * k];
        double[] targets = new double[Examples * m];
        for (int i = 0; i < Examples; i++)
        {
            for (int c = 0; c < k + m; c++)
            {
                double number = oracle.Lower[c] + random.NextDouble() * (oracle.Upper[c] - oracle.Lower[c]);
                (c < k ? predictions : targets)[c < k ? i * k + c : i * m + c - k] = number;
            }
        }

        return (predictions, targets);
    }
}
