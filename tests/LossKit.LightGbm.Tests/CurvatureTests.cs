namespace LossKit.LightGbm.Tests;

/// <summary>What second derivatives are to trees where losses have little of them, or none.</summary>
public sealed class CurvatureTests
{
    private static readonly Sample s_train = new(800, seed: 2);
    private static readonly Sample s_test = new(400, seed: 3);
    private static readonly LightGbmOptions s_options = new() { Rounds = 40, Threads = 1 };

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
}
