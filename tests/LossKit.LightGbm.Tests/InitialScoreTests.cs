namespace LossKit.LightGbm.Tests;

/// <summary>Where boosting begins.</summary>
public sealed class InitialScoreTests
{
    private static readonly Sample s_train = new(800, seed: 2);
    private static readonly Sample s_test = new(400, seed: 3);
    private static readonly LightGbmOptions s_options = new() { Rounds = 40, Threads = 1 };

    /// <summary>Leaves so large that no tree has a split: the model is its initial scores.</summary>
    private static readonly LightGbmOptions s_constant = s_options with { MinimumExamples = 800 };

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
}
