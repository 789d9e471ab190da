using System.Text.Json;
using LossKit.Orleans.Serialization;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Serialization;

namespace LossKit.Orleans.Tests;

/// <summary>What leaves a process arrives in another to the last bit, or is refused.</summary>
public sealed class SerializationTests
{
    private static readonly Serializer s_orleans = new ServiceCollection()
        .AddSerializer().BuildServiceProvider().GetRequiredService<Serializer>();

    /// <summary>Costs that a sum, a weight and a count do not say.</summary>
    public static TheoryData<string, Cost> Costs => new()
    {
        { "none", default },
        { "a negative zero", new Cost(-0.0, 0, 0) },
        { "with what rounding has lost", new Cost(1, 1, 1) + new Cost(1e-30, 3e-20, long.MaxValue - 1) },
        { "the smallest", new Cost(double.Epsilon, double.Epsilon, 7) },
        { "beyond the range", new Cost(double.MaxValue, 1, 1) + new Cost(double.MaxValue, 1, 1) },
        { "infinite", new Cost(double.NegativeInfinity, 1, 3) },
        { "not a number", new Cost(double.NaN, 1, 3) },
    };

    [Theory, MemberData(nameof(Costs))]
    public void A_cost_arrives_to_the_last_bit(string what, Cost cost)
    {
        Cost[] arrived = [ByOrleans(cost), ByJson(cost)];
        foreach (Cost other in arrived)
        {
            Bits(other).Should().Equal(Bits(cost), what);
        }
    }

    [Theory, MemberData(nameof(Costs))]
    public void The_state_of_an_aggregator_arrives_to_the_last_bit(string what, Cost cost)
    {
        CostAggregator aggregator = new();
        aggregator.Add(new Cost(2, 3, 1));
        if (cost.Count < 10)
        {
            aggregator.Add(cost);
        }

        CostAggregatorState[] arrived = [ByOrleans(aggregator.State), ByJson(aggregator.State)];
        foreach (CostAggregatorState other in arrived)
        {
            other.Should().Be(aggregator.State, what);
            BitConverter.DoubleToInt64Bits(other.Sum)
                .Should().Be(BitConverter.DoubleToInt64Bits(aggregator.State.Sum), what);
        }
    }

    [Fact]
    public void A_report_goes_on_where_its_parts_have_been_elsewhere()
    {
        CostReport<double, double> here = Report();
        CostReport<double, double> there = Report();
        here.Add([0.3, 7], [0, 1], [1e-17, 3]);
        there.Add([1e-9], [0.1]);
        CostReport<double, double> all = Report();
        all.Merge(here);
        all.Merge(there);
        CostReportState[] arrived = [ByOrleans(there.State), ByJson(there.State)];
        foreach (CostReportState state in arrived)
        {
            CostReport<double, double> total = Report();
            total.Merge(here);
            total.MergeState(state);
            Bits(total["squared"]).Should().Equal(Bits(all["squared"]));
            Bits(total["absolute"]).Should().Equal(Bits(all["absolute"]));
        }
    }

    [Fact]
    public void A_report_takes_no_state_that_is_not_its_own()
    {
        CostReport<double, double> report = Report();
        CostReportState state = report.State;
        Merging(state with { Version = 2 }).Should().Throw<ArgumentException>()
            .WithMessage("'Version' is 2: must be 1.*");
        Merging(state with { Names = ["absolute", "squared"] }).Should().Throw<ArgumentException>()
            .WithMessage("'other' reports absolute, squared, this one squared, absolute.*");
        Merging(state with { Costs = [default] }).Should().Throw<ArgumentException>()
            .WithMessage("'Costs' has 1 entries: must be 2, one a name.*");

        Action Merging(CostReportState other) => () => report.MergeState(other);
    }

    [Fact]
    public void A_monitor_goes_on_as_if_it_had_never_moved()
    {
        Metric profit = new("profit", Better.Higher) { Bound = 12, Resolution = 0.25 };
        TrainingMonitor whole = new([profit], window: 9, smoothing: 0.3, stopOn: "profit");
        Random random = new(1);
        List<(double Cost, double Metric)> steps = [];
        for (int step = 0; step < 60; step++)
        {
            steps.Add((step == 40 ? double.NaN : Math.Exp(-step / 10.0) + 0.1 * random.NextDouble(), random.Next(9)));
        }

        foreach ((double cost, double metric) in steps.Take(25))
        {
            whole.Add(cost, cost + 1, [metric]);
        }

        TrainingMonitor[] moved = [new(ByOrleans(whole.State)), new(ByJson(whole.State))];
        foreach ((double cost, double metric) in steps.Skip(25))
        {
            whole.Add(cost, cost + 1, [metric]);
            foreach (TrainingMonitor other in moved)
            {
                other.Add(cost, cost + 1, [metric]);
                (other.Verdicts, other.Best, other.TrendOf("profit")).Should()
                    .Be((whole.Verdicts, whole.Best, whole.TrendOf("profit")));
            }
        }

        foreach (TrainingMonitor other in moved)
        {
            other.State.Should().BeEquivalentTo(whole.State, options => options.WithStrictOrdering());
        }
    }

    [Fact]
    public void What_another_version_has_written_is_refused()
    {
        Reading(new CostSurrogate { Version = 2, Sum = 1 }, state => new CostConverter().ConvertFromSurrogate(state))
            .Should().Throw<NotSupportedException>()
            .WithMessage("A Cost of version 2 was received: this library reads version 1 only.");
        Reading(
            new CostAggregatorStateSurrogate { Version = 0 },
            state => new CostAggregatorStateConverter().ConvertFromSurrogate(state))
            .Should().Throw<NotSupportedException>().WithMessage("A CostAggregatorState of version 0 *");
        Sending(Report().State with { Version = 3 }).Should().Throw<NotSupportedException>()
            .WithMessage("A CostReportState of version 3 *");
        Sending(new TrainingMonitor().State with { Version = 9 }).Should().Throw<NotSupportedException>()
            .WithMessage("A TrainingMonitorState of version 9 *");

        static Action Reading<TSurrogate, TState>(TSurrogate surrogate, Func<TSurrogate, TState> read) =>
            () => read(ByOrleans(surrogate));

        static Action Sending<TState>(TState state) => () => ByOrleans(state);
    }

    [Fact]
    public void Numbers_take_their_own_bytes_and_a_few_more()
    {
        double[] numbers = [double.NaN, -0.0, double.Epsilon, .. Enumerable.Range(0, 1000).Select(i => 1.0 / i)];
        byte[] bytes = s_orleans.SerializeToArray(new Numbers<double>(numbers));
        bytes.Length.Should().BeLessThan(8 * numbers.Length + 100);
        s_orleans.Deserialize<Numbers<double>>(bytes).Memory.ToArray().Select(BitConverter.DoubleToInt64Bits)
            .Should().Equal(numbers.Select(BitConverter.DoubleToInt64Bits));
    }

    private static CostReport<double, double> Report() =>
        new(("squared", Loss.SquaredError<double>()), ("absolute", Loss.AbsoluteError<double>()));

    private static TValue ByOrleans<TValue>(TValue value) =>
        s_orleans.Deserialize<TValue>(s_orleans.SerializeToArray(value))!;

    private static TValue ByJson<TValue>(TValue value) =>
        JsonSerializer.Deserialize<TValue>(JsonSerializer.Serialize(value))!;

    private static long[] Bits(Cost cost) =>
    [
        BitConverter.DoubleToInt64Bits(cost.SumParts.Sum),
        BitConverter.DoubleToInt64Bits(cost.SumParts.Error),
        BitConverter.DoubleToInt64Bits(cost.WeightParts.Sum),
        BitConverter.DoubleToInt64Bits(cost.WeightParts.Error),
        cost.Count,
        cost.Exponent,
    ];
}
