namespace LossKit.Tests;

/// <summary>Weights and losses at the ends of the range, and long sums of equal numbers.</summary>
[Trait("Category", "Kernels")]
public sealed class WeightNumericsTests
{
    [Fact]
    public void An_infinite_weight_is_the_total_weight()
    {
        Loss.SquaredError<float>().Value([1, 2], [0, 0], [1, float.PositiveInfinity]).Weight
            .Should().Be(double.PositiveInfinity);
        Loss.SquaredError<double>().Value([1, 2], [0, 0], [double.PositiveInfinity, double.PositiveInfinity]).Weight
            .Should().Be(double.PositiveInfinity);
    }

    [Theory]
    [InlineData(1e-40f)]
    [InlineData(1e-45f)]
    [InlineData(3e38f)]
    [InlineData(1f)]
    public void Equal_weights_of_any_size_have_the_same_mean_and_gradient(float weight)
    {
        float[] gradient = new float[2];
        float[] hessian = new float[2];
        Cost cost = Loss.SquaredError<float>().ValueGradientAndHessian(
            [1, 2], [0, 0], gradient, hessian, [weight, weight]);
        cost.Mean.Should().BeApproximately(2.5, 1e-6);
        cost.Weight.Should().BeApproximately(2.0 * weight, 1e-6 * weight);
        gradient.Should().Equal(1, 2);
        hessian.Should().Equal(1, 1);

        Loss.SquaredError<float>().OverRows(1).ValueAndGradient([1, 2], [0, 0], gradient, [weight, weight]).Mean
            .Should().BeApproximately(2.5, 1e-6);
        gradient.Should().Equal(1, 2);
    }

    [Fact]
    public void The_gradient_of_the_sum_has_the_weights_as_they_are()
    {
        float[] gradient = new float[2];
        Loss.AbsoluteError<float>().ValueAndGradient([1, 2], [0, 0], gradient, [1e-40f, 3e-40f], Reduction.Sum);
        gradient.Should().Equal(1e-40f, 3e-40f);
        Loss.AbsoluteError<float>().ValueAndGradient([1, 2], [0, 0], gradient, [1e38f, 3e38f], Reduction.Sum);
        gradient.Should().Equal(1e38f, 3e38f);
    }

    [Fact]
    public void Weights_that_cancel_have_a_sum_and_its_gradient_but_no_mean()
    {
        float[] gradient = new float[2];
        Cost cost = Loss.SquaredError<float>().ValueAndGradient([1, 2], [0, 0], gradient, [1, -1], Reduction.Sum);
        (cost.Sum, cost.Weight).Should().Be((-3, 0));
        gradient.Should().Equal(2, -4);
        Loss.SquaredError<float>().ValueAndGradient([1, 2], [0, 0], gradient, [1, -1]).Mean.Should().Be(double.NaN);
        gradient.Should().Equal(0, 0);
    }

    [Fact]
    public void Losses_whose_sum_no_float_holds_have_a_mean()
    {
        float[] fills = new float[1000];
        Array.Fill(fills, 9.96921e36f);
        Loss.AbsoluteError<float>().Value(fills, new float[1000]).Mean.Should().BeApproximately(9.96921e36, 1e30);
        Array.Fill(fills, 3e38f);
        Loss.AbsoluteError<float>().Value(fills, new float[1000]).Mean.Should().BeApproximately(3e38, 1e32);
    }

    [Theory]
    [InlineData(9.013687f)]
    [InlineData(0.1f)]
    [InlineData(1.2345678f)]
    [InlineData(7.7777777e-5f)]
    [InlineData(16777215f)]
    public void The_mean_of_equal_floats_is_that_float(float error)
    {
        foreach (int length in (int[])[3, 100, 1000, 65_537, 1_000_003])
        {
            float[] errors = new float[length];
            Array.Fill(errors, error);
            Loss.AbsoluteError<float>().Value(errors, new float[length]).Mean
                .Should().BeApproximately(error, 1e-7 * error, $"there are {length}");
            float[] weights = new float[length];
            Array.Fill(weights, 0.3f);
            Loss.AbsoluteError<float>().Value(errors, new float[length], weights).Mean
                .Should().BeApproximately(error, 1e-7 * error, $"there are {length} of weight 0.3");
        }
    }

    /// <summary>What is left of 1 − 1 has an inverse that is infinite, and 0 · ∞ would be NaN.</summary>
    [Fact]
    public void Weights_that_cancel_but_for_roundings_have_no_mean_either()
    {
        float[] gradient = [7, 7, 7, 7];
        Loss.SquaredError<float>().ValueAndGradient(
            [1, 2, 3, float.NaN], [0, 0, 0, 0], gradient, [1, 1e-40f, -1, 0]);
        gradient.Should().Equal(0, 0, 0, 0);
        double[] slopes = [7, 7, 7, 7];
        Loss.SquaredError<double>().ValueAndGradient(
            [1, 2, 3, double.NaN], [0, 0, 0, 0], slopes, [1, 1e-310, -1, 0]);
        slopes.Should().Equal(0, 0, 0, 0);
    }

    [Fact]
    public void The_weight_of_a_row_that_is_ignored_does_not_count_whatever_its_size()
    {
        float[] gradient = new float[6];
        Cost cost = Loss.NegativeLogLikelihood<float>(2).ValueAndGradient(
            [-1, -2, -3, -4, -5, -6], [-100, 0, 1], gradient, [1e30f, 1e-30f, 1e-30f]);
        cost.Mean.Should().BeApproximately(4.5, 1e-6);
        cost.Weight.Should().BeApproximately(2e-30, 1e-36);
        gradient.Should().Equal(0, 0, -0.5f, 0, 0, -0.5f);
    }

    [Fact]
    public void A_weight_of_0_hides_what_it_covers()
    {
        float[] gradient = new float[3];
        float[] hessian = new float[3];
        MultilabelLoss<float> loss = Loss.BinaryCrossEntropyLogits<float>().OverRows(3);
        Cost cost = loss.ValueGradientAndHessian([1, 2, 3], [0, 1, float.NaN], gradient, hessian, [1, 1, 0]);
        cost.Mean.Should().BeApproximately(0.720095, 1e-6);
        gradient[0].Should().BeApproximately(0.365529f, 1e-6f);
        gradient[1].Should().BeApproximately(-0.0596015f, 1e-6f);
        gradient[2].Should().Be(0);
        hessian[2].Should().Be(0);

        cost = Loss.BinaryCrossEntropyLogits<float>().OverRows(1).ValueAndGradient(
            [1, 2, float.NegativeInfinity], [0, 1, 1], gradient, [1, 1, 0]);
        cost.Mean.Should().BeApproximately(0.720095, 1e-6);
        gradient[2].Should().Be(0);
    }

    [Fact]
    public void A_divergence_at_a_probability_of_0_and_weight_0_has_no_gradient()
    {
        float[] gradient = new float[4];
        Loss.JensenShannonDivergence<float>(2).ValueAndGradient(
            [0, 1, 0.5f, 0.5f], [0.5f, 0.5f, 0.5f, 0.5f], gradient, [0, 1]).Mean.Should().Be(0);
        gradient.Should().Equal(0, 0, 0, 0);
    }

    // 0 · ∞ is NaN: a class that does not count has to be passed over, whatever its row weighs.
    [Theory]
    [InlineData("NegativeLogLikelihood(classes=2, classWeights=[0, 0.5])")]
    [InlineData("SoftmaxCrossEntropy(classes=2, classWeights=[0, 0.5])")]
    [InlineData("MulticlassHinge(classes=2, classWeights=[0, 0.5])")]
    [InlineData("MulticlassFocal(classes=2, alpha=[0, 0.5])")]
    public void A_class_of_weight_0_counts_for_nothing_in_a_row_of_infinite_weight(string name)
    {
        RowLoss<float, int> loss = Loss.Parse<float, RowLoss<float, int>>(name);
        float[] gradient = new float[6];
        float[] alone = new float[2];

        Cost cost = loss.ValueAndGradient(
            [-1, -0.5f, -0.3f, -2, float.NaN, 1],
            [0, 1, 0],
            gradient,
            [float.PositiveInfinity, 1, float.PositiveInfinity],
            Reduction.Sum);
        Cost expected = loss.ValueAndGradient([-0.3f, -2], [1], alone, [1], Reduction.Sum);

        cost.Sum.Should().Be(expected.Sum);
        gradient.Should().Equal(0, 0, alone[0], alone[1], 0, 0);
    }
}
