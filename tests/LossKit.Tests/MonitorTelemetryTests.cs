using System.Diagnostics;
using System.Diagnostics.Metrics;
using LossKit.Tests.Support;

namespace LossKit.Tests;

/// <summary>Who listens to the meter hears each step of each monitor, and nobody else pays for it.</summary>
public sealed class MonitorTelemetryTests
{
    private static readonly Metric s_profit = new("profit", Better.Higher);

    [Fact]
    public void A_step_is_published_with_everything_that_holds_after_it()
    {
        using Heard heard = new("a step");
        TrainingMonitor monitor = new([s_profit], patience: 3) { Tags = heard.Tags };
        monitor.Add(2, 3, [10]);
        heard.Take().Should().BeEquivalentTo(
        [
            "steps +1 {step} run=a step",
            "cost 2 {loss} run=a step series=train",
            "cost 3 {loss} run=a step series=validation",
            "metric 10 {value} run=a step series=profit",
            "since_best 0 {observation} run=a step series=validation",
            "best 3 {value} run=a step series=validation",
            .. Verdicts(TrainingVerdicts.None),
        ]);
        monitor.Add(1, 4);
        heard.Take().Should().BeEquivalentTo(
        [
            "steps +1 {step} run=a step",
            "cost 1 {loss} run=a step series=train",
            "cost 4 {loss} run=a step series=validation",
            "since_best 1 {observation} run=a step series=validation",
            "best 3 {value} run=a step series=validation",
            .. Verdicts(TrainingVerdicts.None),
        ]);
        monitor.Add(double.NaN, null, [double.PositiveInfinity]);
        heard.Take().Should().BeEquivalentTo(
        [
            "steps +1 {step} run=a step",
            "cost NaN {loss} run=a step series=train",
            "metric Infinity {value} run=a step series=profit",
            "since_best 1 {observation} run=a step series=validation",
            "best 3 {value} run=a step series=validation",
            .. Verdicts(TrainingVerdicts.NonFinite),
        ]);

        static IEnumerable<string> Verdicts(TrainingVerdicts holding) => Enum.GetValues<TrainingVerdicts>().Skip(1)
            .Select(verdict => $"verdict {(holding.HasFlag(verdict) ? 1 : 0)} 1 run=a step verdict={verdict}");
    }

    [Fact]
    public void What_is_published_is_what_the_monitor_says()
    {
        using Heard heard = new("falls");
        TrainingMonitor monitor = new([s_profit], stopOn: "profit") { Tags = heard.Tags };
        for (int step = 0; step < 60; step++)
        {
            TrainingVerdicts verdicts = monitor.Add(Math.Exp(-step / 20.0), null, [40 + step % 3]);
            string[] all = heard.Take();
            all.Should().Contain($"best {monitor.Best.Value} {{value}} run=falls series=profit");
            all.Should().Contain(
                $"since_best {monitor.Best.ObservationsSince} {{observation}} run=falls series=profit");
            foreach (TrainingVerdicts verdict in Enum.GetValues<TrainingVerdicts>().Skip(1))
            {
                all.Should().Contain(
                    $"verdict {(verdicts.HasFlag(verdict) ? 1 : 0)} 1 run=falls verdict={verdict}");
            }
        }

        monitor.Verdicts.Should().Be(TrainingVerdicts.Improving | TrainingVerdicts.Misaligned);
    }

    [Fact]
    public void Nothing_is_best_before_the_first_number()
    {
        using Heard heard = new("no number");
        TrainingMonitor monitor = new() { Tags = heard.Tags };
        monitor.Add(double.NaN);
        heard.Take().Should().NotContain(line => line.StartsWith("best "))
            .And.Contain("since_best 1 {observation} run=no number series=train");
    }

    [Fact]
    public void Costs_of_batches_are_published_as_their_means_and_those_without_weight_not_at_all()
    {
        using Heard heard = new("costs");
        TrainingMonitor monitor = new() { Tags = heard.Tags };
        monitor.Add(new Cost(6, 4, 4), new Cost(1, 2, 2));
        heard.Take().Should().Contain("cost 1.5 {loss} run=costs series=train")
            .And.Contain("cost 0.5 {loss} run=costs series=validation");
        monitor.Add(new Cost(0, 0, 3), default(Cost));
        heard.Take().Should().NotContain(line => line.StartsWith("cost "));
        (monitor.Steps, monitor.Verdicts, monitor.ShouldStop).Should().Be((2, TrainingVerdicts.None, false));
        (monitor.IsBest, monitor.Best).Should().Be((false, new BestSoFar(0, 0.5, 0)));
        monitor.TrendOf("train").Observations.Should().Be(1);
        monitor.Add(new Cost(double.NaN, 1, 1)).Should().Be(TrainingVerdicts.NonFinite);
        monitor.Evidence(TrainingVerdicts.NonFinite)!.Value.Since.Should().Be(2);
    }

    [Fact]
    public void Costs_whose_sums_are_out_of_range_still_have_a_mean()
    {
        Cost huge = Loss.SquaredError<double>().Value([0, 0], [1e10, 1e10], [1e300, 1e300]);
        double.IsInfinity((huge + huge).Sum).Should().BeTrue();
        TrainingMonitor monitor = new();
        monitor.Add(huge + huge);
        monitor.Best.Value.Should().BeApproximately(1e20, 1e6);
    }

    [Fact]
    public void A_resumed_run_may_have_other_tags()
    {
        using Heard heard = new("second");
        TrainingMonitor first = new() { Tags = new() { { "run", "first" } } };
        first.Add(1);
        new TrainingMonitor(first.State) { Tags = heard.Tags }.Add(2);
        heard.Take().Should().Contain("since_best 1 {observation} run=second series=train");
    }

    [Theory]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(20)]
    public void There_may_be_as_many_tags_as_one_likes(int count)
    {
        using Heard heard = new($"with {count}");
        TagList tags = heard.Tags;
        for (int i = 1; i < count; i++)
        {
            tags.Add($"tag{i}", i);
        }

        TrainingMonitor monitor = new() { Tags = tags };
        monitor.Add(1, 2);
        string all = string.Concat(Enumerable.Range(1, count - 1).Select(i => $" tag{i}={i}"));
        heard.Take().Should().Contain($"cost 1 {{loss}} run=with {count}{all} series=train")
            .And.Contain($"cost 2 {{loss}} run=with {count}{all} series=validation")
            .And.Contain($"steps +1 {{step}} run=with {count}{all}");
        monitor.Tags.Count.Should().Be(count);

        // Neither the list that was given nor the one that is handed out is the monitor's own.
        TagList own = monitor.Tags;
        own[0] = new("verdict", "mine");
        tags[0] = new("series", "mine");
        monitor.Tags[0].Should().Be(new KeyValuePair<string, object?>("run", $"with {count}"));
    }

    [Fact]
    public void A_step_allocates_nothing_with_a_listener_or_without()
    {
        double[] metrics = [1];
        TrainingMonitor unheard = new([s_profit]);
        Allocations.Of(() => unheard.Add(1, 0.5, metrics)).Should().Be(0);

        double sum = 0;
        using MeterListener listener = new()
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == TrainingMonitor.MeterName)
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<double>(
            (_, value, tags, _) => sum += tags.Length > 0 && tags[0].Value is "counted" ? value : 0);
        listener.Start();
        TrainingMonitor monitor = new([s_profit]) { Tags = new() { { "run", "counted" }, { "model", "linear" } } };
        Allocations.Of(() => monitor.Add(1, 0.5, metrics)).Should().Be(0);
        sum.Should().BeGreaterThan(0);
    }

    [Fact]
    public void Instruments_have_units_and_descriptions()
    {
        List<Instrument> instruments = [];
        using MeterListener listener = new()
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (instrument.Meter.Name == TrainingMonitor.MeterName)
                {
                    instruments.Add(instrument);
                }
            },
        };
        new TrainingMonitor().Add(1);
        listener.Start();
        instruments.Should().HaveCount(6).And.OnlyContain(
            instrument => instrument.Unit!.Length > 0 && instrument.Description!.Length > 10
                && instrument.Name.StartsWith("losskit.training."));
        instruments.Select(instrument => instrument.Meter).Distinct().Should().ContainSingle()
            .Which.Version.Should().MatchRegex(@"^\d+\.\d+\.\d+$");
    }

    [Fact]
    public void Tags_that_would_hide_others_are_refused()
    {
        Refused("series");
        Refused("verdict");
        Refused("");
        Refused("run", "run");

        static void Refused(params string[] names)
        {
            TagList tags = [.. names.Select(name => new KeyValuePair<string, object?>(name, 1))];
            ((Action)(() => _ = new TrainingMonitor { Tags = tags })).Should().Throw<ArgumentException>()
                .WithMessage($"*'{names[0]}'*differ*").Which.ParamName.Should().Be("Tags");
        }
    }

    /// <summary>What is heard of one run, as lines; other tests run monitors at the same time.</summary>
    private sealed class Heard : IDisposable
    {
        private readonly MeterListener _listener = new();
        private readonly List<string> _lines = [];
        private readonly string _run;

        public Heard(string run)
        {
            _run = run;
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == "LossKit")
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            };
            _listener.SetMeasurementEventCallback<double>(Hear);
            _listener.SetMeasurementEventCallback<long>(Hear);
            _listener.SetMeasurementEventCallback<int>(Hear);
            _listener.Start();
        }

        public TagList Tags => new() { { "run", _run } };

        public string[] Take()
        {
            string[] lines = [.. _lines];
            _lines.Clear();
            return lines;
        }

        public void Dispose() => _listener.Dispose();

        private void Hear<T>(
            Instrument instrument, T value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
            where T : struct
        {
            if (tags.Length > 0 && tags[0] is { Key: "run", Value: string run } && run == _run)
            {
                string sign = instrument is Counter<T> ? "+" : "";
                string text = FormattableString.Invariant($"{sign}{value} {instrument.Unit}");
                string name = instrument.Name["losskit.training.".Length..];
                _lines.Add(string.Join(
                    ' ', [$"{name} {text}", .. tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}")]));
            }
        }
    }
}
