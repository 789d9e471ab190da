using LossKit.Tests.Support;

namespace LossKit.Tests;

/// <summary>What single losses promise: their definitions, kinks, identities and parameters.</summary>
[Trait("Category", "Kernels")]
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

    [Theory]
    [InlineData(95)]
    [InlineData(99.5)]
    [InlineData(101)]
    [InlineData(300)]
    public void The_cross_entropy_of_probabilities_is_bounded_at_100(double surprise) =>
        Loss.BinaryCrossEntropy<double>().At(Math.Exp(-surprise), 1).Loss
            .Should().BeApproximately(Math.Min(surprise, 100), 1e-12);

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

    [Fact]
    public void Identities_of_regression_losses()
    {
        PointwiseLoss<double, SquaredError> squared = Loss.SquaredError<double>();
        PointwiseLoss<double, AbsoluteError> absolute = Loss.AbsoluteError<double>();
        ShouldAgree(Loss.Huber<double>(0.7), Loss.SmoothL1<double>(0.7).Scaled(0.7));
        ShouldAgree(Loss.SmoothL1<double>(0), absolute);
        ShouldAgree(Loss.Quantile<double>(0.5), absolute.Scaled(0.5), exceptAtTarget: true);
        ShouldAgree(Loss.Quantile<double>(0.8), absolute.Asymmetric(0.2, 0.8), exceptAtTarget: true);
        ShouldAgree(Loss.Expectile<double>(0.5), squared.Scaled(0.5));
        ShouldAgree(Loss.EpsilonInsensitive<double>(0), absolute);
        ShouldAgree(Loss.SquaredEpsilonInsensitive<double>(0), squared, exceptAtTarget: true);
        ShouldAgree(Loss.LpDistance<double>(1), absolute);
        ShouldAgree(Loss.LpDistance<double>(2), squared);
        ShouldAgree(Loss.GeneralRobust<double>(2, 3), squared.Scaled(0.5 / 9));
        ShouldAgree(Loss.GeneralRobust<double>(1, 3), Loss.PseudoHuber<double>(3).Scaled(1.0 / 9));
        ShouldAgree(Loss.GeneralRobust<double>(0, 3), Loss.Cauchy<double>(3 * Math.Sqrt(2)).Scaled(1.0 / 9));
        ShouldAgree(Loss.GeneralRobust<double>(-2, 3), Loss.GemanMcClure<double>(6).Scaled(1.0 / 9));
        ShouldAgree(Loss.GeneralRobust<double>(1e-9, 3), Loss.GeneralRobust<double>(0, 3), 1e-7);
        ShouldAgree(Loss.GeneralRobust<double>(2 - 1e-9, 3), Loss.GeneralRobust<double>(2, 3), 1e-7);
        ShouldAgree(
            Loss.GeneralRobust<double>(-1e9, 3), Loss.GeneralRobust<double>(double.NegativeInfinity, 3), 1e-7);
        ShouldAgree(Loss.GeneralRobust<double>(1.3, 1e9).Scaled(1e18), squared.Scaled(0.5));
        ShouldAgree(Loss.Tweedie<double>(1), Loss.Poisson<double>());
        ShouldAgree(Loss.Tweedie<double>(2), Loss.Gamma<double>());
        ShouldAgree(Loss.TweedieIdentity<double>(0), squared.Scaled(0.5));
        ShouldAgree(Loss.GaussianNegativeLogLikelihood<double>(1), squared.Scaled(0.5));
        ShouldAgree(Loss.LaplaceNegativeLogLikelihood<double>(0.5), absolute.Scaled(2));

        static void ShouldAgree(
            PointwiseLoss<double> left,
            PointwiseLoss<double> right,
            double tolerance = 1e-12,
            bool exceptAtTarget = false)
        {
            foreach (double target in new[] { 0.25, 1, 3 })
            {
                for (double x = -4; x <= 4; x += 0.125)
                {
                    if (exceptAtTarget && x == target)
                    {
                        continue;
                    }

                    PointLoss<double> actual = left.At(x, target);
                    PointLoss<double> expected = right.At(x, target);
                    actual.Loss.Should().BeApproximately(expected.Loss, tolerance * (1 + Math.Abs(expected.Loss)));
                    actual.Derivative.Should().BeApproximately(
                        expected.Derivative, tolerance * (1 + Math.Abs(expected.Derivative)));
                    actual.SecondDerivative.Should().BeApproximately(
                        expected.SecondDerivative, tolerance * (1 + Math.Abs(expected.SecondDerivative)));
                }
            }
        }
    }

    [Fact]
    public void Identities_of_margin_losses()
    {
        foreach (double x in new[] { -600, -3, -1, -0.5, 0, 0.25, 0.999, 1, 2, 30, 600 })
        {
            foreach (double y in new[] { -1.0, 1 })
            {
                PointLoss<double> smoothed = Loss.SmoothedHinge<double>(2).At(x, y);
                Loss.ModifiedHuber<double>().At(x, y).Should().Be(
                    new PointLoss<double>(4 * smoothed.Loss, 4 * smoothed.Derivative, 4 * smoothed.SecondDerivative));
                Loss.Logistic<double>().At(x, y).Should().Be(
                    Loss.BinaryCrossEntropyLogits<double>().At(x, (1 + y) / 2));
                Loss.Perceptron<double>().At(x, y).Loss.Should().Be(Math.Max(0, -x * y));
                Loss.ZeroOne<double>().Value([x], [y]).Mean.Should().Be(x * y < 0 ? 1 : 0);
            }
        }

        Loss.Perceptron<double>().At(0, 1).Derivative.Should().Be(-1);
        Loss.SquaredHinge<double>().At(1, 1).Should().Be(new PointLoss<double>(0, 0, 0));
    }

    [Fact]
    public void Modifiers_do_what_they_say()
    {
        PointwiseLoss<double, AbsoluteError> absolute = Loss.AbsoluteError<double>();
        absolute.HessianFloor(0.25).At(3, 1).Should().Be(new PointLoss<double>(2, 1, 0.25));
        Loss.SquaredError<double>().HessianFloor(0.25).At(3, 1).SecondDerivative.Should().Be(2);
        absolute.InUnits(10).At(30, 10).Should().Be(new PointLoss<double>(2, 0.1, 0));
        Loss.SquaredError<double>().LogTarget().At(1, Math.E).Loss.Should().BeApproximately(0, 1e-30);
        Loss.SquaredError<double>().Clipped(4).At(10, 1).Should().Be(new PointLoss<double>(4, 0, 0));
        Loss.BinaryCrossEntropyLogits<double>().ClassWeighted(3, 1).At(0.7, 1).Should().Be(
            Loss.BinaryCrossEntropyLogits<double>(positiveWeight: 3).At(0.7, 1));
        PointLoss<double> smoothed = Loss.BinaryCrossEntropyLogits<double>().LabelSmoothed(0.2).At(0.7, 1);
        smoothed.Loss.Should().BeApproximately(
            Loss.BinaryCrossEntropyLogits<double>(1, labelSmoothing: 0.2).At(0.7, 1).Loss, 1e-15);
    }

    [Fact]
    public void A_variance_for_each_example_is_a_weight_of_its_inverse()
    {
        double[] predictions = [1, 2, 4];
        double[] targets = [1.5, 1, 4.25];
        double[] variances = [0.5, 2, 0.1];
        double[] gradient = new double[3];
        Cost cost = Loss.SquaredError<double>().Scaled(0.5).ValueAndGradient(
            predictions, targets, gradient, variances.Select(v => 1 / v).ToArray(), Reduction.Sum);
        double constants = variances.Sum(v => 0.5 * Math.Log(v));
        double expected = 0;
        for (int i = 0; i < 3; i++)
        {
            PointLoss<double> one = Loss.GaussianNegativeLogLikelihood<double>(variances[i])
                .At(predictions[i], targets[i]);
            expected += one.Loss;
            gradient[i].Should().BeApproximately(one.Derivative, 1e-14);
        }

        (cost.Sum + constants).Should().BeApproximately(expected, 1e-14);
    }

    [Fact]
    public void Small_errors_keep_their_relative_precision()
    {
        (PointwiseLoss<double> Loss, double Curvature)[] losses =
        [
            (Loss.PseudoHuber<double>(3), 1), (Loss.Cauchy<double>(3), 1), (Loss.GemanMcClure<double>(3), 1),
            (Loss.TukeyBiweight<double>(), 1), (Loss.GeneralRobust<double>(1e-7, 1), 1),
            (Loss.GeneralRobust<double>(1.5, 1), 1), (Loss.LogCosh<double>(), 1), (Loss.LogisticDistance<double>(), 0.5),
            (Loss.Periodic<double>(2 * Math.PI), 1), (Loss.SmoothL1<double>(2), 0.5),
        ];
        foreach ((PointwiseLoss<double> loss, double curvature) in losses)
        {
            PointLoss<double> point = loss.At(1e-9, 0);
            point.Loss.Should().BeApproximately(0.5 * curvature * 1e-18, 1e-27);
            point.Derivative.Should().BeApproximately(curvature * 1e-9, 1e-18);
            point.SecondDerivative.Should().BeApproximately(curvature, 1e-9);
        }

        Loss.Fair<double>().At(1e-9, 0).Derivative.Should().BeApproximately(1e-9, 1e-17);
        Loss.Linex<double>(1).At(1e-9, 0).Derivative.Should().BeApproximately(1e-9, 1e-17);
    }

    [Fact]
    public void Likelihoods_have_the_constants_of_their_densities()
    {
        // Student's t with 1 degree of freedom is Cauchy, 1/π at 0; with 2, 1/(2√2); Laplace is 1/(2b).
        Loss.StudentTNegativeLogLikelihood<double>(1).At(0, 0).Loss.Should().BeApproximately(Math.Log(Math.PI), 1e-14);
        Loss.StudentTNegativeLogLikelihood<double>(2).At(0, 0).Loss
            .Should().BeApproximately(Math.Log(2 * Math.Sqrt(2)), 1e-14);
        Loss.StudentTNegativeLogLikelihood<double>(1, 2).At(2, 0).Loss
            .Should().BeApproximately(Math.Log(4 * Math.PI), 1e-14);
        Loss.LaplaceNegativeLogLikelihood<double>(2).At(0, 0).Loss.Should().BeApproximately(Math.Log(4), 1e-15);
        Loss.Poisson<double>(full: true).At(Math.Log(4), 3).Loss
            .Should().BeApproximately(-Math.Log(Math.Exp(-4) * 64 / 6), 0.03, "Stirling's formula is that close");
    }

    /// <summary>Half the deviance: against its leading terms, x²/2 − x³·(1 + k)/6 … of x = (p − t)/t.</summary>
    [Fact]
    public void Divergences_are_exact_near_the_target()
    {
        foreach (double error in (double[])[1e-3, -1e-6, 1e-9])
        {
            double p = 3 * (1 + error);
            double x = (p - 3) / 3;
            Near(Loss.GeneralizedKl<double>().At(p, 3), 1);
            foreach (double k in (double[])[0, 0.5, 1, 1.5, 2, 2.5, 3])
            {
                Near(Loss.TweedieIdentity<double>(k, full: true).At(p, 3), k);
            }

            void Near(PointLoss<double> point, double k)
            {
                // The derivative is (1 + x)^(−k)·x in units of t; k(k + 1)/2·x² is its next term.
                double expected = Math.Pow(3, 2 - k)
                    * (x * x / 2 - k * x * x * x / 3 + k * (k + 1) * x * x * x * x / 8);
                point.Loss.Should().BeApproximately(expected, (1e-13 + 10 * Math.Abs(x * x * x)) * expected);
                point.Derivative.Should().BeApproximately(
                    Math.Pow(3, 1 - k) * x * Math.Pow(1 + x, -k), 1e-14 * Math.Abs(x) * Math.Pow(3, 1 - k));
            }
        }

        foreach (double k in (double[])[1, 1.5, 2, 3])
        {
            Loss.TweedieIdentity<double>(k, full: true).At(7, 7).Loss.Should().Be(0);
            Loss.TweedieIdentity<float>(k, full: true).At(7e-30f, 7e-30f).Loss.Should().Be(0);
        }

        Loss.GeneralizedKl<double>().At(7, 7).Should().Be(new PointLoss<double>(0, 0, 1.0 / 7));
        Loss.GeneralizedKl<float>().At(3, 0).Should().Be(new PointLoss<float>(3, 1, 0));
        Loss.TweedieIdentity<float>(1, full: true).At(3, 0).Loss.Should().BeApproximately(3, 1e-6f);
    }

    [Fact]
    public void Divergences_keep_their_digits_far_out()
    {
        // Target and prediction so far apart that their ratio leaves the range.
        Loss.GeneralizedKl<float>().At(1e30f, 1e-30f).Loss.Should().Be(1e30f);
        double expected = 1e30 * Math.Log(1e60) - 1e30;
        ((double)Loss.GeneralizedKl<float>().At(1e-30f, 1e30f).Loss).Should().BeApproximately(expected, 1e-6 * expected);
        Loss.GeneralizedKl<double>().At(1e-30, 1e30).Loss.Should().BeApproximately(expected, 1e-14 * expected);
        Loss.GeneralizedKl<double>().At(1e20, 1e20 * 3).Loss
            .Should().BeApproximately(1e20 * (3 * Math.Log(3) - 2), 1e6);
        foreach (double bad in (double[])[-1, -1e20, double.NaN, double.NegativeInfinity])
        {
            Loss.GeneralizedKl<double>().At(bad, 0).Loss.Should().Be(double.NaN);
            Loss.GeneralizedKl<double>().At(bad, 2).Loss.Should().Be(double.NaN);
        }

        Loss.GeneralizedKl<double>().At(0, 2).Loss.Should().Be(double.PositiveInfinity);
        Loss.GeneralizedKl<double>().At(double.PositiveInfinity, 0).Loss.Should().Be(double.PositiveInfinity);
        Loss.GeneralizedKl<double>().At(0, 0).Loss.Should().Be(0);
    }

    [Fact]
    public void Powers_below_1_are_flat_at_their_kink()
    {
        PointwiseLoss<double> half = Loss.LpDistance<double>(0.5);
        half.At(3, 3).Should().Be(new PointLoss<double>(0, 0, double.NegativeInfinity));
        half.At(5, 1).Loss.Should().BeApproximately(2, 1e-15);
        half.At(1, 5).Derivative.Should().BeApproximately(-0.25, 1e-15);
        half.At(5, 1).SecondDerivative.Should().BeApproximately(-1.0 / 32, 1e-16);
        half.At(double.PositiveInfinity, 0).Should().Be(new PointLoss<double>(double.PositiveInfinity, 0, -0.0));
        ((double)Loss.LpDistance<float>(0.5).At(1e-36f, 0).Derivative).Should().BeApproximately(0.5e18, 1e13);
    }

    [Fact]
    public void Log_cosh_is_in_units()
    {
        foreach (double error in (double[])[-3, -0.01, 0, 1e-6, 0.7, 90])
        {
            PointLoss<double> expected = Loss.LogCosh<double>().InUnits(0.25).Scaled(0.25).At(error, 0);
            PointLoss<double> actual = Loss.LogCosh<double>(4).At(error, 0);
            actual.Loss.Should().BeApproximately(expected.Loss, 1e-14 * expected.Loss);
            actual.Derivative.Should().BeApproximately(expected.Derivative, 1e-15);
            actual.SecondDerivative.Should().BeApproximately(expected.SecondDerivative, 1e-13 * expected.SecondDerivative);
        }

        Loss.LogCosh<float>(1e25f).At(1e20f, 0).Should().Be(new PointLoss<float>(1e20f, 1, 0));
        Loss.LogCosh<float>(1e25f).At(0, 0).SecondDerivative.Should().Be(1e25f);
        ((double)Loss.LogCosh<float>(1e-25f).At(1, 0).Loss).Should().BeApproximately(0.5e-25, 1e-31);
        ((double)Loss.LogCosh<float>(1e-25f).At(1, 0).SecondDerivative).Should().BeApproximately(1e-25, 1e-31);
        Loss.LogCosh<double>(2).At(500, 0).Loss.Should().BeApproximately(500 - Math.Log(2) / 2, 1e-12);
        Loss.LogCosh<double>(2).Asymmetric(0.75, 0.25).At(-500, 0).Derivative.Should().Be(-0.25);
    }

    [Fact]
    public void Periods_are_no_error()
    {
        PointwiseLoss<double> hours = Loss.Periodic<double>(24);
        hours.At(25, 1).Loss.Should().Be(0);
        hours.At(1 + 24.0 * 1_000_000, 1).Should().Be(hours.At(1, 1));
        hours.At(13, 1).Loss.Should().BeApproximately(2, 1e-15);
        Loss.Periodic<double>(4).At(1, 0).Derivative.Should().BeApproximately(Math.PI / 2, 1e-14);
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
        Refuses("beta", () => Loss.SmoothL1<double>(bad));
        Refuses("quantile", () => Loss.Quantile<double>(bad));
        Refuses("quantile", () => Loss.Quantile<double>(1));
        Refuses("expectile", () => Loss.Expectile<double>(bad));
        Refuses("epsilon", () => Loss.EpsilonInsensitive<double>(bad));
        Refuses("epsilon", () => Loss.SquaredEpsilonInsensitive<double>(bad));
        Refuses("epsilon", () => Loss.SquaredLogError<double>(bad));
        Refuses("epsilon", () => Loss.AbsolutePercentageError<double>(bad));
        Refuses("epsilon", () => Loss.SymmetricPercentageError<double>(bad));
        Refuses("delta", () => Loss.PseudoHuber<double>(bad));
        Refuses("epsilon", () => Loss.Charbonnier<double>(bad));
        Refuses("c", () => Loss.Fair<double>(bad));
        Refuses("a", () => Loss.Linex<double>(0));
        Refuses("b", () => Loss.Linex<double>(1, bad));
        Refuses("p", () => Loss.LpDistance<double>(bad));
        Refuses("p", () => Loss.LpDistance<double>(0));
        Refuses("scale", () => Loss.LogCosh<double>(bad));
        Refuses("period", () => Loss.Periodic<double>(bad));
        Refuses("c", () => Loss.Cauchy<double>(bad));
        Refuses("c", () => Loss.GemanMcClure<double>(bad));
        Refuses("c", () => Loss.TukeyBiweight<double>(bad));
        Refuses("alpha", () => Loss.GeneralRobust<double>(double.NaN));
        Refuses("c", () => Loss.GeneralRobust<double>(1, bad));
        Refuses("power", () => Loss.Tweedie<double>(double.NaN));
        Refuses("power", () => Loss.TweedieIdentity<double>(double.PositiveInfinity));
        Refuses("scale", () => Loss.LaplaceNegativeLogLikelihood<double>(bad));
        Refuses("degreesOfFreedom", () => Loss.StudentTNegativeLogLikelihood<double>(bad));
        Refuses("scale", () => Loss.StudentTNegativeLogLikelihood<double>(1, bad));
        Refuses("variance", () => Loss.GaussianNegativeLogLikelihood<double>(bad));
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
