using FsCheck;
using FsCheck.Fluent;
using LossKit.Tests.Support;

namespace LossKit.Tests;

/// <summary>Decisions among classes are those of least expected cost.</summary>
public sealed class CostMatrixTests
{
    // A car, a child, a shadow: deciding "shadow" for a child is what must not happen.
    private static readonly CostMatrix s_matrix = new(new double[,] { { 0, 2, 5 }, { 9, -1, 100 }, { 1, 3, 0 } });

    [Fact]
    public void Decisions_are_those_of_least_expected_cost()
    {
        Prop.ForAll<int, PositiveInt>((seed, size) =>
        {
            Random random = new(seed);
            int k = 2 + size.Get % 7;
            double[,] costs = new double[k, k];
            foreach ((int truth, int decision) in Pairs(k))
            {
                costs[truth, decision] = random.Next(-3, 10);
            }

            CostMatrix matrix = new(costs);
            double[] probabilities = [.. Enumerable.Range(0, k).Select(_ => random.Next(8) / 16.0)];
            double[] expected = [.. Enumerable.Range(0, k).Select(decision =>
                Enumerable.Range(0, k).Sum(truth => probabilities[truth] * costs[truth, decision]))];
            int best = matrix.Decide<double>(probabilities);
            return best == Array.IndexOf(expected, expected.Min())
                && matrix.ExpectedCost<double>(probabilities, best) == expected.Min()
                && Pairs(k).All(pair => matrix[pair.Truth, pair.Decision] == costs[pair.Truth, pair.Decision]);
        }).QuickCheckThrowOnFailure();

        static IEnumerable<(int Truth, int Decision)> Pairs(int k) =>
            Enumerable.Range(0, k * k).Select(i => (i / k, i % k));
    }

    [Fact]
    public void The_decision_need_not_be_the_likeliest_class()
    {
        s_matrix.Decide<float>([0.4f, 0.3f, 0.3f]).Should().Be(1);
        s_matrix.Decide<float>([0.95f, 0.01f, 0.04f]).Should().Be(0);
    }

    [Fact]
    public void Equal_costs_go_to_the_lowest_index()
    {
        new CostMatrix(new double[,] { { 0, 1 }, { 1, 0 } }).Decide<double>([0.5, 0.5]).Should().Be(0);
        new CostMatrix(new double[,] { { 3, 1, 1 }, { 3, 1, 1 }, { 3, 1, 1 } }).Decide<double>([0.2, 0.2, 0.6])
            .Should().Be(1);
    }

    [Fact]
    public void Two_classes_are_decided_as_by_the_calibrated_threshold()
    {
        DecisionCosts costs = new(2, 16, 1, -0.5);
        CostMatrix matrix = new(costs);
        (matrix[0, 0], matrix[0, 1], matrix[1, 0], matrix[1, 1]).Should().Be((-0.5, 2, 16, 1));
        for (int i = 0; i <= 1000; i++)
        {
            double p = i / 1000.0;
            matrix.Decide<double>([1 - p, p]).Should().Be(p >= costs.CalibratedThreshold ? 1 : 0);
        }
    }

    [Fact]
    public void The_cost_of_decisions_is_their_weighted_mean_and_merges()
    {
        int[] decisions = [0, 2, 1, 2];
        int[] labels = [0, 1, 1, 0];
        s_matrix.Value(decisions, labels).Should().Be(new Cost(0 + 100 - 1 + 5, 4, 4));
        s_matrix.Value(decisions, labels, [1, 2, 0, 0.5]).Should().Be(new Cost(200 + 2.5, 3.5, 4));
        Cost first = s_matrix.Value(decisions.AsSpan(0, 1), labels.AsSpan(0, 1));
        Cost rest = s_matrix.Value(decisions.AsSpan(1), labels.AsSpan(1));
        (first + rest).Should().Be(s_matrix.Value(decisions, labels));
        s_matrix.Value([], []).Mean.Should().Be(double.NaN);
    }

    [Fact]
    public void As_a_loss_it_decides_and_prices_a_batch()
    {
        Random random = new(1);
        const int rows = 50;
        float[] logits = [.. Enumerable.Range(0, 3 * rows).Select(_ => (float)(8 * random.NextDouble() - 4))];
        float[] probabilities = new float[3 * rows];
        for (int row = 0; row < rows; row++)
        {
            double total = Enumerable.Range(0, 3).Sum(j => Math.Exp(logits[3 * row + j]));
            for (int j = 0; j < 3; j++)
            {
                probabilities[3 * row + j] = (float)(Math.Exp(logits[3 * row + j]) / total);
            }
        }

        int[] labels = [.. Enumerable.Range(0, rows).Select(_ => random.Next(3))];
        float[] weights = [.. Enumerable.Range(0, rows).Select(_ => random.Next(3))];
        int[] decisions = new int[rows];
        s_matrix.Decide<float>(probabilities, decisions);
        decisions.Distinct().Should().HaveCount(3);
        Cost expected = s_matrix.Value(decisions, labels, [.. weights.Select(weight => (double)weight)]);
        float[] losses = new float[rows];
        foreach ((IMetric<float, int> loss, float[] predictions) in new[]
        {
            (s_matrix.OnProbabilities<float>(), probabilities),
            (s_matrix.OnLogits<float>(), logits),
        })
        {
            loss.Value(predictions, labels, weights).Should().Be(expected);
            loss.PerExample(predictions, labels, losses, weights).Should().Be(expected);
            losses.Should().Equal(labels.Zip(decisions, (label, decision) => (float)s_matrix[label, decision]));
            Allocations.Of(() => loss.PerExample(predictions, labels, losses)).Should().Be(0);
        }
    }

    [Fact]
    public void Extreme_logits_are_decided_and_NaN_is_not()
    {
        IMetric<double, int> loss = s_matrix.OnLogits<double>();
        loss.Value([1e4, -1e4, 0], [0]).Mean.Should().Be(0);
        loss.Value([double.NegativeInfinity, double.PositiveInfinity, 0], [1]).Mean.Should().Be(-1);
        double[] losses = new double[2];
        loss.PerExample([double.NaN, 0, 0, 9, 0, 0], [0, 0], losses).Mean.Should().Be(double.NaN);
        losses.Should().Equal(double.NaN, 0);
        loss.Value([double.NaN, 0, 0, 9, -9, -9], [0, 0], [1, 1]).Mean.Should().Be(double.NaN);
        loss.Value([double.NaN, 0, 0, 9, -9, -9], [0, 0], [0, 1]).Mean.Should().Be(0, "a weight of 0 hides it");
        loss.Value([double.NaN, 0, 0], [0], [0]).Sum.Should().Be(0);
    }

    [Fact]
    public void Many_classes_are_no_different()
    {
        const int k = 300;
        double[,] costs = new double[k, k];
        for (int i = 0; i < k * k; i++)
        {
            costs[i / k, i % k] = i / k == i % k ? 0 : 1;
        }

        CostMatrix matrix = new(costs);
        double[] logits = new double[k];
        logits[271] = 1;
        matrix.OnLogits<double>().Value(logits, [271]).Mean.Should().Be(0);
        matrix.OnLogits<double>().Value(logits, [0]).Mean.Should().Be(1);
    }

    [Fact]
    public void Mistakes_are_named_and_nothing_is_written()
    {
        int[] decisions = [7, 7];
        IMetric<double, int> loss = s_matrix.OnProbabilities<double>();
        Throws(() => _ = new CostMatrix(new double[2, 3]), "costs", "*2 × 3*square*");
        Throws(() => _ = new CostMatrix(new double[1, 1]), "costs", "*1 × 1*");
        Throws(() => _ = new CostMatrix(new double[,] { { 0, double.NaN }, { 0, 0 } }), "costs", "costs[0, 1] is NaN*");
        Throws(() => s_matrix.Decide<double>([1, 0]), "probabilities", "*2 entries*3*");
        Throws(() => s_matrix.Decide<double>([1, 0, -1]), "probabilities", "probabilities[2] is -1*at least 0*");
        Throws(() => s_matrix.Decide<double>([1, 0, 0, 1, 0], decisions), "probabilities", "*5 entries*6*");
        Throws(() => s_matrix.Decide<double>([1, 0, 0, 1, 0, double.NaN], decisions), "probabilities", "*[5] is NaN*");
        decisions.Should().Equal(7, 7);
        Throws(() => s_matrix.Value([0, 3], [0, 0]), "decisions", "*decisions[1]*from 0 to 2*");
        Throws(() => s_matrix.Value([0, 0], [0, -1]), "labels", "*labels[1]*from 0 to 2*");
        Throws(() => s_matrix.Value([0], [0, 0]), "labels", "*2 entries*'decisions' has 1*");
        Throws(() => _ = s_matrix[0, 3], "decision", "*from 0 to 2*");
        double[] losses = [5];
        Throws(() => loss.PerExample([0.5, 0.5, 0], [3], losses), "targets", "*targets[0]*from 0 to 2*");
        Throws(() => loss.PerExample([0.5, 0.5, -1], [0], losses), "predictions", "*[2] is -1*negative*");
        Throws(() => loss.PerExample([0.5, 0.5], [0], losses), "predictions", "*2 entries*3*");
        Throws(() => loss.PerExample([0.5, 0.5, 0], [0], new double[2]), "losses", "*2 entries*");
        losses.Should().Equal(5);

        static void Throws(Action call, string name, string message) =>
            call.Should().Throw<ArgumentException>().WithMessage(message).Which.ParamName.Should().Be(name);
    }
}
