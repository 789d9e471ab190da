using System.Text.Json;
using System.Text.Json.Nodes;

namespace LossKit.Tests;

/// <summary>A monitor that goes on from a state is the one that had never stopped, to the last bit.</summary>
public sealed class MonitorStateTests
{
    private const int Steps = 90;

    private static readonly Metric s_profit = new("profit", Better.Higher) { Bound = double.PositiveInfinity };
    private static readonly Metric s_errors = new("errors", Better.Lower) { Bound = 0, Resolution = 1 };

    private static readonly JsonSerializerOptions s_options = new();

    private static readonly string[] s_trainings = ["falls", "overfits", "breaks", "sparse", "batches"];

    private static readonly string[] s_curves = ["train", "validation", "profit", "errors"];

    public static TheoryData<string> Trainings => new(s_trainings);

    [Theory]
    [MemberData(nameof(Trainings))]
    public void A_state_saved_at_any_step_loses_nothing(string training)
    {
        for (int stop = 0; stop < Steps; stop += 1 + stop / 7)
        {
            TrainingMonitor whole = Monitor(training);
            TrainingMonitor resumed = Monitor(training);
            for (int step = 0; step < Steps; step++)
            {
                if (step == stop)
                {
                    resumed = new(Read(Json(resumed.State)));
                    Everything(resumed).Should().Be(Everything(whole), "nothing may be lost at step {0}", step);
                }

                Add(whole, training, step);
                Add(resumed, training, step).Should().Be(whole.Verdicts);
                Everything(resumed).Should().Be(Everything(whole), "it is to go on alike at step {0}", step);
            }
        }
    }

    [Fact]
    public void The_trainings_show_what_a_state_could_lose()
    {
        TrainingVerdicts seen = TrainingVerdicts.None;
        bool stopped = false;
        foreach (string training in s_trainings)
        {
            TrainingMonitor monitor = Monitor(training);
            for (int step = 0; step < Steps; step++)
            {
                seen |= Add(monitor, training, step);
                stopped |= monitor.ShouldStop;
            }
        }

        seen.Should().Be(
            Enum.GetValues<TrainingVerdicts>().Aggregate(TrainingVerdicts.None, (all, verdict) => all | verdict));
        stopped.Should().BeTrue();
    }

    [Fact]
    public void Patience_can_be_another_from_there_on()
    {
        TrainingMonitor monitor = new(patience: 2);
        foreach (double cost in new double[] { 1, 2, 3 })
        {
            monitor.Add(cost);
        }

        monitor.ShouldStop.Should().BeTrue();
        TrainingMonitor patient = new(monitor.State with { Patience = 3 });
        patient.ShouldStop.Should().BeFalse();
        patient.Add(4);
        patient.ShouldStop.Should().BeTrue();
        patient.Best.Should().Be(new BestSoFar(0, 1, 3));
    }

    [Fact]
    public void What_cannot_be_is_refused_with_its_name()
    {
        Refuses(state => state["Version"] = 2, "'Version' is 2: must be 1.");
        Refuses(state => state.Remove("Version"), "'Version' is 0: must be 1.");
        Refuses(state => state["Steps"] = -1, "'Steps' is -1: must be 0 to 4611686018427387904.");
        Refuses(state => state["Steps"] = long.MaxValue, "'Steps' is 9223372036854775807: must be 0 to 4611*");
        Refuses(state => state.Remove("Train"), "'Train' is missing: must be given.");
        Refuses(state => state["Metrics"] = null, "'Metrics' is missing: must be given.");
        Refuses(state => state["Metrics"]![1] = null, "'Metrics' is missing: must be given.");
        Refuses(state => state["ImprovingSince"] = 12, "'ImprovingSince' is 12: must be one of the 12 steps*");
        Refuses(state => state["PlateauSince"] = -1, "'PlateauSince' is -1: must be one of the 12 steps*");
        Refuses(state => state["DivergingSince"] = 99, "'DivergingSince' is 99*");
        Refuses(state => state["OverfittingSince"] = 99, "'OverfittingSince' is 99*");
        Refuses(state => state["Window"] = 7, "*window*8*", "window");
        Refuses(state => state["Window"] = int.MaxValue, "*window*1000000*", "window");
        Refuses(state => state["Threshold"] = "NaN", "*'threshold'*positive*", "threshold");
        Refuses(state => state["MinimumChange"] = "Infinity", "*'minimumChange'*finite*", "minimumChange");
        Refuses(state => state["Smoothing"] = 1, "*'smoothing'*[0, 1)*", "smoothing");
        Refuses(state => state["Patience"] = 0, "*patience*1*", "patience");
        Refuses(state => state["StopOn"] = "loss", "*'stopOn' is 'loss'*", "stopOn");
        Refuses(state => state["Metrics"]![0]!["Metric"]!["Name"] = "train", "*'train'*differ*", "metrics");
        Refuses(state => state["Metrics"]![0]!["Metric"]!["Better"] = 2, "*lower or higher better*", "metrics");
        OfTrain(curve => curve["Metric"]!["Better"] = 1, "'Metric' of the curve 'train' is train (higher*");
        OfTrain(curve => curve.Remove("Values"), "'Values' of the curve 'train' is missing: must be 0 to 8 numbers.");
        OfTrain(curve => curve["Values"]!.AsArray().Add(1), "'Values'*is 9: must be 0 to 8 numbers.");
        OfTrain(curve => curve["Values"]![2] = "NaN", "'Values[2]' of the curve 'train' is NaN: must be finite*");
        OfTrain(curve => curve["Values"]![2] = -1, "'Values[2]' of the curve 'train' is -1*no better than*");
        OfTrain(curve => curve.Remove("Steps"), "'Steps' of the curve 'train' is missing: must be 8 numbers*");
        OfTrain(curve => curve["Steps"]!.AsArray().RemoveAt(0), "'Steps'*is 7: must be 8 numbers*");
        OfTrain(curve => curve["Steps"]![3] = 6, "'Steps[3]' of the curve 'train' is 6*must be between 7 and 11.");
        OfTrain(curve => curve["Steps"]![0] = -1, "'Steps[0]' of the curve 'train' is -1: must be between 0 and 11.");
        OfTrain(curve => curve["Steps"]![7] = 12, "'Steps[7]' of the curve 'train' is 12*");
        OfTrain(curve => curve["SmoothedWeight"] = 0, "'SmoothedWeight' of the curve 'train' is 0: must be in (0, 1]*");
        OfTrain(curve => curve["SmoothedWeight"] = 1.5, "'SmoothedWeight' of the curve 'train' is 1.5*");
        OfTrain(curve => curve["SmoothedSum"] = "NaN", "'SmoothedSum' of the curve 'train' is NaN: must be finite*");
        OfTrain(curve => curve["First"] = "NaN", "'First' of the curve 'train' is NaN: must be finite*");
        OfTrain(curve => curve["Peak"] = "Infinity", "'Peak' of the curve 'train' is Infinity: must be finite*");
        OfTrain(curve => curve["First"] = 0.001, "'Peak' of the curve 'train' is *at least as good as 0.001.");
        OfTrain(curve => curve["FirstNonFinite"] = 12, "'FirstNonFinite' of the curve 'train' is 12*");
        OfTrain(curve => curve["Best"]!["Step"] = 12, "'Best' of the curve 'train' is *at step 12*");
        OfTrain(curve => curve["Best"]!["ObservationsSince"] = 12, "'Best' of the curve 'train' is *12 obs*");
        OfTrain(curve => curve["Best"]!["ObservationsSince"] = -1, "'Best' of the curve 'train' is *");
        OfTrain(curve => curve["Best"]!["Value"] = "NaN", "'Best.Value' of the curve 'train' is NaN*");
        OfTrain(curve => curve.Remove("Best"), "'Best.Value' of the curve 'train' is 0: must be no better than 0.08*");
        OfTrain(curve => curve["Best"]!["Value"] = 0.083, "'Best.Value' of the curve 'train' is 0.083*");
        Refuses(
            state => state["Metrics"]![0]!["Best"]!["Value"] = 11.1,
            "'Best.Value' of the curve 'profit' is 11.1: must be no better than 11.");
        Refuses(
            state => state["Metrics"]![0]!["MisalignedSince"] = 12, "'MisalignedSince' of the curve 'profit' is 12*");
        ((Action)(() => _ = new TrainingMonitor((TrainingMonitorState)null!)))
            .Should().Throw<ArgumentNullException>().Which.ParamName.Should().Be("state");

        static void OfTrain(Action<JsonObject> change, string message) =>
            Refuses(state => change(state["Train"]!.AsObject()), message);

        static void Refuses(Action<JsonObject> change, string message, string name = "state")
        {
            TrainingMonitor monitor = new([s_profit, s_errors], window: 8, smoothing: 0.5);
            for (int step = 0; step < 12; step++)
            {
                monitor.Add(1.0 / (1 + step), null, [step, 12 - step]);
            }

            JsonObject state = JsonNode.Parse(Json(monitor.State))!.AsObject();
            _ = new TrainingMonitor(Read(state.ToJsonString()));
            change(state);
            TrainingMonitorState changed = Read(state.ToJsonString());
            ((Action)(() => _ = new TrainingMonitor(changed)))
                .Should().Throw<ArgumentException>(message).WithMessage($"{message}*")
                .Which.ParamName.Should().Be(name);
        }
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(-0.1)]
    [InlineData(1e300)]
    [InlineData(5e-324)]
    [InlineData(0)]
    public void A_best_that_rounding_has_carried_past_the_peak_is_one(double cost)
    {
        // The average of the same number again and again is that number but for the last bits.
        TrainingMonitor monitor = new(smoothing: 0.999, minimumChange: 0);
        for (int step = 0; step < 3000; step++)
        {
            monitor.Add(cost);
            if (step % 10 == 0)
            {
                new TrainingMonitor(Read(Json(monitor.State))).Best.Should().Be(monitor.Best);
            }
        }
    }

    [Fact]
    public void As_many_observations_as_can_be_counted_are_not_followed_by_fewer()
    {
        TrainingMonitor monitor = new();
        monitor.Add(1);
        TrainingMonitorState state = monitor.State;
        CurveState train = state.Train with { Best = state.Train.Best with { ObservationsSince = int.MaxValue } };
        TrainingMonitor late = new(state with { Steps = 1L << 62, Train = train });
        foreach (double cost in new double[] { 2, double.NaN, 2 })
        {
            late.Add(cost);
            late.Best.ObservationsSince.Should().Be(int.MaxValue);
        }

        late.Steps.Should().Be((1L << 62) + 3);
        late.ShouldStop.Should().BeTrue();
    }

    private static TrainingMonitor Monitor(string training) => training switch
    {
        "falls" => new([s_profit, s_errors], patience: 12),
        "overfits" => new([s_profit, s_errors], window: 11, patience: 20, minimumChange: 0),
        "sparse" => new([s_profit, s_errors], window: 9, threshold: 2.5, stopOn: "errors"),
        "batches" => new([s_profit, s_errors], window: 25, smoothing: 0.9),
        _ => new([s_profit, s_errors]),
    };

    private static TrainingVerdicts Add(TrainingMonitor monitor, string training, int step)
    {
        double noise = 0.003 * Math.Sin(12.9898 * step);
        double falling = Math.Exp(-step / 30.0) + noise;
        double bowl = 1.1 + 0.0007 * (step - 20) * (step - 20) - noise;
        return training switch
        {
            "falls" => monitor.Add(step < 40 ? falling : 0.3 + noise, 1.1 * falling, [40 + step % 3, 10 - step / 10]),
            "overfits" => monitor.Add(falling, bowl, [step, step]),
            "breaks" => monitor.Add(
                step == 3 ? double.NaN : falling,
                step % 3 == 0 ? step > 60 ? double.PositiveInfinity : bowl : null,
                [step == 21 ? double.NaN : 1 / (1.0 + step), 4]),
            "sparse" when step % 4 == 3 => monitor.Add(bowl, falling, [falling, step / 5]),
            "sparse" => monitor.Add(bowl),
            _ => monitor.Add(1 + 10 * noise - 0.001 * step, null, [1e300 * noise, step]),
        };
    }

    /// <summary>All that a monitor says, and its numbers to the last bit.</summary>
    private static string Everything(TrainingMonitor monitor) => string.Join('\n', [
        Json(monitor.State),
        $"{monitor.Verdicts} {monitor.IsBest} {monitor.ShouldStop} {monitor.Steps}",
        $"{monitor.Best.Step} {monitor.Best.Value:R} {monitor.Best.ObservationsSince}",
        .. s_curves.Select(
            name => $"{Bits(monitor.TrendOf(name))} {monitor.Smoothed(name):R}"),
        monitor.ToString(),
    ]);

    private static string Bits(Trend trend) =>
        $"{trend.From} {trend.To} {trend.Observations} {trend.Slope:R} {trend.StandardError:R} {trend.Score:R}";

    private static string Json(TrainingMonitorState state) => JsonSerializer.Serialize(state, s_options);

    private static TrainingMonitorState Read(string json) =>
        JsonSerializer.Deserialize<TrainingMonitorState>(json, s_options)!;
}
