namespace LossKit.LightGbm.Tests;

public sealed class TrainingTests
{
    private static readonly Sample s_train = new(800, seed: 2);
    private static readonly Sample s_test = new(400, seed: 3);
    private static readonly LightGbmOptions s_options = new() { Rounds = 40, Threads = 1 };

    /// <summary>Leaves so large that no tree has a split: the model is its initial scores.</summary>
    private static readonly LightGbmOptions s_constant = s_options with { MinimumExamples = 800 };

    private static readonly double[] s_two = [2];

    private delegate LightGbmBooster Train(
        LightGbmDataset<double> dataset,
        LightGbmOptions? options,
        LightGbmValidation<double>? validation,
        CancellationToken cancellationToken);

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
    public void A_vector_of_quantiles_is_learnt_by_one_training()
    {
        double[] quantiles = [0.1, 0.5, 0.9];
        double[] targets = Array.ConvertAll(s_train.Numbers, number => 1000 * number);
        TupleLoss<double> loss = Loss.QuantileVector<double>(quantiles);
        foreach (LightGbmOptions options in (LightGbmOptions[])
        [
            new() { Rounds = 200, Leaves = 8, Threads = 1, CurvatureFloor = 1e-3 },
            new() { Rounds = 50, Leaves = 8, Threads = 1, RenewLeaves = true },
        ])
        {
            using LightGbmBooster booster = loss.TrainLightGbm(s_train.With(targets), options);
            using LightGbmBooster planar = loss.Planar().TrainLightGbm(s_train.With(targets), options);

            double[] predictions = booster.Predict<double>(s_test.Features);
            planar.Predict<double>(s_test.Features).Should().Equal(predictions);
            booster.Predictions.Should().Be(3);
            for (int k = 0; k < quantiles.Length; k++)
            {
                double below = s_test.Numbers.Where((number, i) => 1000 * number < predictions[3 * i + k]).Count();
                (below / s_test.Rows).Should().BeApproximately(quantiles[k], 0.1);
            }
        }
    }

    [Fact]
    public void Renewed_leaves_are_quantiles_of_what_is_in_them()
    {
        LightGbmOptions options = s_options with { Rounds = 1, LearningRate = 1, RenewLeaves = true };
        using LightGbmBooster booster =
            Loss.Quantile<double>(0.8).TrainLightGbm(s_train.With(s_train.Numbers), options);

        IGrouping<double, double>[] leaves = [.. booster.Predict<double>(s_train.Features)
            .Zip(s_train.Numbers)
            .GroupBy(pair => pair.First, pair => pair.Second)];
        leaves.Should().HaveCountGreaterThan(10);
        foreach (IGrouping<double, double> leaf in leaves)
        {
            double most = 0.8 * leaf.Count();
            leaf.Count(number => number < leaf.Key - 1e-6).Should().BeLessThanOrEqualTo((int)Math.Ceiling(most));
            leaf.Count(number => number < leaf.Key + 1e-6).Should().BeGreaterThanOrEqualTo((int)Math.Floor(most));
        }
    }

    /// <summary>Where most examples of a leaf are where they are to be, the best step is exactly 0.</summary>
    [Fact]
    public void A_leaf_that_is_best_as_it_is_stays_so()
    {
        double[] targets =
            [.. s_train.Means.Zip(s_train.Noise, (mean, noise) => noise > 0.4 ? Math.Max(mean, 0) + noise : 0)];
        foreach (PointwiseLoss<double> loss in (PointwiseLoss<double>[])
            [Loss.Quantile<double>(0.3), Loss.AbsoluteError<double>()])
        {
            List<double> costs = [];
            using LightGbmBooster booster = loss.TrainLightGbm(
                s_train.With(targets),
                s_options with { RenewLeaves = true, OnRound = round => costs.Add(round.Training.Mean) });

            double zeros = loss.Value(new double[s_train.Rows], targets).Mean;
            loss.Value(booster.PredictRaw<double>(s_train.Features), targets).Mean.Should()
                .BeLessThanOrEqualTo(zeros + 1e-12);
            costs.Zip(costs.Skip(1), (before, after) => after - before).Should()
                .OnlyContain(change => change <= 1e-9);
        }
    }

    /// <summary>Both have a quantile of the residuals in each leaf, but interpolate it differently.</summary>
    [Theory]
    [InlineData("quantile alpha=0.9", 0.9)]
    [InlineData("regression_l1", 0.5)]
    public void Renewed_leaves_are_as_good_as_the_objectives_own(string objective, double quantile)
    {
        PointwiseLoss<double> loss = Loss.Quantile<double>(quantile);
        LightGbmDataset<double> dataset = s_train.With(Array.ConvertAll(s_train.Numbers, number => 1000 * number));
        double[] targets = Array.ConvertAll(s_test.Numbers, number => 1000 * number);
        LightGbmOptions options = s_options with { Rounds = 60, Leaves = 8 };
        using LightGbmBooster builtIn = dataset.TrainBuiltIn(objective, options);
        using LightGbmBooster own = loss.TrainLightGbm(dataset, options with { RenewLeaves = true });
        using LightGbmBooster steps = loss.TrainLightGbm(dataset, options);

        double cost = CostOf(own);
        cost.Should().BeApproximately(CostOf(builtIn), 0.03 * CostOf(builtIn));
        cost.Should().BeLessThan(0.7 * CostOf(steps));

        double CostOf(LightGbmBooster booster) => loss.Value(booster.Predict<double>(s_test.Features), targets).Mean;
    }

    [Fact]
    public void Renewed_leaves_are_in_all_scores()
    {
        TupleLoss<double> loss = Loss.QuantileVector<double>([0.3, 0.6]);
        List<LightGbmRound> rounds = [];
        LightGbmOptions options = s_options with { RenewLeaves = true, Rounds = 11, OnRound = rounds.Add };
        LightGbmDataset<double> dataset = s_train.With(s_train.Numbers);
        using LightGbmBooster booster = loss.TrainLightGbm(
            dataset, options, new LightGbmValidation<double>(s_test.With(s_test.Numbers)));
        using LightGbmBooster shorter = loss.TrainLightGbm(dataset, options with { Rounds = 10, OnRound = null });

        rounds[10].Training.Mean.Should().BeApproximately(
            loss.Value(shorter.PredictRaw<double>(s_train.Features), s_train.Numbers).Mean, 1e-12);
        rounds[9].Validation!.Value.Mean.Should().BeApproximately(
            loss.Value(shorter.PredictRaw<double>(s_test.Features), s_test.Numbers).Mean, 1e-12);
        rounds[10].Validation!.Value.Mean.Should().BeApproximately(
            loss.Value(booster.PredictRaw<double>(s_test.Features), s_test.Numbers).Mean, 1e-12);
    }

    /// <summary>Where all examples of a leaf are of one kind, the best log-odds are infinite.</summary>
    [Fact]
    public void A_leaf_without_a_best_value_keeps_its_step()
    {
        double[] targets =
            [.. Enumerable.Range(0, s_train.Rows).Select(i => s_train.Features[Sample.Columns * i] > 0 ? 1.0 : 0)];
        LightGbmOptions options = s_options with { Rounds = 1, Leaves = 2 };
        PointwiseLoss<double> loss = Loss.BinaryCrossEntropyLogits<double>();
        using LightGbmBooster steps = loss.TrainLightGbm(s_train.With(targets), options);
        using LightGbmBooster renewed = loss.TrainLightGbm(s_train.With(targets), options with { RenewLeaves = true });

        renewed.PredictRaw<double>(s_test.Features).Should().Equal(steps.PredictRaw<double>(s_test.Features));
        steps.PredictRaw<double>(s_test.Features).Distinct().Should().HaveCount(2);
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
    public void Censored_times_are_learnt()
    {
        // Times after which nobody was watched have no end.
        double[] Intervals(Sample sample) =>
            [.. sample.Positive.SelectMany(time => time < 4 ? (double[])[time, time] : [4, double.PositiveInfinity])];
        TupleLoss<double> loss = Loss.Aft<double>(SurvivalDistribution.Normal, sigma: 0.5);
        using LightGbmBooster booster = loss.TrainLightGbm(
            s_train.With(Intervals(s_train)), s_options with { Link = LightGbmLink.Log });

        double[] logs = booster.PredictRaw<double>(s_test.Features);
        loss.Value(logs, Intervals(s_test)).Mean.Should().BeLessThan(
            loss.Value(Same(s_train.Positive.Average(Math.Log), s_test.Rows), Intervals(s_test)).Mean - 0.5);
        booster.Predict<double>(s_test.Features).Zip(logs, (time, log) => time / Math.Exp(log))
            .Should().OnlyContain(ratio => Math.Abs(ratio - 1) < 1e-12);
    }

    [Fact]
    public void Queries_are_ranked()
    {
        int[] lengths = [.. Enumerable.Repeat(20, s_train.Rows / 20)];
        LightGbmDataset<double> Queries(Sample sample) => new(sample.Features, Sample.Columns, sample.Relevances)
        {
            GroupLengths = lengths.AsMemory(0, sample.Rows / 20),
        };
        RankingMetric<double> ndcg = Loss.Ndcg<double>(cutoff: 5);
        List<double> values = [];
        using LightGbmBooster booster = Loss.LambdaRank<double>(truncation: 10).TrainLightGbm(
            Queries(s_train),
            s_options with { OnRound = round => values.Add(round.Metrics[0].Mean) },
            new LightGbmValidation<double>(Queries(s_test))
            {
                Patience = 20,
                Metrics = [new(new("NDCG@5", Better.Higher), ndcg)],
            });

        double[] scores = booster.PredictRaw<double>(s_test.Features);
        double reached = ndcg.Value(scores, s_test.Relevances, Groups.OfWidth(20)).Mean;
        reached.Should().BeApproximately(values.Max(), 1e-12);
        reached.Should().BeGreaterThan(0.85);
        ndcg.Value(new double[s_test.Rows], s_test.Relevances, Groups.OfWidth(20)).Mean.Should().BeLessThan(0.7);
    }

    /// <summary>Whichever the weights are of: the examples, or their groups.</summary>
    [Fact]
    public void Metrics_of_groups_take_the_weights_that_there_are()
    {
        int[] lengths = [.. Enumerable.Repeat(20, s_train.Rows / 20)];
        double[] ofQueries = s_train.Weights[..lengths.Length];
        RankingMetric<double> auc = Loss.Auc<double>();
        PointwiseLoss<double> binary = Loss.BinaryCrossEntropyLogits<double>();
        ISecondOrderGroupedLoss<double, double> rank = Loss.LambdaRank<double>();

        Check(Data([], s_train.Weights), binary.TrainLightGbm, s => Auc(s, s_train.Rows, [], s_train.Weights));
        Check(Data(lengths, s_train.Weights), binary.TrainLightGbm, s => Auc(s, 20, [], s_train.Weights));
        Check(Data(lengths, ofQueries), rank.TrainLightGbm, s => Auc(s, 20, ofQueries, []));
        Check(Data([], s_two), rank.TrainLightGbm, s => Auc(s, s_train.Rows, s_two, []));

        LightGbmDataset<double> Data(int[] groups, double[] weights) =>
            new(s_train.Features, Sample.Columns, s_train.Signs) { GroupLengths = groups, Weights = weights };

        double Auc(double[] scores, int width, double[] weights, double[] itemWeights) =>
            auc.Value(scores, s_train.Signs, Groups.OfWidth(width), weights, itemWeights).Mean;

        void Check(LightGbmDataset<double> dataset, Train train, Func<double[], double> expected)
        {
            List<double> values = [];
            LightGbmValidation<double> validation = new(dataset) { Metrics = [new(new("AUC", Better.Higher), auc)] };
            LightGbmOptions options =
                s_options with { Rounds = 3, OnRound = round => values.Add(round.Metrics[0].Mean) };
            using LightGbmBooster booster = train(dataset, options, validation, default);
            values[^1].Should().BeApproximately(expected(booster.PredictRaw<double>(s_train.Features)), 1e-12);
        }
    }

    /// <summary>As the same examples once more would, where leaves ask for no number of examples.</summary>
    [Fact]
    public void Weights_count()
    {
        double[] weights = [.. Enumerable.Range(0, s_train.Rows).Select(i => (double)(i % 3))];
        int[] repeated = [.. Enumerable.Range(0, s_train.Rows).SelectMany(i => Enumerable.Repeat(i, i % 3))];
        LightGbmOptions options = s_options with
        {
            MinimumExamples = 0,
            Parameters = new Dictionary<string, string> { ["min_data_in_bin"] = "1", ["max_bin"] = "5000" },
            Rounds = 1,
            Leaves = 2,
        };
        PointwiseLoss<double> loss = Loss.BinaryCrossEntropyLogits<double>();
        using LightGbmBooster weighted = loss.TrainLightGbm(
            new LightGbmDataset<double>(s_train.Features, Sample.Columns, s_train.Signs) { Weights = weights },
            options);
        using LightGbmBooster plain = loss.TrainLightGbm(
            new LightGbmDataset<double>(
                repeated.SelectMany(i => s_train.Features[(i * Sample.Columns)..((i + 1) * Sample.Columns)]).ToArray(),
                Sample.Columns,
                Array.ConvertAll(repeated, i => s_train.Signs[i])),
            options);

        double[] ofRepeated = plain.PredictRaw<double>(s_train.Features);
        double[] ofWeighted = weighted.PredictRaw<double>(s_train.Features);
        ofWeighted.Distinct().Should().HaveCount(2);
        repeated.Should().OnlyContain(i => Math.Abs(ofWeighted[i] - ofRepeated[i]) < 1e-9);
    }

    [Fact]
    public void What_weighs_nothing_may_be_anything()
    {
        double[] targets = s_train.Numbers;
        double[] weights = Same(1, s_train.Rows);
        for (int i = 0; i < targets.Length; i += 5)
        {
            (targets[i], weights[i]) = (i % 2 == 0 ? double.NaN : 1e300, 0);
        }

        double[] others = [.. targets.Select((target, i) => i % 5 == 0 ? -7 : target)];
        string[] models =
        [
            .. new[] { targets, others }.Select(each =>
            {
                using LightGbmBooster booster = Loss.SquaredError<double>().TrainLightGbm(
                    new LightGbmDataset<double>(s_train.Features, Sample.Columns, each) { Weights = weights },
                    s_options);
                return booster.ToString();
            }),
        ];

        models[1].Should().Be(models[0]);
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
    public void The_curvature_of_a_quantile_is_1_unless_it_is_said()
    {
        PointwiseLoss<double> loss = Loss.Quantile<double>(0.7);
        LightGbmDataset<double> dataset = s_train.With(s_train.Numbers);
        string[] models =
        [
            .. new double?[] { null, 1, 0.5 }.Select(floor =>
            {
                using LightGbmBooster booster = loss.TrainLightGbm(dataset, s_options with { CurvatureFloor = floor });
                return booster.ToString();
            }),
        ];

        models[1].Should().Be(models[0]);
        models[2].Should().NotBe(models[0]);
        using LightGbmBooster flat = loss.TrainLightGbm(dataset, s_options with { CurvatureFloor = 0 });
        flat.PredictRaw<double>(s_test.Features).Distinct().Should().HaveCount(1);
    }

    public static TheoryData<PointwiseLoss<double>> OfBoundedSlope =>
    [
        Loss.Huber<double>(1), Loss.LogCosh<double>(), Loss.Charbonnier<double>(0.1), Loss.PseudoHuber<double>(1),
        Loss.Cauchy<double>(1), Loss.Welsch<double>(1), Loss.Fair<double>(1), Loss.Huber<double>(1).Asymmetric(1, 4),
    ];

    /// <summary>Their second derivatives vanish far from the target, by which slopes are not to be divided.</summary>
    [Theory, MemberData(nameof(OfBoundedSlope))]
    public void Losses_of_bounded_slope_stay_among_their_targets(PointwiseLoss<double> loss)
    {
        double[] targets = [.. s_train.Numbers.Select(number => 3 * number)];
        using LightGbmBooster booster = loss.TrainLightGbm(s_train.With(targets), s_options with { Rounds = 100 });
        double[] predictions = booster.Predict<double>(s_train.Features);
        double[] constant = [.. predictions.Select(_ => OptimalConstant.Of(loss, targets))];

        predictions.Min().Should().BeGreaterThan(targets.Min() - 1);
        predictions.Max().Should().BeLessThan(targets.Max() + 1);
        loss.Value(predictions, targets).Mean.Should().BeLessThan(0.95 * loss.Value(constant, targets).Mean);
    }

    [Fact]
    public void Expected_costs_begin_where_they_can_be_learned()
    {
        PointwiseLoss<double> ofTwo = new DecisionCosts(falsePositive: 1, falseNegative: 10).AsLoss<double>();
        using LightGbmBooster two = ofTwo.TrainLightGbm(s_train.With(s_train.Signs), s_options);
        two.PredictRaw<double>(s_test.Features).Distinct().Count().Should().BeGreaterThan(10);
        double atStart = ofTwo.Value(new double[s_train.Rows], s_train.Signs).Mean;
        ofTwo.Value(two.PredictRaw<double>(s_train.Features), s_train.Signs).Mean.Should().BeLessThan(atStart / 2);

        RowLoss<double, int> ofThree = new CostMatrix(new double[,] { { 0, 1, 5 }, { 1, 0, 1 }, { 9, 2, 0 } })
            .AsLoss<double>();
        using LightGbmBooster three = ofThree.TrainLightGbm(s_train.With(s_train.Labels), s_options);
        three.PredictRaw<double>(s_test.Features).Distinct().Count().Should().BeGreaterThan(10);
    }

    [Fact]
    public void A_floor_is_that_of_the_loss()
    {
        LightGbmDataset<double> dataset = new(s_train.Features, Sample.Columns, s_train.Numbers)
        {
            Weights = s_train.Weights,
        };
        using LightGbmBooster byLoss =
            Loss.Huber<double>(delta: 0.3).HessianFloor(0.25).TrainLightGbm(
                dataset, s_options with { CurvatureFloor = 0 });
        using LightGbmBooster byOption = Loss.Huber<double>(delta: 0.3)
            .TrainLightGbm(dataset, s_options with { CurvatureFloor = 0.25 });

        byOption.PredictRaw<double>(s_test.Features).Should().Equal(byLoss.PredictRaw<double>(s_test.Features));
    }

    [Fact]
    public void Groups_of_weight_0_are_as_good_as_absent()
    {
        int[] lengths = [.. Enumerable.Repeat(20, 40)];
        double[] weights = [.. lengths.Select((_, group) => group < 20 ? 1.0 : 0)];
        double[] others = [.. s_train.Relevances.Select((relevance, i) => i < 400 ? relevance : i % 3)];
        LightGbmOptions options = s_options with { MinimumExamples = 0, CurvatureFloor = 0.1, Rounds = 5 };
        string[] models =
        [
            .. new[] { s_train.Relevances, others }.Select(targets =>
            {
                using LightGbmBooster booster = Loss.LambdaRank<double>().TrainLightGbm(
                    new LightGbmDataset<double>(s_train.Features, Sample.Columns, targets)
                    {
                        GroupLengths = lengths,
                        Weights = weights,
                    },
                    options);
                return booster.ToString();
            }),
        ];

        models[1].Should().Be(models[0]);
        using LightGbmBooster all = Loss.LambdaRank<double>().TrainLightGbm(
            new LightGbmDataset<double>(s_train.Features, Sample.Columns, s_train.Relevances)
            {
                GroupLengths = lengths,
            },
            options);
        all.ToString().Should().NotBe(models[0]);
    }

    /// <summary>Twice the weight is twice both derivatives, the floor too, and the same trees.</summary>
    [Fact]
    public void The_floor_of_a_group_has_its_weight()
    {
        int[] lengths = [.. Enumerable.Repeat(20, 40)];
        double[][] scores =
        [
            .. Enumerable.Range(1, 2).Select(weight =>
            {
                using LightGbmBooster booster = Loss.LambdaRank<double>().TrainLightGbm(
                    new LightGbmDataset<double>(s_train.Features, Sample.Columns, s_train.Relevances)
                    {
                        GroupLengths = lengths,
                        Weights = Array.ConvertAll(lengths, _ => (double)weight),
                    },
                    s_options with { CurvatureFloor = 0.1, Rounds = 5 });
                return booster.PredictRaw<double>(s_test.Features);
            }),
        ];

        scores[0].Zip(scores[1], (one, other) => Math.Abs(one - other)).Max().Should().BeLessThan(1e-9);
        scores[0].Max().Should().BeGreaterThan(0.1);
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

    public static TheoryData<string, double[], double[]> Constants => new()
    {
        { "classes", Constant(Loss.SoftmaxCrossEntropy<double>(3), s_train.Labels), Shares(3) },
        { "an absent class", Constant(Loss.SoftmaxCrossEntropy<double>(4), s_train.Labels)[..3], Shares(3) },
        {
            "quantiles", Constant(Loss.QuantileVector<double>([0.1, 0.5, 0.9]), s_train.Numbers),
            [Quantile(0.1), Quantile(0.5), Quantile(0.9)]
        },
        {
            "times", Constant(Loss.Aft<double>(SurvivalDistribution.Normal, 0.7), Twice(s_train.Positive)),
            [s_train.Positive.Average(Math.Log)]
        },
        {
            "mean and variance", Constant(Loss.NormalNll<double>(Link.Log), s_train.Numbers),
            [s_train.Numbers.Average(), Math.Log(Variance(s_train.Numbers))]
        },
        { "pointwise", Constant(Loss.Poisson<double>(), s_train.Counts), [Math.Log(s_train.Counts.Average())] },
    };

    [Theory, MemberData(nameof(Constants))]
    public void The_initial_scores_are_the_best_constant(string of, double[] actual, double[] expected)
    {
        actual.Should().HaveSameCount(expected, of);
        actual.Zip(expected, (a, b) => Math.Abs(a - b)).Max().Should().BeLessThan(
            of == "quantiles" ? 0.02 : 1e-6, $"{string.Join(' ', actual)} are to be {string.Join(' ', expected)}");
    }

    [Fact]
    public void Initial_scores_can_be_given()
    {
        using LightGbmBooster booster = Loss.SoftmaxCrossEntropy<double>(3)
            .TrainLightGbm(s_train.With(s_train.Labels), s_constant with { InitialScores = [1, 2, -3] });

        booster.PredictRaw<double>(s_test.Features.AsSpan(0, Sample.Columns)).Should().Equal(1, 2, -3);
    }

    private static double[] Constant<TTarget>(ISecondOrderLoss<double, TTarget> loss, TTarget[] targets)
        where TTarget : unmanaged
    {
        using LightGbmBooster booster = loss.TrainLightGbm(s_train.With(targets), s_constant);
        return booster.PredictRaw<double>(s_test.Features.AsSpan(0, Sample.Columns));
    }

    private static double[] Shares(int classes) =>
    [
        .. Enumerable.Range(0, classes)
            .Select(k => Math.Log(s_train.Labels.Count(label => label == k) / (double)s_train.Rows)),
    ];

    private static double Quantile(double q) => s_train.Numbers.Order().ElementAt((int)(q * s_train.Rows));

    private static double[] Twice(double[] times) => [.. times.SelectMany(time => (double[])[time, time])];

    private static double Variance(double[] numbers)
    {
        double mean = numbers.Average();
        return numbers.Average(number => (number - mean) * (number - mean));
    }

    private static double[] Same(double number, int count) => [.. Enumerable.Repeat(number, count)];
}
