namespace LossKit.Plots.Tests;

public sealed class LossCurveTests
{
    [Fact]
    public void Numbers_are_those_of_the_loss()
    {
        LossCurve curve = LossCurve.Of(Loss.SquaredError<double>(), target: 1);
        curve.Name.Should().Be("SquaredError()");
        curve.Predictions.Should().BeInAscendingOrder().And.HaveCount(601);
        (curve.Predictions[0], curve.Predictions[^1]).Should().Be((-2, 4));
        for (int i = 0; i < curve.Predictions.Count; i++)
        {
            double error = curve.Predictions[i] - 1;
            curve.Values[i].Should().BeApproximately(error * error, 1e-12);
            curve.Gradients[i].Should().BeApproximately(2 * error, 1e-12);
            curve.Hessians[i].Should().Be(2);
        }
    }

    public static TheoryData<PointwiseLoss<double>, double, double[]> Kinked => new()
    {
        { Loss.AbsoluteError<double>(), 2, [2] },
        { Loss.EpsilonInsensitive<double>(0.5), 2, [1.5, 2.5] },
        { Loss.EpsilonInsensitive<double>(5), 0, [-5, 5] },
        { Loss.Hinge<double>(), 1, [1] },
        { Loss.Hinge<double>(), -1, [-1] },
        { Loss.Huber<double>(), 2, [] },
    };

    [Theory, MemberData(nameof(Kinked))]
    public void Kinks_are_where_the_derivative_jumps(PointwiseLoss<double> loss, double target, double[] kinks)
    {
        LossCurve curve = LossCurve.Of(loss, target);
        curve.Kinks.Should().Equal(kinks);
        for (int i = 1; i < curve.Predictions.Count; i++)
        {
            bool passes = kinks.Any(kink => curve.Predictions[i - 1] < kink && kink < curve.Predictions[i]);
            bool jumps = Math.Abs(curve.Gradients[i] - curve.Gradients[i - 1]) > 0.5;
            jumps.Should().Be(passes, $"the predictions are {curve.Predictions[i - 1]} and {curve.Predictions[i]}");
        }
    }

    [Fact]
    public void In_single_precision_there_are_numbers_on_both_sides_of_a_kink_too()
    {
        LossCurve curve = LossCurve.Of(Loss.AbsoluteError<float>(), target: 3);
        int after = curve.Predictions.ToList().FindIndex(prediction => prediction > 3);
        (curve.Gradients[after - 1], curve.Gradients[after]).Should().Be((-1, 1));
    }

    [Fact]
    public void Only_what_is_defined_is_drawn()
    {
        LossCurve probabilities = LossCurve.Of(Loss.BinaryCrossEntropy<double>(), target: 1);
        (probabilities.Predictions[0], probabilities.Predictions[^1]).Should().Be((0, 1));
        LossCurve counts = LossCurve.Of(Loss.PoissonMean<double>(), target: 2);
        counts.Predictions.Should().OnlyContain(prediction => counts.Facts.Predictions.Contains(prediction));
        counts.Predictions[0].Should().BeApproximately(0, 1e-7);
        counts.Values.Should().OnlyContain(value => double.IsFinite(value));
        ((Action)(() => LossCurve.Of(Loss.BinaryCrossEntropy<double>(), target: 2))).Should().Throw<ArgumentException>()
            .WithParameterName("target");
        ((Action)(() => LossCurve.Of(Loss.Huber<double>(), from: 1, to: 1))).Should().Throw<ArgumentException>()
            .WithParameterName("from");
    }

    [Fact]
    public void A_loss_of_a_row_is_drawn_along_one_of_its_predictions()
    {
        LossCurve curve = LossCurve.Of(Loss.SoftmaxCrossEntropy<double>(3), [0, 0, 0], [1], index: 1);
        for (int i = 0; i < curve.Predictions.Count; i += 50)
        {
            double sum = Math.Exp(curve.Predictions[i]) + 2;
            curve.Values[i].Should().BeApproximately(Math.Log(sum) - curve.Predictions[i], 1e-12);
            curve.Gradients[i].Should().BeApproximately(-2 / sum, 1e-12);
        }

        double.IsNaN(curve.Target).Should().BeTrue();
        ((Action)(() => LossCurve.Of(Loss.SoftmaxCrossEntropy<double>(3), [0, 0, 0], [1], index: 3)))
            .Should().Throw<ArgumentException>().WithParameterName("index");
    }
}
