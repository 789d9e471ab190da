using LossKit.Plots.Tests.Support;

namespace LossKit.Plots.Tests;

public sealed class DecisionPlotTests
{
    private static readonly DecisionCosts s_costs = new(falsePositive: 10, falseNegative: 100, truePositive: 3);

    [Theory]
    [InlineData(500)]
    [InlineData(7)]
    public void The_curve_is_what_deciding_costs_and_its_least_is_the_best(int most)
    {
        (double[] scores, double[] targets) = Examples(200);
        ThresholdCurve curve = ThresholdCurve.Of<double>(s_costs, scores, targets, most: most);
        curve.Thresholds.Should().BeInAscendingOrder().And.HaveCountLessThanOrEqualTo(most + 2);
        for (int i = 0; i < curve.Thresholds.Count; i++)
        {
            double threshold = curve.Thresholds[i];
            double cost = scores.Zip(targets, (score, target) => (score >= threshold, target) switch
            {
                (true, 1) => 3,
                (true, _) => 10,
                (false, 1) => 100,
                _ => 0.0,
            }).Average();
            curve.MeanCosts[i].Should().BeApproximately(cost, 1e-12);
        }

        curve.MeanCosts.Min().Should().BeApproximately(curve.Best.Cost.Mean, 1e-12);
        curve.Best.Should().Be(s_costs.BestThreshold<double>(scores, targets));
        curve.AlwaysPositive.Should().BeApproximately(0.25 * 3 + 0.75 * 10, 1e-12);
        curve.NeverPositive.Should().BeApproximately(25, 1e-12);
        curve.AreProbabilities.Should().BeTrue();
    }

    [Fact]
    public void Who_has_no_weight_does_not_count()
    {
        ThresholdCurve curve = ThresholdCurve.Of<float>(
            s_costs, [0.2f, 0.7f, float.NaN, 5], [0, 1, 1, 0], [1, 1, 0, 0]);
        curve.Thresholds.Should().Equal([0.2f, 0.7f, double.PositiveInfinity]);
        curve.MeanCosts.Should().Equal(6.5, 1.5, 50);
        ((Action)(() => ThresholdCurve.Of<double>(s_costs, [], []))).Should().Throw<ArgumentException>()
            .WithParameterName("scores");
        ((Action)(() => ThresholdCurve.Of<double>(s_costs, [double.PositiveInfinity], [1])))
            .Should().Throw<ArgumentException>().WithParameterName("scores");
    }

    [Fact]
    public void The_picture_says_the_best_threshold_and_its_cost()
    {
        Picture picture = LossPlot.CostAgainstThreshold<double>(
            new(falsePositive: 1, falseNegative: 3), [0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1], unit: "€");
        picture.Texts().Should().Contain("best: 0.225, costs 0.25").And.Contain("½, costs 0.75")
            .And.Contain("right of calibrated probabilities: 0.25").And.Contain("mean cost per example, €")
            .And.Contain("Cost against threshold: false alarm 1 €, miss 3 €");
        picture.Line("cost of deciding by the threshold").Should().Equal(
            (0, 0.5), (0.1, 0.5), (0.1, 0.25), (0.35, 0.25), (0.35, 1), (0.4, 1), (0.4, 0.75), (0.8, 0.75), (0.8, 1.5),
            (1, 1.5));
        LossPlot.CostAgainstThreshold<double>(new(1, 3), [-2, 3], [0, 1]).Texts()
            .Should().Contain("threshold (score)").And.NotContain(text => text.StartsWith('½'));
    }

    [Fact]
    public void Confusion_has_the_counts_and_costs_of_the_matrix()
    {
        CostMatrix costs = new(new double[,] { { 0, 1, 2 }, { 5, 0, 1 }, { 50, 10, -1 } });
        int[] labels = [0, 0, 0, 1, 1, 2, 2, 2, 2];
        int[] decisions = [0, 0, 2, 0, 1, 2, 2, 0, 1];
        ConfusionTable table = ConfusionTable.Of(costs, decisions, labels);
        (table.Weight(0, 0), table.Weight(0, 2), table.Weight(2, 0), table.Weight(2, 2)).Should().Be((2, 1, 1, 2));
        (table.CostOf(0, 2), table.CostOf(2, 0), table.CostOf(2, 2)).Should().Be((2, 50, -2));
        table.Cost.Should().Be(costs.Value(decisions, labels));
        Enumerable.Range(0, 9).Sum(i => table.CostOf(i / 3, i % 3)).Should().BeApproximately(table.Cost.Sum, 1e-12);
        double[] weights = [1, 1, 3, 1, 1, 1, 1, 1, 1];
        ConfusionTable.Of(costs, decisions, labels, weights).Weight(0, 2).Should().Be(3);

        string[] texts = LossPlot.Confusion(costs, decisions, labels, ["none", "benign", "malignant"], "€").Texts();
        texts.Should().Contain("malignant").And.Contain("cost 50 €").And.Contain("decision").And.Contain("truth");
        ((Action)(() => LossPlot.Confusion(table, ["one"]))).Should().Throw<ArgumentException>()
            .WithParameterName("names");
    }

    private static (double[] Scores, double[] Targets) Examples(int count)
    {
        Random random = new(1);
        double[] targets = [.. Enumerable.Range(0, count).Select(i => i % 4 == 0 ? 1.0 : 0)];
        return ([.. targets.Select(target => 0.3 * target + 0.7 * random.NextDouble())], targets);
    }
}
