using LossKit.Tests.Support;

namespace LossKit.Tests;

/// <summary>What single losses promise: their definitions, kinks, identities and parameters.</summary>
public sealed class FormulaTests
{
    [Theory]
    [InlineData(0.5, 0.125, 0.5, 1)]
    [InlineData(1, 0.5, 1, 1)]
    [InlineData(3, 2.5, 1, 0)]
    [InlineData(-3, 2.5, -1, 0)]
    [InlineData(0, 0, 0, 1)]
    public void Huber(double error, double loss, double derivative, double second) =>
        Loss.Huber<double>(1).At(2 + error, 2).Should().Be(new PointLoss<double>(loss, derivative, second));

    [Fact]
    public void Kinks_have_the_documented_derivatives()
    {
        Loss.AbsoluteError<double>().At(2, 2).Should().Be(new PointLoss<double>(0, 0, 0));
        Loss.Hinge<double>().At(1, 1).Should().Be(new PointLoss<double>(0, 0, 0));
        Loss.Hinge<double>().At(-1, -1).Should().Be(new PointLoss<double>(0, 0, 0));
        Loss.AbsoluteError<double>().Asymmetric(3, 7).At(2, 2).Derivative.Should().Be(0);
        Loss.AbsoluteError<double>().Asymmetric(3, 7).At(2.5, 2).Should().Be(new PointLoss<double>(1.5, 3, 0));
        Loss.AbsoluteError<double>().Asymmetric(3, 7).At(1.5, 2).Should().Be(new PointLoss<double>(3.5, -7, 0));
    }

    [Fact]
    public void Saturated_logits_keep_their_relative_precision()
    {
        PointwiseLoss<double> loss = Loss.BinaryCrossEntropyLogits<double>();
        loss.At(600, 1).Loss.Should().BeApproximately(Math.Exp(-600), 1e-14 * Math.Exp(-600));
        loss.At(600, 1).Derivative.Should().BeApproximately(-Math.Exp(-600), 1e-14 * Math.Exp(-600));
        loss.At(-1e4, 1).Should().Be(new PointLoss<double>(1e4, -1, 0));
        loss.At(double.PositiveInfinity, 1).Loss.Should().Be(0);
        loss.At(double.PositiveInfinity, 0).Loss.Should().Be(double.PositiveInfinity);
        PointwiseLoss<double> focal = Loss.BinaryFocalLogits<double>(0.5);
        focal.At(1e4, 1).Should().Be(new PointLoss<double>(0, 0, 0));
        focal.At(300, 1).Loss.Should().BeApproximately(Math.Exp(-450), 1e-12 * Math.Exp(-450));
        focal.At(300, 1).Derivative.Should().BeApproximately(-1.5 * Math.Exp(-450), 1e-12 * Math.Exp(-450));
    }

    [Fact]
    public void Overflow_of_the_loss_does_not_reach_the_derivative()
    {
        Loss.SquaredError<float>().At(1e30f, 0).Should().Be(new PointLoss<float>(float.PositiveInfinity, 2e30f, 2));
        Loss.Huber<float>(1e10).At(1e35f, 0).Derivative.Should().Be(1e10f);
    }

    [Fact]
    public void Identities()
    {
        (double[] x, double[] t, _) = Samples.Batch<double>(TargetKind.Probability, 200);
        PointwiseLoss<double, BinaryCrossEntropyLogits> crossEntropy = Loss.BinaryCrossEntropyLogits<double>();
        ShouldAgree(Loss.BinaryFocalLogits<double>(0), crossEntropy);
        ShouldAgree(Loss.BinaryFocalLogits<double>(2, 0.5), Loss.BinaryFocalLogits<double>().Scaled(0.5));
        ShouldAgree(Loss.BinaryCrossEntropyLogits<double>(1, 0.2), crossEntropy, target => target * 0.8 + 0.1);
        ShouldAgree(Loss.Huber<double>(1e6), Loss.SquaredError<double>().Scaled(0.5));
        ShouldAgree(Loss.SquaredError<double>().Asymmetric(1, 1), Loss.SquaredError<double>());
        ShouldAgree(crossEntropy.Plus(crossEntropy), crossEntropy.Scaled(2));

        void ShouldAgree(
            PointwiseLoss<double> left, PointwiseLoss<double> right, Func<double, double>? ofTarget = null)
        {
            for (int i = 0; i < x.Length; i++)
            {
                PointLoss<double> actual = left.At(x[i], t[i]);
                PointLoss<double> expected = right.At(x[i], ofTarget?.Invoke(t[i]) ?? t[i]);
                actual.Loss.Should().BeApproximately(expected.Loss, 1e-13);
                actual.Derivative.Should().BeApproximately(expected.Derivative, 1e-13);
                actual.SecondDerivative.Should().BeApproximately(expected.SecondDerivative, 1e-12);
            }
        }
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(-1)]
    [InlineData(double.PositiveInfinity)]
    public void Bad_parameters_are_refused_by_name(double bad)
    {
        Refuses("delta", () => Loss.Huber<double>(bad));
        Refuses("delta", () => Loss.Huber<float>(0));
        Refuses("positiveWeight", () => Loss.BinaryCrossEntropyLogits<double>(bad));
        Refuses("labelSmoothing", () => Loss.BinaryCrossEntropyLogits<double>(1, bad));
        Refuses("labelSmoothing", () => Loss.BinaryCrossEntropyLogits<double>(1, 1.01));
        Refuses("gamma", () => Loss.BinaryFocalLogits<double>(bad));
        Refuses("alpha", () => Loss.BinaryFocalLogits<double>(2, bad));
        Refuses("over", () => Loss.SquaredError<double>().Asymmetric(bad, 1));
        Refuses("under", () => Loss.SquaredError<double>().Asymmetric(1, bad));
        Refuses("factor", () => Loss.SquaredError<double>().Scaled(bad));

        static void Refuses(string parameter, Action construction)
        {
            ArgumentOutOfRangeException error = construction.Should().Throw<ArgumentOutOfRangeException>().Which;
            error.ParamName.Should().Be(parameter);
            error.Message.Should().Contain("must be").And.Contain("Actual value");
        }
    }

    [Fact]
    public void Only_float_and_double() =>
        ((Action)(() => Loss.SquaredError<Half>())).Should().Throw<NotSupportedException>().WithMessage("*Half*");

    [Fact]
    public void Losses_are_the_same_on_many_threads()
    {
        PointwiseLoss<float> loss = Loss.Huber<float>().Asymmetric(1, 10).Plus(Loss.BinaryCrossEntropyLogits<float>());
        (float[] predictions, float[] targets, _) = Samples.Batch<float>(TargetKind.Probability, 5000);
        Cost expected = loss.Value(predictions, targets);
        Parallel.For(0, 50, _ =>
            loss.ValueAndGradient(predictions, targets, new float[5000]).Sum.Should().BeApproximately(
                expected.Sum, 1e-6 * expected.Sum));
    }
}
