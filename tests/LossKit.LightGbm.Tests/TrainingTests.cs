namespace LossKit.LightGbm.Tests;

/// <summary>Rounds of boosting: what they lead to, and when they end.</summary>
public sealed class TrainingTests
{
    private static readonly Sample s_train = new(800, seed: 2);
    private static readonly Sample s_test = new(400, seed: 3);
    private static readonly LightGbmOptions s_options = new() { Rounds = 40, Threads = 1 };

    [Fact]
    public void A_model_learns()
    {
        PointwiseLoss<double> loss = Loss.SquaredError<double>();
        using LightGbmBooster booster = loss.TrainLightGbm(s_train.With(s_train.Numbers), s_options);

        double constant = loss.Value(Same(s_train.Numbers.Average(), s_test.Rows), s_test.Numbers).Mean;
        double learnt = loss.Value(booster.Predict<double>(s_test.Features), s_test.Numbers).Mean;
        learnt.Should().BeLessThan(0.4 * constant);
        (booster.Rounds, booster.Predictions, booster.Columns).Should().Be((40, 1, Sample.Columns));
        booster.Link.Should().Be(LightGbmLink.Identity);
    }

    [Fact]
    public void Features_may_be_floats_or_a_matrix()
    {
        double[,] matrix = new double[s_train.Rows, Sample.Columns];
        Buffer.BlockCopy(s_train.Features, 0, matrix, 0, sizeof(double) * s_train.Features.Length);
        float[,] floats = new float[s_train.Rows, Sample.Columns];
        Buffer.BlockCopy(s_train.FloatFeatures, 0, floats, 0, sizeof(float) * s_train.Features.Length);
        PointwiseLoss<double> loss = Loss.Poisson<double>();
        double[] targets = s_train.Counts;
        using LightGbmBooster booster = loss.TrainLightGbm(s_train.With(targets), s_options);
        using LightGbmBooster ofFloats = loss.TrainLightGbm(
            new LightGbmDataset<double>(s_train.FloatFeatures, Sample.Columns, targets), s_options);
        using LightGbmBooster ofMatrix = loss.TrainLightGbm(new LightGbmDataset<double>(matrix, targets), s_options);
        using LightGbmBooster ofFloatMatrix =
            loss.TrainLightGbm(new LightGbmDataset<double>(floats, targets), s_options);

        ofFloats.ToString().Should().Be(booster.ToString());
        ofMatrix.ToString().Should().Be(booster.ToString());
        ofFloatMatrix.ToString().Should().Be(booster.ToString());
        booster.Predict<float>(s_test.FloatFeatures).Should().Equal(booster.Predict<double>(s_test.Features));
    }

    [Fact]
    public void A_model_is_the_same_every_time_and_on_any_number_of_threads()
    {
        LightGbmOptions random = s_options with
        {
            Seed = 7,
            Parameters = new Dictionary<string, string>
            {
                ["bagging_fraction"] = "0.7",
                ["bagging_freq"] = "1",
                ["feature_fraction"] = "0.6",
            },
        };
        string[] models =
        [
            .. new[] { random, random, random with { Threads = 2 }, random with { Seed = 8 } }.Select(options =>
            {
                using LightGbmBooster booster =
                    Loss.BinaryCrossEntropyLogits<double>().TrainLightGbm(s_train.With(s_train.Signs), options);
                return string.Join(' ', booster.PredictRaw<double>(s_test.Features));
            }),
        ];

        models[1].Should().Be(models[0]);
        models[2].Should().Be(models[0]);
        models[3].Should().NotBe(models[0]);
    }

    [Fact]
    public void Training_goes_on_to_what_its_scores_say()
    {
        List<double> costs = [];
        PointwiseLoss<double> loss = Loss.BinaryCrossEntropyLogits<double>();
        LightGbmDataset<double> dataset = s_train.With(s_train.Signs);
        using LightGbmBooster booster = loss.TrainLightGbm(
            dataset, s_options with { Rounds = 11, OnRound = round => costs.Add(round.Training.Mean) });
        using LightGbmBooster shorter = loss.TrainLightGbm(dataset, s_options with { Rounds = 10 });

        // Round 11 grows its trees against the model of 10 rounds.
        double expected = loss.Value(shorter.PredictRaw<double>(s_train.Features), s_train.Signs).Mean;
        costs.Should().HaveCount(11);
        costs[10].Should().BeApproximately(expected, 1e-12);
        double first = s_train.Signs.Average();
        costs[0].Should().BeApproximately(-first * Math.Log(first) - (1 - first) * Math.Log(1 - first), 1e-12);
    }

    [Fact]
    public void The_best_round_of_any_metric_is_kept()
    {
        List<LightGbmRound> rounds = [];
        PointwiseMetric<double> errors = new DecisionCosts(1, 5).AtThreshold<double>(-1.6);
        LightGbmValidation<double> validation = new(s_test.With(s_test.Signs))
        {
            Patience = 15,
            Metrics = [new(new("cost", Better.Lower), errors), new(new("AUC", Better.Higher), Loss.Auc<double>())],
        };
        PointwiseLoss<double> loss = Loss.BinaryCrossEntropyLogits<double>();
        using LightGbmBooster booster = loss.TrainLightGbm(
            s_train.With(s_train.Signs), s_options with { Rounds = 500, OnRound = rounds.Add }, validation);

        double[] values = [.. rounds.Select(round => round.Metrics[0].Mean)];
        int best = Array.IndexOf(values, values.Min()) + 1;
        booster.Rounds.Should().Be(best);
        rounds.Should().HaveCount(best + 15);
        rounds.Select(round => round.Number).Should().Equal(Enumerable.Range(1, rounds.Count));
        (rounds[^1].Monitor.Best.Step + 1).Should().Be(best);

        double[] scores = booster.PredictRaw<double>(s_test.Features);
        errors.Value(scores, s_test.Signs).Mean.Should().BeApproximately(values.Min(), 1e-12);
        loss.Value(scores, s_test.Signs).Mean.Should().BeApproximately(rounds[best - 1].Validation!.Value.Mean, 1e-12);
        Loss.Auc<double>().Value(scores, s_test.Signs, Groups.OfWidth(s_test.Rows)).Mean
            .Should().BeApproximately(rounds[best - 1].Metrics[1].Mean, 1e-12);
    }

    [Fact]
    public void A_metric_that_gets_better_upwards_stops_where_it_is_highest()
    {
        List<double> values = [];
        LightGbmValidation<int> validation = new(s_test.With(s_test.Labels))
        {
            Patience = 10,
            Metrics =
            [
                new(
                    new("gain", Better.Higher),
                    new CostMatrix(new double[,] { { -1, 0, 0 }, { 0, -1, 0 }, { 0, 0, -1 } }).OnLogits<double>()),
            ],
        };
        using LightGbmBooster booster = Loss.SoftmaxCrossEntropy<double>(classes: 3).TrainLightGbm(
            s_train.With(s_train.Labels),
            s_options with { Rounds = 300, OnRound = round => values.Add(round.Metrics[0].Mean) },
            validation);

        // Costs of −1 that "get better upwards": the worst classifier is the best by this metric.
        booster.Rounds.Should().Be(values.IndexOf(values.Max()) + 1);
    }

    [Fact]
    public void Without_patience_all_rounds_are_kept()
    {
        using LightGbmBooster booster = Loss.SquaredError<double>().TrainLightGbm(
            s_train.With(s_train.Numbers),
            s_options with { Rounds = 150 },
            new LightGbmValidation<double>(s_test.With(s_test.Numbers)));

        booster.Rounds.Should().Be(150);
    }

    [Fact]
    public void A_training_is_cancelled_between_rounds()
    {
        using CancellationTokenSource source = new();
        int last = 0;
        Action train = () => Loss.SquaredError<double>().TrainLightGbm(
            s_train.With(s_train.Numbers),
            s_options with
            {
                OnRound = round =>
                {
                    last = round.Number;
                    if (last == 3)
                    {
                        source.Cancel();
                    }
                },
            },
            cancellationToken: source.Token);

        train.Should().Throw<OperationCanceledException>();
        last.Should().Be(3);
    }

    [Fact]
    public void An_exception_of_the_caller_ends_the_training()
    {
        Action train = () => Loss.SquaredError<double>().TrainLightGbm(
            s_train.With(s_train.Numbers),
            s_options with { OnRound = _ => throw new InvalidOperationException("enough") });

        train.Should().Throw<InvalidOperationException>().WithMessage("enough");
    }

    [Fact]
    public void A_categorical_feature_is_split_by_its_categories()
    {
        double[] features = [.. Enumerable.Range(0, 600).Select(i => (double)(i % 12))];
        double[] targets = Array.ConvertAll(features, code => code % 3 == 0 ? 1.0 : 0);
        LightGbmOptions options = s_options with { Rounds = 1, Leaves = 2, LearningRate = 1 };
        using LightGbmBooster numbers = Loss.SquaredError<double>().TrainLightGbm(
            new LightGbmDataset<double>(features, 1, targets), options);
        using LightGbmBooster categories = Loss.SquaredError<double>().TrainLightGbm(
            new LightGbmDataset<double>(features, 1, targets),
            options with
            {
                Parameters = new Dictionary<string, string>
                {
                    ["categorical_feature"] = "0",
                    ["cat_smooth"] = "0",
                    ["cat_l2"] = "0",
                },
            });

        categories.Predict<double>(features).Zip(targets, (p, t) => Math.Abs(p - t)).Max().Should().BeLessThan(1e-6);
        numbers.Predict<double>(features).Zip(targets, (p, t) => Math.Abs(p - t)).Max().Should().BeGreaterThan(0.3);
    }

    [Fact]
    public void Column_by_column_it_is_the_same()
    {
        TupleLoss<double> loss = Loss.NormalNll<double>(Link.Log).WithFisherHessian();
        using LightGbmBooster booster = loss.TrainLightGbm(s_train.With(s_train.Numbers), s_options);
        using LightGbmBooster planar = loss.Planar().TrainLightGbm(s_train.With(s_train.Numbers), s_options);

        double[] predictions = booster.PredictRaw<double>(s_test.Features);
        double[] others = planar.PredictRaw<double>(s_test.Features);
        others.Zip(predictions, (a, b) => Math.Abs(a - b)).Max().Should().BeLessThan(1e-9);
        loss.Value(predictions, s_test.Numbers).Mean
            .Should().BeLessThan(loss.Value(Pairs(s_train.Numbers), s_test.Numbers).Mean - 0.2);

        double[] Pairs(double[] numbers)
        {
            double mean = numbers.Average();
            double variance = Math.Log(numbers.Average(number => (number - mean) * (number - mean)));
            return [.. Enumerable.Repeat((double[])[mean, variance], s_test.Rows).SelectMany(pair => pair)];
        }
    }

    [Fact]
    public void A_missing_feature_is_none()
    {
        double[] features = [.. s_train.Features];
        for (int i = 0; i < features.Length; i += 7)
        {
            features[i] = double.NaN;
        }

        using LightGbmBooster booster = Loss.SquaredError<double>().TrainLightGbm(
            new LightGbmDataset<double>(features, Sample.Columns, s_train.Numbers), s_options);

        booster.Predict<double>([double.NaN, double.NaN, double.NaN, double.PositiveInfinity, -1])
            .Should().OnlyContain(prediction => double.IsFinite(prediction));
    }

    [Fact]
    public void Dropped_trees_are_LightGbms_own()
    {
        LightGbmOptions dart = s_options with
        {
            Parameters = new Dictionary<string, string> { ["boosting"] = "dart", ["skip_drop"] = "0" },
        };
        LightGbmDataset<double> dataset = s_train.With(s_train.Signs);
        using LightGbmBooster builtIn = dataset.TrainBuiltIn("binary", dart);
        using LightGbmBooster own = Loss.BinaryCrossEntropyLogits<double>().TrainLightGbm(dataset, dart);

        // Built in, the initial score is part of the first tree and dropped with it: near, not equal.
        double[] one = own.Predict<double>(s_test.Features);
        double[] other = builtIn.Predict<double>(s_test.Features);
        one.Zip(other, (a, b) => Math.Abs(a - b)).Average().Should().BeLessThan(0.05);
        Loss.BinaryCrossEntropyLogits<double>().Value(own.PredictRaw<double>(s_test.Features), s_test.Signs).Mean
            .Should().BeLessThan(0.55);
    }

    private static double[] Same(double number, int count) => [.. Enumerable.Repeat(number, count)];
}
