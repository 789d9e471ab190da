namespace LossKit.LightGbm.Tests;

/// <summary>LossKit's losses lead to the trees of LightGBM's own objectives, where both define the same.</summary>
public sealed class BuiltInTests
{
    private static readonly Sample s_sample = new(1000, seed: 1);
    private static readonly LightGbmOptions s_options = new()
    {
        Rounds = 30,
        Threads = 1,
        MinimumExamples = 10,

        // Without it only the ratio of both derivatives would count.
        L2 = 0.5,
    };

    public static TheoryData<string, PointwiseLoss<double>, double[], double> Pointwise => new()
    {
        { "regression", Loss.SquaredError<double>().Scaled(0.5), s_sample.Numbers, 1 },
        { "binary", Loss.BinaryCrossEntropyLogits<double>(), s_sample.Signs, 1 },
        { "cross_entropy", Loss.BinaryCrossEntropyLogits<double>(), s_sample.Signs, 1 },
        { "poisson", Loss.Poisson<double>(), s_sample.Counts, Math.Exp(0.7) },
        { "gamma", Loss.Gamma<double>(), s_sample.Positive, 1 },
        { "tweedie tweedie_variance_power=1.3", Loss.Tweedie<double>(1.3), s_sample.Counts, 1 },
        { "huber alpha=0.5", Loss.Huber<double>(delta: 0.5).HessianFloor(1), s_sample.Numbers, 1 },
        { "fair fair_c=0.7", Loss.Fair<double>(0.7), s_sample.Numbers, 1 },
    };

    [Theory, MemberData(nameof(Pointwise))]
    public void A_pointwise_loss_has_the_scores_of_the_objective(
        string objective, PointwiseLoss<double> loss, double[] targets, double factor)
    {
        // LightGBM's squared error rounds to single precision before it weighs, which powers of 2 are not hurt by.
        double[] some = objective == "regression"
            ? Array.ConvertAll(s_sample.Weights, weight => Math.Pow(2, Math.Round(4 * weight) - 3))
            : s_sample.Weights;
        foreach (double[] weights in (double[][])[[], some])
        {
            LightGbmDataset<double> dataset = new(s_sample.Features, Sample.Columns, targets) { Weights = weights };
            using LightGbmBooster builtIn = dataset.TrainBuiltIn(objective, s_options);
            using LightGbmBooster own = loss.TrainLightGbm(
                dataset,
                s_options with
                {
                    CurvatureFactor = factor,
                    CurvatureFloor = objective.StartsWith("fair", StringComparison.Ordinal) ? 0 : null,
                    InitialScores = InitialOf(objective, targets, weights),
                });

            own.Rounds.Should().Be(s_options.Rounds);
            Difference(own.PredictRaw<double>(s_sample.Features), builtIn.PredictRaw<double>(s_sample.Features))
                .Should().BeLessThan(1e-12);
            Difference(own.Predict<double>(s_sample.Features), builtIn.Predict<double>(s_sample.Features))
                .Should().BeLessThan(1e-12);
        }
    }

    [Fact]
    public void Softmax_has_the_scores_of_the_objective()
    {
        foreach (double[] weights in (double[][])[[], s_sample.Weights])
        {
            LightGbmDataset<int> dataset = new(s_sample.Features, Sample.Columns, s_sample.Labels)
            {
                Weights = weights,
            };
            using LightGbmBooster builtIn = dataset.TrainBuiltIn("multiclass num_class=3", s_options);
            using LightGbmBooster own = Loss.SoftmaxCrossEntropy<double>(classes: 3)
                .TrainLightGbm(dataset, s_options with { CurvatureFactor = 3.0 / 2 });

            own.Predictions.Should().Be(3);
            Difference(own.PredictRaw<double>(s_sample.Features), builtIn.PredictRaw<double>(s_sample.Features))
                .Should().BeLessThan(1e-12);
            Difference(own.Predict<double>(s_sample.Features), builtIn.Predict<double>(s_sample.Features))
                .Should().BeLessThan(1e-12);
        }
    }

    [Fact]
    public void The_number_of_classes_of_an_objective_may_be_a_parameter()
    {
        LightGbmDataset<int> dataset = s_sample.With(s_sample.Labels);
        using LightGbmBooster inText = dataset.TrainBuiltIn("multiclass num_class=3", s_options);
        using LightGbmBooster inOptions = dataset.TrainBuiltIn(
            "multiclass",
            s_options with { Parameters = new Dictionary<string, string> { ["num_classes"] = "3" } });

        inOptions.PredictRaw<double>(s_sample.Features).Should().Equal(inText.PredictRaw<double>(s_sample.Features));
    }

    [Fact]
    public void Several_binary_losses_are_one_against_all()
    {
        double[] targets =
            [.. s_sample.Labels.SelectMany(label => Enumerable.Range(0, 3).Select(k => k == label ? 1.0 : 0))];
        using LightGbmBooster builtIn = s_sample.With(s_sample.Labels)
            .TrainBuiltIn("multiclassova num_class=3", s_options);
        using LightGbmBooster own = Loss.BinaryCrossEntropyLogits<double>().OverRows(3)
            .TrainLightGbm(s_sample.With(targets), s_options);

        Difference(own.PredictRaw<double>(s_sample.Features), builtIn.PredictRaw<double>(s_sample.Features))
            .Should().BeLessThan(1e-12);
        own.Link.Should().Be(LightGbmLink.Logit);
    }

    /// <summary>
    /// These objectives put a quantile of the residuals in each leaf, but grow it by the same derivatives.
    /// </summary>
    [Theory]
    [InlineData("regression_l1", 0.5, 2)]
    [InlineData("quantile alpha=0.8", 0.8, 1)]
    public void A_quantile_grows_the_first_tree_of_the_objective(string objective, double quantile, double scale)
    {
        LightGbmDataset<double> dataset = s_sample.With(s_sample.Numbers);
        LightGbmOptions once = s_options with { Rounds = 1 };
        using LightGbmBooster builtIn = dataset.TrainBuiltIn(
            objective, once with { Parameters = new Dictionary<string, string> { ["boost_from_average"] = "false" } });
        using LightGbmBooster own = Loss.Quantile<double>(quantile).Scaled(scale)
            .TrainLightGbm(dataset, once with { InitialScores = [0] });

        string[] expected = SplitsOf(builtIn);
        expected.Should().HaveCountGreaterThan(2);
        SplitsOf(own).Should().Equal(expected);
    }

    /// <summary>LightGBM reads its sigmoid off a table of a million entries, in steps of 1e-4 of a score.</summary>
    [Fact]
    public void LambdaRank_has_almost_the_scores_of_the_objective()
    {
        int[] lengths = [.. Enumerable.Repeat(20, s_sample.Rows / 20)];
        LightGbmDataset<double> dataset = new(s_sample.Features, Sample.Columns, s_sample.Relevances)
        {
            GroupLengths = lengths,
        };
        LightGbmOptions few = s_options with { Rounds = 5 };
        using LightGbmBooster builtIn = dataset.TrainBuiltIn("lambdarank lambdarank_truncation_level=30", few);
        using LightGbmBooster own = Loss
            .LambdaRank<double>(truncation: 30, scoreNormalization: true, gradientNormalization: true)
            .TrainLightGbm(dataset, few);

        double[] scores = builtIn.PredictRaw<double>(s_sample.Features);
        scores.Max().Should().BeGreaterThan(0.1);
        Difference(own.PredictRaw<double>(s_sample.Features), scores).Should().BeLessThan(1e-3);
    }

    private static double[]? InitialOf(string objective, double[] targets, double[] weights) =>
        objective.Split(' ')[0] is "huber" or "fair"
            ? [weights.Length == 0 ? targets.Average() : targets.Zip(weights, (t, w) => t * w).Sum() / weights.Sum()]
            : null;

    private static string[] SplitsOf(LightGbmBooster booster) =>
    [
        .. booster.ToString().Split('\n').Where(line => line.StartsWith("split_feature=", StringComparison.Ordinal)
            || line.StartsWith("threshold=", StringComparison.Ordinal)
            || line.StartsWith("leaf_count=", StringComparison.Ordinal)),
    ];

    private static double Difference(double[] one, double[] other)
    {
        one.Should().HaveSameCount(other);
        return one.Zip(other, (a, b) => Math.Abs(a - b)).Max();
    }
}
