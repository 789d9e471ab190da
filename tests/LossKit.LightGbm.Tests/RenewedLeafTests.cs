namespace LossKit.LightGbm.Tests;

/// <summary>A leaf as the step of least loss for what is in it.</summary>
public sealed class RenewedLeafTests
{
    private static readonly Sample s_train = new(800, seed: 2);
    private static readonly Sample s_test = new(400, seed: 3);
    private static readonly LightGbmOptions s_options = new() { Rounds = 40, Threads = 1 };

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
}
