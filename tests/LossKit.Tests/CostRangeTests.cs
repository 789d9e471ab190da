using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;

namespace LossKit.Tests;

/// <summary>Costs whose sums leave the range of double have a mean, add up and go through JSON as any other.</summary>
public sealed class CostRangeTests
{
    private static readonly JsonSerializerOptions s_snakeCase =
        new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    [Fact]
    public void Sums_beyond_the_range_of_double_have_a_mean()
    {
        Cost cost = Of(3, 2, 2, 2000);
        (cost.Sum, cost.Weight, cost.Mean).Should().Be((double.PositiveInfinity, double.PositiveInfinity, 1.5));
        Cost tiny = Of(3, 2, 2, -2000);
        (tiny.Sum, tiny.Weight, tiny.Mean).Should().Be((0, 0, 1.5));
        Cost inside = Of(3, 2, 2, 4);
        (inside.Sum, inside.Weight, inside.Mean).Should().Be((48, 32, 1.5));
    }

    [Fact]
    public void Sums_that_overflow_only_together_do_not()
    {
        Cost large = new(1e308, 1.2e308, 1);
        Cost total = large;
        for (int i = 0; i < 999; i++)
        {
            total += large;
        }

        total.Mean.Should().BeApproximately(1 / 1.2, 1e-15);
        total.Count.Should().Be(1000);
        total.Sum.Should().Be(double.PositiveInfinity);
        (total + total + new Cost(-double.MaxValue, double.MaxValue, 1)).Mean.Should()
            .BeApproximately((2000e3 - 1.7976931348623157e3) / (2400e3 + 1.7976931348623157e3), 1e-13);

        Cost apart = new Cost(double.MaxValue, 1, 1) + new Cost(double.MaxValue, 1, 1)
            + new Cost(-double.MaxValue, 1, 1);
        (apart.Sum, apart.Weight).Should().Be((double.MaxValue, 3));
        new CostAggregator().Invoking(aggregator => aggregator.Add(apart)).Should().NotThrow();
    }

    /// <summary>Sums are small whole numbers times powers of two, so that each has one right value.</summary>
    [Fact]
    public void Costs_of_different_exponents_add_up_exactly_and_in_any_order()
    {
        Prop.ForAll<int>(seed =>
        {
            Random random = new(seed);
            (int Sum, int Weight, int Exponent)[] parts = [.. Enumerable.Range(0, 6).Select(_ =>
                (random.Next(-8, 9), random.Next(1, 9), random.Next(4) == 0 ? 0 : random.Next(-400, 400)))];
            Cost forward = parts.Aggregate(default(Cost), (total, part) => total + Part(part));
            Cost backward = parts.Reverse().Aggregate(default(Cost), (total, part) => total + Part(part));
            System.Numerics.BigInteger sum = 0;
            System.Numerics.BigInteger weight = 0;
            foreach ((int s, int w, int exponent) in parts)
            {
                sum += new System.Numerics.BigInteger(s) << (exponent + 400);
                weight += new System.Numerics.BigInteger(w) << (exponent + 400);
            }

            double expectedWeight = Math.ScaleB((double)(weight >> 300), -100);
            return Math.Abs(forward.Weight / expectedWeight - 1) < 1e-15
                && Math.Abs(forward.Sum - Math.ScaleB((double)sum, -400)) <= 1e-15 * Math.Abs(forward.Sum)
                && forward.Sum == backward.Sum
                && forward.Weight == backward.Weight
                && forward.Count == 6;
        }).QuickCheckThrowOnFailure();

        static Cost Part((int Sum, int Weight, int Exponent) part) => Of(part.Sum, part.Weight, 1, part.Exponent);
    }

    [Fact]
    public void Far_apart_exponents_keep_what_a_double_can_hold()
    {
        // The true sums are 2^-1000 and 2^1000: both are doubles, 2000 binary places apart.
        foreach (Cost cost in new[] { Of(0, 1, 1, 1000) + Of(1, 1, 1, -1000), Of(1, 1, 1, -1000) + Of(0, 1, 1, 1000) })
        {
            cost.Sum.Should().Be(Math.ScaleB(1, -1000));
            cost.Weight.Should().Be(Math.ScaleB(1, 1000));
        }

        (Of(1, 1, 1, 5000) + Of(7, 1, 1, -5000)).Mean.Should().Be(1);
        (Of(0, 0, 3, 77) + Of(1, 2, 1, -2000)).Mean.Should().Be(0.5);
        (Of(1, 2, 1, -2000) + Of(0, 0, 3, 77)).Mean.Should().Be(0.5);
        (default(Cost) + Of(1, 2, 1, -2000)).Should().Be(Of(1, 2, 1, -2000));
        (Of(1, 1, 1, 1500) + new Cost(double.PositiveInfinity, 1, 1)).Mean.Should().Be(double.PositiveInfinity);
        (Of(1, 1, 1, 1500) + new Cost(double.NaN, 1, 1)).Mean.Should().Be(double.NaN);
    }

    [Fact]
    public void Equal_costs_are_equal_whatever_their_exponents()
    {
        Cost plain = new(48, 32, 2);
        Cost scaled = Of(3, 2, 2, 4);
        (plain == scaled).Should().BeTrue();
        plain.GetHashCode().Should().Be(scaled.GetHashCode());
        (scaled != Of(3, 2, 2, 5)).Should().BeTrue();
        (Of(0, 0, 2, 5) == new Cost(0, 0, 2)).Should().BeTrue();
        (new Cost(double.NaN, 1, 1) == new Cost(double.NaN, 1, 1)).Should().BeTrue();
    }

    [Fact]
    public void An_infinite_weight_stays_infinite()
    {
        Cost cost = new Cost(1, 1, 1) + new Cost(double.PositiveInfinity, double.PositiveInfinity, 1);
        cost.Weight.Should().Be(double.PositiveInfinity);
        (cost + new Cost(1, 1, 1)).Weight.Should().Be(double.PositiveInfinity);
        Loss.SquaredError<double>().Value([1, 2], [0, 0], [1, double.PositiveInfinity]).Weight.Should()
            .Be(double.PositiveInfinity);
    }

    [Fact]
    public void JSON_keeps_a_cost_to_the_last_bit()
    {
        Cost[] costs =
        [
            default,
            new(0.1, 0.3, 5),
            new Cost(1e16, 1, 1) + new Cost(1, 1e-17, 1),
            Of(1.1, 3, 7, 2000) + Of(1e-9, 0.1, 1, 1990),
            Of(1.1, 3, 7, -2000),
            new(double.NaN, double.PositiveInfinity, long.MaxValue),
            new Cost(double.NegativeInfinity, 1, 1) + new Cost(1, 1, 1),
            new(-0.0, double.Epsilon, 1),
            new(double.MaxValue, double.MinValue, 0),
        ];
        foreach (JsonSerializerOptions options in (JsonSerializerOptions[])
            [JsonSerializerOptions.Default, JsonSerializerOptions.Web, s_snakeCase])
        {
            foreach (Cost cost in costs)
            {
                string json = JsonSerializer.Serialize(cost, options);
                Cost read = JsonSerializer.Deserialize<Cost>(json, options);
                read.Should().Be(cost, json);
                (read.SumParts, read.WeightParts, read.Exponent).Should()
                    .Be((cost.SumParts, cost.WeightParts, cost.Exponent), json);
            }
        }

        Epoch epoch = new(3, costs[3], new() { ["validation"] = costs[1] });
        Epoch back = JsonSerializer.Deserialize<Epoch>(JsonSerializer.Serialize(epoch))!;
        back.Train.Should().Be(epoch.Train);
        back.Others["validation"].Should().Be(costs[1]);
        JsonSerializer.Serialize(new Cost(0.1, 0.3, 5)).Should()
            .Be("""{"Sum":0.1,"SumError":0,"Weight":0.3,"WeightError":0,"Count":5,"Exponent":0}""");
    }

    [Fact]
    public void JSON_from_elsewhere_is_read_or_refused_by_name()
    {
        Read("""{"count":2,"mean":0.5,"extra":{"a":[1]},"sum":1,"weight":2}""", JsonSerializerOptions.Web)
            .Should().Be(new Cost(1, 2, 2));
        Refused("""{"Sum":1,"Weight":2,"Count":-2}""", "*'Count'*at least 0*");
        Refused("""{"Sum":1,"Weight":2,"Count":1.5}""", "*'Count'*");
        Refused("""{"Sum":"much"}""", "*'Sum' is 'much'*");
        Refused("""{"Weight":true}""", "*'Weight' is a True*");
        Refused("""{"Exponent":99999999}""", "*'Exponent'*1000000*");
        Refused("[1]", "*object*");

        static Cost Read(string json, JsonSerializerOptions? options = null) =>
            JsonSerializer.Deserialize<Cost>(json, options);
        static void Refused(string json, string message) =>
            ((Action)(() => Read(json))).Should().Throw<JsonException>().WithMessage(message);
    }

    [Fact]
    public void The_state_of_an_aggregator_keeps_its_exponent_and_old_states_are_read()
    {
        CostAggregator first = new();
        first.Add(Of(3, 2, 2, 2000));
        first.FirstNonFiniteBatch.Should().BeNull("the mean is finite");
        string json = JsonSerializer.Serialize(first.State);
        CostAggregatorState state = JsonSerializer.Deserialize<CostAggregatorState>(json);
        state.Should().Be(first.State);
        CostAggregator second = new();
        second.Merge(state);
        second.Total.Should().Be(first.Total);
        second.Mean.Should().Be(1.5);

        second.Reset();
        second.Merge(JsonSerializer.Deserialize<CostAggregatorState>(
            """{"Sum":3,"SumError":0,"Weight":2,"WeightError":0,"Count":2,"Batches":1,"FirstNonFiniteBatch":null}"""));
        second.Total.Should().Be(new Cost(3, 2, 2));
    }

    [Fact]
    public void States_that_cannot_be_are_refused_by_name_and_nothing_is_added()
    {
        CostAggregator aggregator = new();
        aggregator.Add(new Cost(1, 1, 1));
        Refused(new(1, 0, 1, 0, -1, 1, null), "'Count' is -1: must be at least 0*");
        Refused(new(1, 0, 1, 0, 1, -2, null), "'Batches' is -2: must be at least 0*");
        Refused(new(1, 0, 1, 0, 1, 2, -1), "'FirstNonFiniteBatch' is -1: must be the number of one of the 2 batches*");
        Refused(new(1, 0, 1, 0, 1, 2, 2), "'FirstNonFiniteBatch' is 2: must be the number of one of the 2 batches*");
        Refused(new(1, 0, 1, 0, 1, 2, null, int.MinValue), "'Exponent' is -2147483648*");

        void Refused(CostAggregatorState state, string message)
        {
            aggregator.Invoking(each => each.Merge(state)).Should().Throw<ArgumentOutOfRangeException>()
                .WithMessage(message);
            aggregator.State.Should().Be(new CostAggregatorState(1, 0, 1, 0, 1, 1, null));
        }
    }

    [Fact]
    public void Counts_do_not_wrap_and_nothing_is_half_added()
    {
        Cost many = new(1, 1, long.MaxValue);
        ((Action)(() => _ = many + new Cost(1, 1, 1))).Should().Throw<OverflowException>()
            .WithMessage("9223372036854775807 and 1 are more than a count can hold*");
        CostAggregator aggregator = new();
        aggregator.Add(many);
        CostAggregatorState before = aggregator.State;
        ((Action)(() => aggregator.Add(new Cost(double.NaN, 1, 1)))).Should().Throw<OverflowException>();
        ((Action)(() => aggregator.Merge(new CostAggregatorState(1, 0, 1, 0, 1, 1, 0))))
            .Should().Throw<OverflowException>();
        ((Action)(() => aggregator.Merge(new CostAggregatorState(1, 0, 1, 0, 0, long.MaxValue, 0))))
            .Should().Throw<OverflowException>();
        aggregator.State.Should().Be(before);

        Counting counting = new();
        CostReport<double, double> report = new(("few", Loss.SquaredError<double>()), ("many", counting));
        counting.Next = long.MaxValue;
        report.Add([1], [0]);
        counting.Next = 1;
        ((Action)(() => report.Add([1], [0]))).Should().Throw<OverflowException>();
        (report["few"].Count, report["many"].Count).Should().Be((1, long.MaxValue));
    }

    private static Cost Of(double sum, double weight, long count, int exponent) =>
        new(new CompensatedSum(sum, 0), new CompensatedSum(weight, 0), count, exponent);

    private sealed record Epoch(int Number, Cost Train, Dictionary<string, Cost> Others);

    /// <summary>A metric that says how many examples it has seen.</summary>
    private sealed class Counting : IMetric<double, double>
    {
        public Shape Shape => new(1, 1);

        public long Next { get; set; }

        public Cost Value(
            ReadOnlySpan<double> predictions, ReadOnlySpan<double> targets, ReadOnlySpan<double> weights = default) =>
            new(1, 1, Next);

        public Cost PerExample(
            ReadOnlySpan<double> predictions,
            ReadOnlySpan<double> targets,
            Span<double> losses,
            ReadOnlySpan<double> weights = default) => throw new NotSupportedException();
    }
}
