using System.Numerics;
using LossKit.Tests.Support;

namespace LossKit.Tests;

public sealed class SinglePointwiseMetricTests : PointwiseMetricTests<float>;

public sealed class DoublePointwiseMetricTests : PointwiseMetricTests<double>;

/// <summary>What has no gradient has values all the same.</summary>
public abstract class PointwiseMetricTests<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int Length = 200_003;

    private static readonly T[] s_predictions = Drawn(-2, 2, seed: 1);
    private static readonly T[] s_signs = [.. Drawn(0, 1, seed: 2).Select(x => x + x - T.One)];
    private static readonly T[] s_weights = Drawn(0, 3, seed: 3);

    [Fact]
    public void Zero_one_and_misclassification_count_errors()
    {
        Check(Loss.ZeroOne<T>(), PointwiseReferences.ZeroOne);
        Check(Loss.Misclassification<T>(), PointwiseReferences.Misclassification);
        Check(Loss.Coverage<T>(), PointwiseReferences.Coverage);
        Check(
            Loss.MetricFromFormula<T, Margin<ZeroOne>>(default),
            (p, t) => new(p * t < 0 ? 1 : 0, 0, 0));

        static void Check(PointwiseMetric<T> metric, PointwiseReference reference)
        {
            T[] losses = new T[Length];
            Cost cost = metric.PerExample(s_predictions, s_signs, losses, s_weights);
            T[] expected = [.. s_predictions.Zip(s_signs, (p, t) =>
                T.CreateTruncating(reference(Samples.ToDouble(p), Samples.ToDouble(t)).Loss))];
            losses.Should().Equal(expected);
            expected.Should().Contain(T.One).And.Contain(T.Zero);
            double weight = s_weights.Sum(Samples.ToDouble);
            cost.Should().Be(new Cost(expected.Zip(s_weights, (e, w) => Samples.ToDouble(e * w)).Sum(), weight, Length));
            metric.Value(s_predictions, s_signs, s_weights).Should().Be(cost);
            metric.InParallel(2).Value(s_predictions, s_signs, s_weights).Should().Be(cost);
            metric.Checked().PerExample(s_predictions, s_signs, losses, s_weights).Should().Be(cost);
            metric.Shape.Should().Be(metric.Checked().Shape).And.Be(new Shape(1, 1));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(5)]
    public void The_coverage_of_every_quantile_is_told_in_one_call(int columns)
    {
        const int Rows = 1000;
        T[] targets = s_signs[..Rows];
        Random random = new(columns);
        T[] predictions = [.. Enumerable.Range(0, Rows * columns).Select(_ => T.CreateTruncating(random.Next(-2, 3)))];
        T[] planar = [.. Enumerable.Range(0, Rows * columns).Select(i => predictions[i % Rows * columns + i / Rows])];
        Cost[] costs = new Cost[columns];
        Cost[] same = new Cost[columns];
        Loss.Coverage<T>().PerColumn(predictions, targets, costs, s_weights.AsSpan(0, Rows));
        Loss.Coverage<T>().PerColumn(planar, targets, same, s_weights.AsSpan(0, Rows), isPlanar: true);
        same.Should().Equal(costs);
        for (int k = 0; k < columns; k++)
        {
            double covered = Enumerable.Range(0, Rows).Where(i => targets[i] <= predictions[i * columns + k])
                .Sum(i => Samples.ToDouble(s_weights[i]));
            costs[k].Should().Be(new Cost(covered, s_weights.Take(Rows).Sum(Samples.ToDouble), Rows));
        }

        PointwiseMetric<T> metric = Loss.Coverage<T>();
        Allocations.Of(() => metric.PerColumn(predictions, targets, costs)).Should().Be(0);
        ((Action)(() => Loss.Coverage<T>().PerColumn(predictions, targets, new Cost[columns + 1])))
            .Should().Throw<ArgumentException>().WithMessage($"'predictions' has {Rows * columns} entries*");
        ((Action)(() => Loss.Coverage<T>().PerColumn(predictions, targets, costs, targets.AsSpan(1))))
            .Should().Throw<ArgumentException>().WithMessage("'weights' has 999 entries*1000 rows*");
        Loss.Coverage<T>().PerColumn([], [], costs);
        costs.Should().OnlyContain(cost => double.IsNaN(cost.Mean));
    }

    [Fact]
    public void A_checked_metric_names_what_is_wrong()
    {
        CheckedMetric<T, T> metric = Loss.ZeroOne<T>().Checked();
        ((Action)(() => metric.Value([T.One, T.One], [T.One, T.Zero]))).Should().Throw<ArgumentException>()
            .WithMessage("targets[1] is 0*");
        ((Action)(() => metric.PerExample([T.NaN], [T.One], new T[1]))).Should().Throw<ArgumentException>()
            .WithMessage("predictions[0] is NaN*");
    }

    [Fact]
    public void What_has_no_gradient_is_no_loss() =>
        new object[]
        {
            Loss.ZeroOne<T>(),
            Loss.ZeroOne<T>().Checked(),
            new DecisionCosts(1, 2).AtThreshold<T>(0.5),
            new CostMatrix(new double[,] { { 0, 1 }, { 5, 0 } }).OnLogits<T>(),
        }.Should().AllSatisfy(metric => (metric is ILoss<T, T> or ILoss<T, int>).Should().BeFalse());

    [Fact]
    public void Every_kind_of_loss_tells_its_shape()
    {
        Loss.Huber<T>().Shape.Should().Be(new Shape(1, 1));
        Loss.Huber<T>().OverRows(3).Shape.Should().Be(new Shape(3, 3) { Losses = 3 });
        Loss.SoftmaxCrossEntropy<T>(4).Shape.Should().Be(new Shape(4, 1));
        Loss.SoftmaxCrossEntropy<T>(4).WithProbabilityTargets().Shape.Should().Be(new Shape(4, 4));
        Loss.SoftmaxCrossEntropy<T>(4).Checked().Shape.Should().Be(new Shape(4, 1));
        new CostMatrix(new double[,] { { 0, 1 }, { 5, 0 } }).OnLogits<T>().Shape.Should().Be(new Shape(2, 1));
        TupleLoss<T> boxes = Loss.BoxGiou<T>();
        boxes.Shape.Should().Be(new Shape(4, 4));
        boxes.Planar().Shape.Should().Be(new Shape(4, 4) { IsPlanar = true });
    }

    [Fact]
    public void Every_loss_has_facts_if_only_that_nothing_is_known()
    {
        ((ILoss<T, T>)Loss.Huber<T>()).Facts.Convexity.Should().Be(Convexity.Convex);
        ((ILoss<T, T>)Loss.BinaryCrossEntropy<T>().OverRows(2)).Facts.Predictions.Should().Be(Domain.Probabilities);
        ((ILoss<T, int>)Loss.CategoricalCrossEntropy<T>(3)).Facts.Predictions.Should().Be(Domain.Probabilities);
        ((ILoss<T, T>)Loss.BoxGiou<T>()).Facts.Should().BeSameAs(LossFacts.Unknown);
    }

    /// <summary>Some of them equal, as whole numbers are.</summary>
    private static T[] Drawn(int from, int to, int seed)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, Length).Select(_ => T.CreateTruncating(random.Next(from, to + 1)))];
    }
}
