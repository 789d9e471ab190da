namespace LossKit.Tests;

/// <summary>
/// Losses with a side input of each example, where their definition alone does not show what they do.
/// </summary>
[Trait("Category", "Formulas")]
public sealed class PricePerExampleTests
{
    private static readonly double[] s_predictions = [-1.5, 0.25, 2, 0.5, 3];
    private static readonly double[] s_targets = [0.5, 1, 2, 0, 5];

    /// <summary>With the same side input everywhere they are the modifiers that have it as a parameter.</summary>
    [Fact]
    public void Equal_inputs_are_a_parameter()
    {
        PointwiseLoss<double> poisson = Loss.Poisson<double>();
        Same(poisson.AsymmetricPerExample(), [3, 0.5], poisson.Asymmetric(3, 0.5));
        Same(Loss.LogCosh<double>().AsymmetricPerExample(), [0, 2], Loss.LogCosh<double>().Asymmetric(0, 2));
        Same(Loss.Huber<double>().InUnitsPerExample(), [4], Loss.Huber<double>().InUnits(4));
        Same(Loss.QuantilePerExample<double>(), [0.25], Loss.Quantile<double>(0.25));
        Same(Loss.NormalNllGivenVariance<double>(), [2.5], Loss.GaussianNegativeLogLikelihood<double>(2.5));
        Same(poisson.WithExposure(), [1], poisson);
        Same(poisson.WithOffset(), [0], poisson);
        Same(poisson.Censored(), [0], poisson);
        Same(poisson.Censored(), [1], poisson.Asymmetric(0, 1));
        Same(poisson.Censored(), [-1], poisson.Asymmetric(1, 0));
        Same(Loss.ExpectedCostPerExample<double>(), [2, 9, 0.5, -1], Loss.ExpectedCost<double>(2, 9, 0.5, -1));
    }

    [Fact]
    public void An_own_formula_takes_them_and_the_one_chosen_at_run_time_gives_the_same()
    {
        PointwiseLoss<float> own = Loss.FromFormula<float, Overpricing>(new(2));
        float[] gradient = new float[2];
        own.AsymmetricPerExample().ValueAndGradient([3, 1], [1, 4, 9, 2, 9, 5], gradient, reduction: Reduction.Sum)
            .Sum.Should().Be(4 * 4 + 5 * 1);
        gradient.Should().Equal(4 * 2, 5 * -2);
        own.WithExposure().Value([0], [1, MathF.E]).Sum.Should().BeApproximately(0, 1e-6);
        own.Censored().Value([3, 3], [1, 1, 1, -1]).Sum.Should().Be(4);
        Loss.FromFormula<float, Overpricing>(new(2)).AsymmetricPerExample().Value([3], [1, 4, 9]).Sum.Should().Be(16);
    }

    /// <summary>At the bound itself nothing jumps, and beyond it nothing pulls.</summary>
    [Fact]
    public void A_bound_is_no_step()
    {
        TupleLoss<double> demand = Loss.Poisson<double>(full: true).Censored();
        double[] losses = new double[3];
        double[] gradient = new double[3];
        double at = Math.Log(4);
        double[] targets = [4, 1, 4, 1, 4, 1];
        demand.PerExample([at - 1e-9, at + 1e-9, at + 5], targets, losses);
        losses[1].Should().BeApproximately(losses[0], 1e-14);
        losses[2].Should().Be(losses[1]);
        demand.ValueAndGradient([at - 1, at + 1e-9, 1e4], targets, gradient, reduction: Reduction.Sum);
        gradient[0].Should().BeApproximately(4 / Math.E - 4, 1e-14);
        gradient[1..].Should().Equal(0, 0);
    }

    [Fact]
    public void What_is_free_counts_nowhere_even_if_it_is_infinite()
    {
        double[] gradient = new double[2];
        double[] hessian = new double[2];
        Loss.Poisson<double>().AsymmetricPerExample().ValueGradientAndHessian(
            [800, 0], [1, 0, 1, 1, 2, 2], gradient, hessian, reduction: Reduction.Sum).Sum.Should().Be(2);
        gradient.Should().Equal(0, 0);
        hessian.Should().Equal(0, 2);
        Loss.SquaredError<float>().AsymmetricPerExample().Value([1e30f], [0, 0, 1]).Sum.Should().Be(0);
    }

    [Fact]
    public void A_NaN_among_the_inputs_is_its_example_s_only()
    {
        foreach (TupleLoss<double> loss in (TupleLoss<double>[])
        [
            Loss.SquaredError<double>().AsymmetricPerExample(), Loss.SquaredError<double>().Censored(),
            Loss.SquaredError<double>().InUnitsPerExample(), Loss.Poisson<double>().WithOffset(),
            Loss.Poisson<double>().WithExposure(), Loss.QuantilePerExample<double>(),
            Loss.NormalNllGivenVariance<double>(), Loss.ExpectedCostPerExample<double>(),
        ])
        {
            int m = loss.Targets;
            double[] targets = [.. Enumerable.Repeat(0.5, 2 * m)];
            double[] losses = new double[2];
            double[] gradient = new double[2];
            for (int k = 0; k < m; k++)
            {
                targets[k] = double.NaN;
                loss.PerExample([0.25, 0.25], targets, losses);
                loss.ValueAndGradient([0.25, 0.25], targets, gradient, [0, 1]).Sum.Should().BeApproximately(losses[1], 1e-15);
                losses[0].Should().Be(double.NaN, $"input {k} of {loss}");
                gradient[0].Should().Be(0);
                double.IsFinite(losses[1] + gradient[1]).Should().BeTrue();
                targets[k] = 0.5;
            }

            loss.Value([], []).Mean.Should().Be(double.NaN);
            loss.Invoking(each => each.Value([1], new double[m + 1])).Should().Throw<ArgumentException>()
                .WithMessage($"*'targets' has {m + 1}*{m}*");
        }

        Loss.SquaredError<double>().InUnitsPerExample().Value([1], [0, -1]).Sum.Should().Be(double.NaN);
    }

    [Fact]
    public void Gross_errors_stay_finite()
    {
        float[] gradient = new float[1];
        Loss.NormalNllGivenVariance<float>().ValueAndGradient([1e20f], [0, 1e20f], gradient).Sum
            .Should().BeApproximately(0.5e20, 1e14);
        gradient[0].Should().BeApproximately(1, 1e-6f);
        Loss.SquaredError<float>().InUnitsPerExample().ValueAndGradient([1e20f], [-1e20f, 1e19f], gradient).Sum
            .Should().BeApproximately(400, 1e-3);
        gradient[0].Should().BeApproximately(4e-18f, 1e-23f);
        Loss.Poisson<float>().WithExposure().ValueAndGradient([-60], [3, 1e20f], gradient).Sum
            .Should().BeApproximately(1e20 * Math.Exp(-60) - 3 * (Math.Log(1e20) - 60), 1e-4);
    }

    [Fact]
    public void A_loss_that_does_not_suit_is_refused()
    {
        Refuses(() => Loss.Hinge<float>().AsymmetricPerExample(), "AsymmetricPerExample*ClassWeighted*");
        Refuses(() => Loss.Hinge<float>().Censored(), "Censored*");
        Refuses(() => Loss.Poisson<float>().InUnitsPerExample(), "InUnitsPerExample*log*");
        Refuses(() => Loss.SquaredError<float>().WithExposure(), "WithExposure*identity*WithOffset*");
        Refuses(() => Loss.Parse<float>("huber").WithExposure(), "WithExposure*identity*");
        Loss.Hinge<float>().WithOffset().Value([0.25f], [1, 0.5f]).Sum.Should().Be(0.25);

        static void Refuses(Func<object> make, string message) =>
            make.Should().Throw<NotSupportedException>().WithMessage(message);
    }

    private static void Same(TupleLoss<double> loss, double[] inputs, PointwiseLoss<double> expected)
    {
        double[] targets = [.. s_targets.SelectMany(target => (double[])[target, .. inputs])];
        double[] predictions = s_predictions;
        int n = predictions.Length;
        (double[] losses, double[] gradient, double[] hessian) = (new double[n], new double[n], new double[n]);
        loss.PerExample(predictions, targets, losses);
        loss.ValueGradientAndHessian(predictions, targets, gradient, hessian, reduction: Reduction.Sum);
        for (int i = 0; i < n; i++)
        {
            PointLoss<double> at = expected.At(predictions[i], s_targets[i]);
            string where = $"{loss} at {predictions[i]} for {s_targets[i]}";
            losses[i].Should().BeApproximately(at.Loss, 1e-14 * (1 + Math.Abs(at.Loss)), where);
            gradient[i].Should().BeApproximately(at.Derivative, 1e-14 * (1 + Math.Abs(at.Derivative)), where);
            hessian[i].Should().BeApproximately(at.SecondDerivative, 1e-14 * (1 + Math.Abs(at.SecondDerivative)), where);
        }
    }

    /// <summary>A formula that says nothing of itself.</summary>
    private readonly struct Overpricing(double cost) : IPointwiseFormula
    {
        private readonly Parameter _cost = cost;

        public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
            TLane.SelectGreater(prediction, target, _cost * (prediction - target), TLane.Square(prediction - target));
    }
}
