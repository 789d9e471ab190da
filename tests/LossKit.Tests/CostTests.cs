using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using LossKit.Tests.Support;

namespace LossKit.Tests;

/// <summary>The cost of a data set does not depend on how it is cut into batches.</summary>
public sealed class CostTests
{
    private static readonly PointwiseLoss<double> s_loss = Loss.Huber<double>(2).Asymmetric(1, 4);

    [Fact]
    public void Any_batching_gives_the_mean_over_all_examples()
    {
        Prop.ForAll<int, PositiveInt, bool>((seed, length, weighted) =>
        {
            (double[] predictions, double[] targets, double[] weights) =
                Samples.Batch<double>(TargetKind.Value, 5 * length.Get, seed);
            ReadOnlySpan<double> used = weighted ? weights : default;
            Cost whole = s_loss.Value(predictions, targets, used);

            Random random = new(seed);
            CostAggregator aggregator = new();
            for (int start = 0, size; start < predictions.Length; start += size)
            {
                size = random.Next(1, predictions.Length - start + 1);
                aggregator.Add(s_loss.Value(
                    predictions.AsSpan(start, size),
                    targets.AsSpan(start, size),
                    weighted ? used.Slice(start, size) : default));
            }

            return aggregator.Total.Count == whole.Count
                && IsClose(aggregator.Mean, whole.Mean)
                && IsClose(aggregator.Total.Weight, whole.Weight);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void The_mean_of_batch_means_is_not_the_mean()
    {
        Cost large = s_loss.Value([1, 1, 1, 1], [0, 0, 0, 0]);
        Cost small = s_loss.Value([-1], [0]);
        double wrong = (large.Mean + small.Mean) / 2;
        CostAggregator aggregator = new();
        aggregator.Add(large);
        aggregator.Add(small);
        aggregator.Mean.Should().BeApproximately((4 * 0.5 + 2) / 5, 1e-15).And.NotBe(wrong);
    }

    [Fact]
    public void A_million_batches_lose_nothing()
    {
        CostAggregator aggregator = new();
        for (int i = 0; i < 1_000_000; i++)
        {
            aggregator.Add(new Cost(0.1, 0.1, 1));
        }

        aggregator.Total.Sum.Should().BeApproximately(1_000_000 * 0.1, 1e-10);
        aggregator.Mean.Should().BeApproximately(1, 1e-15);
        (new Cost(1e16, 1, 1) + new Cost(1, 1, 1) + new Cost(-1e16, 1, 1)).Sum.Should().Be(1);
    }

    [Fact]
    public void Merging_aggregators_equals_one_aggregator()
    {
        Prop.ForAll<NormalFloat[], NonNegativeInt>((values, cut) =>
        {
            int middle = values.Length == 0 ? 0 : cut.Get % values.Length;
            CostAggregator whole = Aggregate(values);
            CostAggregator first = Aggregate(values[..middle]);
            CostAggregator second = Aggregate(values[middle..]);
            string json = JsonSerializer.Serialize(second.State);
            first.Merge(JsonSerializer.Deserialize<CostAggregatorState>(json));
            return first.Batches == whole.Batches
                && first.Total.Count == whole.Total.Count
                && (values.Length == 0 || IsClose(first.Mean, whole.Mean));
        }).QuickCheckThrowOnFailure();

        static CostAggregator Aggregate(NormalFloat[] values)
        {
            CostAggregator aggregator = new();
            foreach (NormalFloat value in values)
            {
                aggregator.Add(new Cost(Math.Abs(value.Get % 1e6), 2, 2));
            }

            return aggregator;
        }
    }

    [Fact]
    public void Nothing_to_average_returns_what_the_caller_chose()
    {
        new CostAggregator().Mean.Should().Be(double.NaN);
        new CostAggregator(whenEmpty: 0).Mean.Should().Be(0);
        default(Cost).Mean.Should().Be(double.NaN);
        default(Cost).MeanOr(-1).Should().Be(-1);
        s_loss.Value([1], [2], [0]).MeanOr(5).Should().Be(5);
    }

    [Fact]
    public void A_batch_without_weight_adds_nothing()
    {
        CostAggregator aggregator = new();
        aggregator.Add(s_loss.Value([1], [0]));
        aggregator.Add(s_loss.Value([double.NaN, 7], [0, 0], [0, 0]));
        aggregator.Add(s_loss.Value([], []));
        aggregator.Mean.Should().Be(0.5);
        aggregator.FirstNonFiniteBatch.Should().BeNull();
        (aggregator.Batches, aggregator.Total.Count).Should().Be((3, 3));
    }

    [Fact]
    public void NaN_poisons_visibly_and_says_where_it_came_from()
    {
        CostAggregator first = new();
        first.Add(s_loss.Value([1], [0]));
        CostAggregator second = new();
        second.Add(s_loss.Value([1], [0]));
        second.Add(s_loss.Value([double.NaN], [0]));
        second.Add(s_loss.Value([double.PositiveInfinity], [0]));
        second.FirstNonFiniteBatch.Should().Be(1);
        first.Merge(second);
        first.Mean.Should().Be(double.NaN);
        first.FirstNonFiniteBatch.Should().Be(2);
        JsonSerializer.Deserialize<CostAggregatorState>(JsonSerializer.Serialize(first.State)).Should().Be(first.State);

        first.Reset();
        (first.Total, first.Batches, first.FirstNonFiniteBatch).Should().Be((default(Cost), 0L, null));
        first.Add(s_loss.Value([1], [0]));
        first.Mean.Should().Be(0.5);
    }

    [Fact]
    public void Infinity_stays_infinite()
    {
        Cost cost = new Cost(double.PositiveInfinity, 1, 1) + new Cost(1, 1, 1);
        cost.Sum.Should().Be(double.PositiveInfinity);
        (cost + new Cost(double.NegativeInfinity, 1, 1)).Sum.Should().Be(double.NaN);
    }

    [Fact]
    public void Negative_counts_are_refused()
    {
        ((Action)(() => _ = new Cost(1, 1, -1))).Should().Throw<ArgumentOutOfRangeException>();
        ((Action)(() => new CostAggregator().Merge(new CostAggregatorState(0, 0, 0, 0, 0, -1, null))))
            .Should().Throw<ArgumentOutOfRangeException>();
    }

    private static bool IsClose(double actual, double expected) =>
        actual.Equals(expected) || Math.Abs(actual - expected) <= 1e-12 * Math.Abs(expected);
}
