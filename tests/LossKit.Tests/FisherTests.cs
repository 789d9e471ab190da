using System.Runtime.CompilerServices;

namespace LossKit.Tests;

/// <summary>Fisher information against what the loss' own derivatives are on average over its distribution.</summary>
[Trait("Category", "Formulas")]
public sealed class FisherTests
{
    private static readonly double[] s_angles = Grid(720, -Math.PI, Math.PI - Math.PI / 360);

    public static TheoryData<string> Names => new(s_likelihoods.Keys);

    private static readonly Dictionary<string, Likelihood> s_likelihoods = new()
    {
        ["normal"] = new(Loss.NormalNll<double>(), [[0.5, -1], [2, 1.5]], Reals()),
        ["normal, variance"] = new(Loss.NormalNll<double>(Link.Identity), [[0.5, 0.4], [2, 5]], Reals()),
        ["normal, given"] = new(Loss.NormalNllGivenVariance<double>(), [[0.5], [-1]], Reals()) { Side = [2.5] },
        ["Laplace"] = new(Loss.LaplaceNll<double>(), [[0.5, -1], [0.1, 1]], Reals()) { IsKinked = true },
        ["Laplace, scale"] = new(Loss.LaplaceNll<double>(Link.Identity), [[0.5, 0.4], [0.1, 3]], Reals()) { IsKinked = true },
        ["Student"] = new(Loss.StudentTNll<double>(2), [[0.5, -1], [2, 1]], Reals()),
        ["Student, scale"] = new(Loss.StudentTNll<double>(1.2, Link.Identity), [[0.5, 0.4], [2, 3]], Reals()),
        ["gamma"] = new(Loss.GammaNll<double>(), [[0.5, -0.5], [-1, 1], [2, 4]], Positives()),
        ["beta"] = new(Loss.BetaDistributionNll<double>(), [[0.5, 1], [-0.2, 2]], Shares()),
        ["beta, parameters"] = new(Loss.BetaDistributionNll<double>(Link.Identity), [[0.8, 3], [6, 2]], Shares()),
        ["von Mises"] = new(Loss.VonMisesNll<double>(), [[0.5, -2], [1, 0.3], [-1, 3]], Weighed(s_angles, _ => 1)),
        ["von Mises, concentration"] = new(
            Loss.VonMisesNll<double>(Link.Identity), [[0.5, 0.2], [1, 1.5], [-1, 20]], Weighed(s_angles, _ => 1)),
        ["negative binomial"] = new(
            Loss.NegativeBinomialNll<double>(), [[0.5, -1], [2, 0.5]], Weighed(Grid(3001, 0, 3000), _ => 1))
        { Known = 1 },
        ["exponential"] = new(Loss.ExponentialSurvival<double>(), [[0.5], [-1]], Positives()) { Side = [1] },
        ["Weibull"] = new(Loss.WeibullSurvival<double>(), [[0.5, 0.5], [-1, -0.5]], Positives()) { Side = [1] },
        ["normal of one variance"] = new(
            Loss.GaussianNegativeLogLikelihood<double>(2.5), [[0.5], [-1]], Reals()),
        ["Laplace of one scale"] = new(
            Loss.LaplaceNegativeLogLikelihood<double>(0.6), [[0.5], [0.1]], Reals())
        { IsKinked = true },
        ["Student of one scale"] = new(
            Loss.StudentTNegativeLogLikelihood<double>(2.5, 0.6), [[0.5], [-1]], Reals()),
        ["Poisson"] = new(Loss.Poisson<double>(), [[0.5], [2]], Counts()),
        ["Poisson of its mean"] = new(Loss.PoissonMean<double>(0), [[0.5], [7]], Counts()),
        ["Poisson, by divergence"] = new(Loss.GeneralizedKl<double>(), [[0.5], [7]], Divergences()),
        ["Tweedie 0"] = new(Loss.Tweedie<double>(0), [[0.5], [-1]], Reals()),
        ["Tweedie 1"] = new(Loss.Tweedie<double>(1), [[0.5], [2]], Counts()),
        ["Tweedie 2"] = new(Loss.Tweedie<double>(2), [[0.5], [-1]], Positives()),
        ["Tweedie 3"] = new(Loss.Tweedie<double>(3), [[0.5], [-1]], InverseGaussian()),
        ["Tweedie identity 0"] = new(Loss.TweedieIdentity<double>(0), [[0.5], [-1]], Reals()),
        ["Tweedie identity 2"] = new(Loss.TweedieIdentity<double>(2), [[0.5], [3]], Positives()),
        ["Tweedie identity 3"] = new(Loss.TweedieIdentity<double>(3), [[0.5], [3]], InverseGaussian()),
        ["cross-entropy"] = new(Loss.BinaryCrossEntropyLogits<double>(), [[0.5], [-3]], ([0, 1], [1, 1])),
        ["logistic"] = new(Loss.Logistic<double>(), [[0.5], [-3]], ([-1, 1], [1, 1])),
        ["gamma of shape 1"] = new(Loss.Gamma<double>(), [[0.5], [-1]], Positives()),
    };

    /// <summary>
    /// Σ p(t)·∂²l and Σ p(t)·(∂l)² on a grid of targets, p = e^(−l) but for what no prediction changes: both are the
    /// information, where the loss has no kink.
    /// </summary>
    [Theory, MemberData(nameof(Names))]
    public void It_is_what_second_derivatives_and_squared_gradients_are_on_average(string name)
    {
        Likelihood likelihood = s_likelihoods[name];
        TupleLoss<double> fisher = likelihood.WithFisher;
        int k = likelihood.Loss.Shape.Predictions;
        (double[] grid, double[] weights) = likelihood.Grid;
        double[] targets = [.. grid.SelectMany(t => (double[])[t, .. likelihood.Side])];
        foreach (double[] at in likelihood.At)
        {
            double[] predictions = [.. grid.SelectMany(_ => at)];
            (double[] losses, double[] gradient, double[] hessian) =
                (new double[grid.Length], new double[predictions.Length], new double[predictions.Length]);
            likelihood.Loss.PerExample(predictions, targets, losses);
            likelihood.Loss.ValueGradientAndHessian(predictions, targets, gradient, hessian, reduction: Reduction.Sum);
            double least = losses.Min();
            double[] shares = [.. losses.Select((loss, i) => Math.Exp(least - loss) * weights[i])];
            double total = shares.Sum();
            double[] same = new double[predictions.Length];
            double[] information = new double[predictions.Length];
            fisher.ValueGradientAndHessian(predictions, targets, same, information, reduction: Reduction.Sum);
            same.Should().Equal(gradient);
            for (int c = 0; c < k; c++)
            {
                double mean = 0;
                double squares = 0;
                for (int i = 0; i < grid.Length; i++)
                {
                    mean += shares[i] / total * hessian[i * k + c];
                    squares += shares[i] / total * gradient[i * k + c] * gradient[i * k + c];
                    if (c >= likelihood.Known)
                    {
                        information[i * k + c].Should().Be(hessian[i * k + c]);
                    }
                }

                string where = $"prediction {c} of {name} at {string.Join(", ", at)}";
                double tolerance = likelihood.IsKinked ? 1e-4 : 1e-9;
                if (c < likelihood.Known)
                {
                    information[c].Should().BePositive(where);
                    information[^(k - c)].Should().Be(information[c]);
                    squares.Should().BeApproximately(information[c], tolerance * information[c], where);
                    if (!likelihood.IsKinked || c > 0)
                    {
                        mean.Should().BeApproximately(information[c], tolerance * information[c], where);
                    }
                }
            }
        }
    }

    /// <summary>Its second derivatives by the concentrations themselves are the same for all shares.</summary>
    [Fact]
    public void Of_Dirichlet_s_distribution_it_is_the_Hessian()
    {
        double[] at = [0.4, 3, 11];
        double[] gradient = new double[3];
        double[] hessian = new double[3];
        double[] information = new double[3];
        double[] ofLogs = new double[3];
        Loss.DirichletNll<double>(3, Link.Identity).ValueGradientAndHessian(at, [0.2, 0.3, 0.5], gradient, hessian);
        Loss.DirichletNll<double>(3, Link.Identity).WithFisherHessian()
            .ValueGradientAndHessian(at, [0.6, 0.3, 0.1], gradient, information);
        Loss.DirichletNll<double>(3).WithFisherHessian()
            .ValueGradientAndHessian([.. at.Select(number => Math.Log(number))], [0.6, 0.3, 0.1], gradient, ofLogs);
        for (int k = 0; k < 3; k++)
        {
            information[k].Should().BeApproximately(hessian[k], 1e-12 * hessian[k]);
            ofLogs[k].Should().BeApproximately(at[k] * at[k] * hessian[k], 1e-12 * ofLogs[k]);
        }
    }

    /// <summary>Where the parts of it nearly cancel, or leave a float's range by themselves.</summary>
    [Fact]
    public void Extremes_keep_their_digits()
    {
        Near(Loss.GammaNll<float>(), Loss.GammaNll<double>(), [0, 16], 1, Math.Exp(16), 0.5);
        Near(Loss.GammaNll<float>(), Loss.GammaNll<double>(), [0, -16], 1, Math.Exp(-16), 1);
        Near(Loss.VonMisesNll<float>(), Loss.VonMisesNll<double>(), [0, -9], 1, Math.Exp(-18) / 2, Math.Exp(-18) / 2);
        Near(Loss.VonMisesNll<float>(), Loss.VonMisesNll<double>(), [0, 14], 1, Math.Exp(14) - 0.5, 0.5);
        Near(
            Loss.NegativeBinomialNll<float>(), Loss.NegativeBinomialNll<double>(), [60, -60], 1,
            1 / (Math.Exp(-60) + Math.Exp(-60)));
        double share = Math.Exp(-14);
        Near(
            Loss.BetaDistributionNll<float>(), Loss.BetaDistributionNll<double>(), [14, 0], 0.5,
            1 / (1 + share) + (1 - 1 / (1 + share) / (1 + share)) / 2, (Math.PI * Math.PI / 6) - share);

        static void Near(
            TupleLoss<float> single, TupleLoss<double> twice, double[] at, double target, params double[] expected)
        {
            int k = at.Length;
            (double[] gradient, double[] information) = (new double[k], new double[k]);
            (float[] gradients, float[] informations) = (new float[k], new float[k]);
            twice.WithFisherHessian().ValueGradientAndHessian(at, [target], gradient, information);
            single.WithFisherHessian().ValueGradientAndHessian(
                [.. at.Select(number => (float)number)], [(float)target], gradients, informations);
            for (int c = 0; c < expected.Length; c++)
            {
                information[c].Should().BeApproximately(expected[c], 1e-6 * expected[c], $"number {c} of {twice}");
                ((double)informations[c]).Should().BeApproximately(
                    information[c], 4e-6 * information[c], $"number {c} of {single}");
            }
        }
    }

    [Fact]
    public void Weights_reductions_layouts_and_NaN_are_as_for_any_loss()
    {
        TupleLoss<double> loss = Loss.NormalNll<double>().WithFisherHessian();
        double[] predictions = [1, 0, 2, Math.Log(4), double.NaN, 0];
        double[] gradient = new double[6];
        double[] hessian = new double[6];
        loss.ValueGradientAndHessian(predictions, [0, 0, 0], gradient, hessian, [1, 3, 0]);
        hessian.Should().Equal(0.25, 0.125, 0.75 * 0.25, 0.75 * 0.5, 0, 0);
        loss.Planar().ValueGradientAndHessian(
            [1, 2, double.NaN, 0, Math.Log(4), 0], [0, 0, 0], gradient, hessian, reduction: Reduction.Sum);
        hessian.Should().Equal(1, 0.25, double.NaN, 0.5, 0.5, double.NaN);
        loss.ValueGradientAndHessian(predictions, [0, 0, 0], predictions, hessian, [1, 1, 0], Reduction.Sum);
        hessian.Should().Equal(1, 0.5, 0.25, 0.5, 0, 0);
        loss.Scaled(2).Plus(loss).ValueGradientAndHessian([1, 0], [3], gradient.AsSpan(0, 2), hessian.AsSpan(0, 2));
        hessian[..2].Should().Equal(3, 1.5);
        loss.Facts.Should().Be(LossFacts.Unknown);
        loss.Invoking(each => each.Checked().Value([double.NaN, 0], [0])).Should().Throw<ArgumentException>();
    }

    /// <summary>Any length, so that blocks and what is left of them are walked.</summary>
    [Fact]
    public void Every_example_has_its_own()
    {
        foreach (int length in (int[])[1, 7, 255, 256, 257, 1000])
        {
            float[] predictions = [.. Enumerable.Range(0, 2 * length).Select(i => i % 2 == 0 ? i : i % 17 * 0.1f)];
            float[] targets = [.. Enumerable.Range(0, length).Select(i => 1f + i % 5)];
            float[] gradient = new float[2 * length];
            float[] hessian = new float[2 * length];
            Loss.LaplaceNll<float>().WithFisherHessian()
                .ValueGradientAndHessian(predictions, targets, gradient, hessian, reduction: Reduction.Sum);
            for (int i = 0; i < length; i++)
            {
                double expected = Math.Exp(-2 * predictions[2 * i + 1]);
                ((double)hessian[2 * i]).Should().BeApproximately(expected, 1e-6 * expected);
                hessian[2 * i + 1].Should().Be(1);
            }
        }
    }

    [Fact]
    public void A_loss_chosen_at_run_time_has_it_too()
    {
        double[] gradient = new double[1];
        double[] hessian = new double[1];
        Loss.Parse<double>("laplaceNegativeLogLikelihood(0.5)").WithFisherHessian()
            .ValueGradientAndHessian([3], [1], gradient, hessian).Sum.Should().BeApproximately(4, 1e-15);
        gradient.Should().Equal(2);
        hessian.Should().Equal(4);
    }

    /// <summary>
    /// Second derivatives are linear in the target, so that they are expected to be those of the mean.
    /// </summary>
    [Fact]
    public void Of_Tweedie_it_is_the_Hessian_at_the_mean()
    {
        double[] gradient = new double[1];
        double[] hessian = new double[1];
        foreach (double power in (double[])[-1, 1.1, 1.5, 1.9, 2.5])
        {
            Loss.Tweedie<double>(power).WithFisherHessian().ValueGradientAndHessian([0.7], [9], gradient, hessian);
            double mean = Math.Exp(0.7);
            double expected = Loss.Tweedie<double>(power).At(0.7, mean).SecondDerivative;
            hessian[0].Should().BeApproximately(expected, 1e-13 * expected);
            Loss.TweedieIdentity<double>(power).WithFisherHessian()
                .ValueGradientAndHessian([mean], [9], gradient, hessian);
            expected = Loss.TweedieIdentity<double>(power).At(mean, mean).SecondDerivative;
            hessian[0].Should().BeApproximately(expected, 1e-13 * expected);
        }
    }

    [Fact]
    public void Formulas_of_your_own_say_it()
    {
        float[] gradient = new float[4];
        float[] hessian = new float[4];
        Loss.FromTupleFormula<float, Three>(default).WithFisherHessian()
            .ValueGradientAndHessian([1, 2, 3, 4], [], gradient, hessian);
        gradient.Should().Equal(2, 4, 6, 8);
        hessian.Should().Equal(10, 21, 32, 43);
        Loss.FromFormula<float, Rate>(default).WithFisherHessian()
            .ValueGradientAndHessian([2], [3], gradient.AsSpan(0, 1), hessian.AsSpan(0, 1));
        gradient[0].Should().Be(-0.25f);
        hessian[0].Should().Be(0.25f);
    }

    [Fact]
    public void What_has_none_says_so()
    {
        foreach (Func<object> make in (Func<object>[])
        [
            () => Loss.SquaredError<float>().WithFisherHessian(),
            () => Loss.Parse<float>("huber").WithFisherHessian(),
            () => Loss.Poisson<float>().Scaled(2).WithFisherHessian(),
            () => Loss.Hinge<float>().WithFisherHessian(),
            () => Loss.BinaryCrossEntropyLogits<float>(2).WithFisherHessian(),
            () => Loss.BinaryCrossEntropyLogits<float>(labelSmoothing: 0.1).WithFisherHessian(),
            () => Loss.Tweedie<float>(0.5).WithFisherHessian(),
            () => Loss.TweedieIdentity<float>(0.5).WithFisherHessian(),
            () => Loss.NormalNll<float>(beta: 0.5).WithFisherHessian(),
            () => Loss.NormalNll<float>().Scaled(2).WithFisherHessian(),
            () => Loss.MixtureDensityNll<float>(2).WithFisherHessian(),
            () => Loss.StudentTNllDegrees<float>().WithFisherHessian(),
            () => Loss.ZeroInflatedPoissonNll<float>().WithFisherHessian(),
            () => Loss.Poisson<float>().AsymmetricPerExample().WithFisherHessian(),
            () => Loss.Dpo<float>().WithFisherHessian(),
        ])
        {
            make.Should().Throw<NotSupportedException>()
                .WithMessage("The Fisher information of '*(*' is not known*HasFisherInformation*");
        }
    }

    private static (double[], double[]) Reals() =>
        Mapped(Grid(40_001, -30, 30), u => (Math.Sinh(u), Math.Cosh(u)));

    private static (double[], double[]) Positives() => Mapped(Grid(8001, -60, 15), u => (Math.Exp(u), Math.Exp(u)));

    private static (double[], double[]) Shares() => Mapped(
        Grid(4001, -36, 36), u => (1 / (1 + Math.Exp(-u)), 1 / (2 + Math.Exp(u) + Math.Exp(-u))));

    // What Poisson's loss leaves out is log t!.
    private static (double[], double[]) Counts() => Weighed(
        Grid(150, 0, 149), t => 1 / Enumerable.Range(1, (int)t).Aggregate(1.0, (product, n) => product * n));

    // Of a divergence, what is the target's alone is left out.
    private static (double[], double[]) Divergences() => Weighed(
        Counts().Item1, t => Counts().Item2[(int)t] * (t > 0 ? Math.Exp(t * Math.Log(t) - t) : 1));

    private static (double[], double[]) InverseGaussian()
    {
        (double[] grid, double[] weights) = Positives();
        return (grid, [.. grid.Select((t, i) => weights[i] * Math.Exp(-0.5 / t) / (t * Math.Sqrt(t)))]);
    }

    private static (double[], double[]) Weighed(double[] grid, Func<double, double> weight) =>
        (grid, [.. grid.Select(weight)]);

    private static (double[], double[]) Mapped(double[] grid, Func<double, (double Number, double Slope)> map) =>
        ([.. grid.Select(u => map(u).Number)], [.. grid.Select(u => map(u).Slope)]);

    private static double[] Grid(int count, double from, double to) =>
        [.. Enumerable.Range(0, count).Select(i => from + i * (to - from) / (count - 1))];

    /// <param name="Loss">The negative log-likelihood.</param>
    /// <param name="At">Predictions that it is tried at.</param>
    /// <param name="Grid">Targets, and how much of the distribution's measure is at each.</param>
    private sealed record Likelihood(
        ISecondOrderLoss<double, double> Loss, double[][] At, (double[] Targets, double[] Weights) Grid)
    {
        public TupleLoss<double> WithFisher => Loss is PointwiseLoss<double> pointwise
            ? pointwise.WithFisherHessian()
            : ((TupleLoss<double>)Loss).WithFisherHessian();

        /// <summary>What an example has besides its target.</summary>
        public double[] Side { get; init; } = [];

        public bool IsKinked { get; init; }

        /// <summary>How many of the first predictions have it.</summary>
        public int Known { get; init; } = Loss.Shape.Predictions;
    }

    /// <summary>A formula of three predictions and more, which all have an information of their own.</summary>
    private readonly struct Three : ITupleFormula
    {
        public static int Predictions => 4;

        public static int Targets => 0;

        public bool HasFisherInformation => true;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TLane Loss<TLane, TExample>(TExample x)
            where TLane : struct, ILane<TLane>
            where TExample : struct, IExample<TLane>, allows ref struct =>
            TLane.Square(x[0]) + TLane.Square(x[1]) + TLane.Square(x[2]) + TLane.Square(x[3]);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TLane FisherInformation<TLane, TExample>(TExample x, int k)
            where TLane : struct, ILane<TLane>
            where TExample : struct, IExample<TLane>, allows ref struct => 10.0 * x[k] + k;
    }

    /// <summary>1.25p − t·log p, and an information that it does not have.</summary>
    private readonly struct Rate : IPointwiseFormula
    {
        public bool HasFisherInformation => true;

        public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
            prediction - target * TLane.Log(prediction) + 0.25 * prediction;

        public TLane FisherInformation<TLane>(TLane prediction) where TLane : struct, ILane<TLane> => 0.5 / prediction;
    }
}
