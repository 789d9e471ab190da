namespace LossKit.LightGbm.Tests;

/// <summary>Losses of several predictions, of times and of groups, and what examples weigh.</summary>
public sealed class LossKindTests
{
    private static readonly Sample s_train = new(800, seed: 2);
    private static readonly Sample s_test = new(400, seed: 3);
    private static readonly LightGbmOptions s_options = new() { Rounds = 40, Threads = 1 };
    private static readonly double[] s_two = [2];

    private delegate LightGbmBooster Train(
        LightGbmDataset<double> dataset,
        LightGbmOptions? options,
        LightGbmValidation<double>? validation,
        CancellationToken cancellationToken);

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

    private static double[] Same(double number, int count) => [.. Enumerable.Repeat(number, count)];
}
