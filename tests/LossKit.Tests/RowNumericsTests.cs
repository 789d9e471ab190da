using System.Numerics;

namespace LossKit.Tests;

/// <summary>
/// Rows whose right values differ from what the plain formula rounds to, computed with 50 digits: confident rows,
/// masked rows, weights at the ends of the range.
/// </summary>
[Trait("Category", "Kernels")]
public sealed class RowNumericsTests
{
    [Fact]
    public void A_confidently_wrong_row_keeps_its_curvature()
    {
        // p(1 − p) with p = 1/(1 + e⁻¹⁷).
        Hessian(Loss.SoftmaxCrossEntropy<float>(2), [17, 0], [1]).Should().OnlyContain(h => Close(h, 4.139937e-8, 2e-6));
        Hessian(Loss.SoftmaxCrossEntropy<float>(2).WithProbabilityTargets(), [17, 0], [0f, 1])
            .Should().OnlyContain(h => Close(h, 4.139937e-8, 2e-6));
        Hessian(Loss.SoftmaxCrossEntropy<float>(2, labelSmoothing: 0.5), [17, 0], [1])
            .Should().OnlyContain(h => Close(h, 4.139937e-8, 2e-6));
        Hessian(Loss.SoftmaxCrossEntropy<double>(2), [40, 0], [1])
            .Should().OnlyContain(h => Close(h, 4.24835425529158e-18, 2e-6));
        Hessian(Loss.SoftmaxCrossEntropy<float>(200), Row(200, 17f), [1])
            [0].Should().Match(h => Close(h, 199 * 4.139937718785167e-8, 2e-5));
    }

    [Fact]
    public void A_confidently_right_row_keeps_its_loss_and_gradient()
    {
        RowLoss<float, float> oneHot = Loss.SoftmaxCrossEntropy<float>(3).WithProbabilityTargets();
        float[] gradient = new float[3];
        Cost cost = oneHot.ValueAndGradient([15, 0, 0], [1, 0, 0], gradient);
        cost.Mean.Should().BeApproximately(6.118044e-7, 1e-12);
        gradient[0].Should().Match(g => Close(g, -6.118042e-7, 2e-6));
        gradient[1].Should().Match(g => Close(g, 3.059021e-7, 2e-6));

        // Two classes share the target and the row, and are both right but for e⁻¹⁸.
        oneHot.ValueAndGradient([18, 18, 0], [0.5f, 0.5f, 0], gradient);
        gradient[0].Should().Match(g => Close(g, -3.807495e-9, 2e-6));
        gradient[2].Should().Match(g => Close(g, 7.614990e-9, 2e-6));
    }

    [Fact]
    public void Derivatives_out_of_range_in_the_log_probability_are_in_range_in_the_logits()
    {
        Hessian(Loss.MulticlassFocal<float>(3, 0.5), [50, 0, 0], [0])
            .Should().SatisfyRespectively(
                h => Close(h, 1.70467e-32, 1e-4).Should().BeTrue(),
                h => Close(h, 7.1028e-33, 1e-4).Should().BeTrue(),
                h => Close(h, 7.1028e-33, 1e-4).Should().BeTrue());
    }

    /// <summary>Focal loss beside a smoothed or soft target, as its limit and its small numbers demand.</summary>
    [Theory]
    [InlineData(0.5)]
    [InlineData(2)]
    public void Soft_targets_keep_the_curvature_of_confident_rows(double gamma)
    {
        float[] target = [0.75f, 0, 0.25f];
        foreach (float lead in (float[])[9, 17, 60])
        {
            double[] hessian = Hessian(
                Loss.MulticlassFocal<double>(3, gamma).WithProbabilityTargets(), [lead, 0, 1], [0.75, 0, 0.25]);
            Hessian(Loss.MulticlassFocal<float>(3, gamma).WithProbabilityTargets(), [lead, 0, 1], target)
                .Zip(hessian).Should().OnlyContain(pair => Close(pair.First, pair.Second, 1e-4));
        }

        // Beyond what the format holds only the classes that are wanted and not there have a loss.
        Hessian(Loss.MulticlassFocal<float>(3, gamma).WithProbabilityTargets(), [1e4f, 0, 0], target)
            .Should().OnlyContain(h => h == 0);
    }

    /// <summary>Groups that are nearly certain, or hopeless, and a masked class.</summary>
    [Fact]
    public void Each_level_of_a_hierarchy_keeps_its_digits()
    {
        RowLoss<double, int> loss = Loss.HierarchicalCrossEntropy<double>(5, [7, 3, 7, 3, 3], [2, 0.5]);
        double[] gradient = new double[5];
        double[] hessian = new double[5];
        Check([-1e4, 1e4, -1e4 - 50, 0, double.NegativeInfinity], 1e4);
        gradient[0].Should().BeApproximately(-0.5, 1e-15);
        gradient[1].Should().BeApproximately(0.5, 1e-15);
        gradient[2].Should().BeApproximately(1.5 * Math.Exp(-50), 1e-35);
        hessian[2].Should().BeApproximately(1.5 * Math.Exp(-50), 1e-35);
        gradient[4].Should().Be(0);
        Check([1e4, -1e4, 1e4 - 50, 1e4 - 60, double.NegativeInfinity], 2 * Math.Exp(-50) + 0.5 * Math.Exp(-60));
        gradient[0].Should().BeApproximately(-2 * Math.Exp(-50) - 0.5 * Math.Exp(-60), 1e-35);
        gradient[3].Should().BeApproximately(0.5 * Math.Exp(-60), 1e-40);

        void Check(double[] logits, double expected)
        {
            double value = loss.ValueGradientAndHessian(logits, [0], gradient, hessian).Mean;
            value.Should().BeApproximately(expected, 4e-15 * Math.Abs(expected));
        }
    }

    [Fact]
    public void A_fully_masked_row_counts_for_nothing_where_nothing_is_asked_of_it()
    {
        float[] masked = [float.NegativeInfinity, float.NegativeInfinity, float.NegativeInfinity, 1, 2, 3];
        float[] gradient = new float[6];
        float[] hessian = new float[6];
        float[] losses = new float[2];
        foreach (RowLoss<float, float> loss in Soft())
        {
            loss.PerExample(masked, [0, 0, 0, 0, 0, 1], losses);
            losses[0].Should().Be(0);
            Cost cost = loss.ValueGradientAndHessian(masked, [0, 0, 0, 0, 0, 1], gradient, hessian);
            cost.Sum.Should().BeApproximately(0.40760596, 1e-6);
            gradient[..3].Should().OnlyContain(g => g == 0);
            hessian[..3].Should().OnlyContain(h => h == 0);
        }

        Cost weighted = Loss.SoftmaxCrossEntropy<float>(3).ValueGradientAndHessian(
            masked, [0, 2], gradient, hessian, [0, 1]);
        weighted.Mean.Should().BeApproximately(0.40760596, 1e-6);
        gradient[..3].Should().OnlyContain(g => g == 0);
        Loss.SoftmaxCrossEntropy<float>(3).Value(masked, [0, 2]).Mean.Should().Be(double.NaN);

        static IEnumerable<RowLoss<float, float>> Soft()
        {
            yield return Loss.SoftmaxCrossEntropy<float>(3).WithProbabilityTargets();
        }
    }

    [Fact]
    public void An_infinite_loss_of_weight_0_is_left_out()
    {
        float[] gradient = new float[6];
        Cost cost = Loss.SoftmaxCrossEntropy<float>(3).ValueAndGradient(
            [0, 1, float.NegativeInfinity, 1, 2, 3], [2, 0], gradient, [0, 1]);
        cost.Mean.Should().BeApproximately(2.407606, 1e-6);
        gradient.Should().NotContain(float.NaN);

        Loss.MulticlassHinge<float>(2, 1, 2, [0, 1]).ValueAndGradient([-1e30f, 1e30f], [0], gradient.AsSpan(0, 2))
            .Sum.Should().Be(0);
        gradient[..2].Should().OnlyContain(g => g == 0);
    }

    [Theory]
    [InlineData(1e308)]
    [InlineData(1e-310)]
    [InlineData(3.0)]
    public void Weights_at_the_ends_of_the_range_have_a_mean(double weight)
    {
        double[] gradient = new double[4];
        Cost cost = Loss.SoftmaxCrossEntropy<double>(2).ValueAndGradient(
            [0, 0, 1, 3], [0, 1], gradient, [weight, weight]);
        cost.Mean.Should().BeApproximately(0.4100375958, 1e-9);
        gradient.Should().BeEquivalentTo(
            (double[])[-0.25, 0.25, 0.0596014610, -0.0596014610],
            options => options.WithStrictOrdering()
                .Using<double>(at => at.Subject.Should().BeApproximately(at.Expectation, 1e-9)).WhenTypeIs<double>());
    }

    [Theory]
    [InlineData(2e-38f)]
    [InlineData(1e30f)]
    [InlineData(1e37f)]
    public void Class_weights_at_the_ends_of_the_range_have_a_mean(float weight)
    {
        float[] gradient = new float[4];
        Cost cost = Loss.SoftmaxCrossEntropy<float>(2, [weight, weight]).ValueAndGradient(
            [0, 0, 1, 3], [0, 1], gradient);
        cost.Mean.Should().BeApproximately(0.4100375958, 1e-6);
        gradient[0].Should().BeApproximately(-0.25f, 1e-6f);
        gradient[3].Should().BeApproximately(-0.0596014610f, 1e-7f);
    }

    private static bool Close<T>(T given, double expected, double relative) where T : INumberBase<T> =>
        Math.Abs(double.CreateTruncating(given) - expected) <= relative * Math.Abs(expected);

    private static T[] Row<T>(int classes, T first) where T : INumberBase<T>
    {
        T[] row = new T[classes];
        row[0] = first;
        return row;
    }

    private static T[] Hessian<T, TTarget>(ISecondOrderLoss<T, TTarget> loss, T[] predictions, TTarget[] targets)
        where T : unmanaged
        where TTarget : unmanaged
    {
        T[] gradient = new T[predictions.Length];
        T[] hessian = new T[predictions.Length];
        loss.ValueGradientAndHessian(predictions, targets, gradient, hessian);
        return hessian;
    }
}
