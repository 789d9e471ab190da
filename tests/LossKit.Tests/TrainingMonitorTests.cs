using FsCheck;
using FsCheck.Fluent;
using LossKit.Tests.Support;
using Xunit.Abstractions;

namespace LossKit.Tests;

/// <summary>Synthetic trainings of each kind are told apart, and noise is not taken for any.</summary>
public sealed class TrainingMonitorTests(ITestOutputHelper output)
{
    private const int Steps = 60;

    private static readonly Metric s_business = new("business cost", Better.Lower);
    private static readonly Metric s_accuracy = new("accuracy", Better.Higher);

    [Fact]
    public void A_falling_cost_is_an_improvement()
    {
        TrainingMonitor monitor = Run(new(), step => (Decay(step, 30) + Noise(step), null, []));
        monitor.Verdicts.Should().Be(TrainingVerdicts.Improving);
        TrainingEvidence evidence = monitor.Evidence(TrainingVerdicts.Improving)!.Value;
        evidence.Series.Should().Be("train");
        evidence.Since.Should().BeInRange(7, 12, "eight observations are the fewest for a trend");
        evidence.Trend.Should().Match<Trend>(trend => trend.From == 40 && trend.To == 59 && trend.Observations == 20);
        evidence.Trend.Slope.Should().BeNegative();
        evidence.Trend.Score.Should().BeLessThan(-3);
        monitor.Evidence(TrainingVerdicts.Plateau).Should().BeNull();
        monitor.ToString().Should().StartWith("Improving since step ").And.Contain("train slope -");
    }

    [Fact]
    public void A_cost_that_no_longer_falls_is_a_plateau()
    {
        TrainingMonitor monitor = Run(new(), step => (Decay(step, 3) + Noise(step), null, []));
        monitor.Verdicts.Should().Be(TrainingVerdicts.Plateau);
        monitor.Evidence(TrainingVerdicts.Plateau)!.Value.Since.Should().BeInRange(19, 45);
    }

    [Fact]
    public void A_change_too_small_to_matter_is_a_plateau_however_sure_it_is()
    {
        Func<int, Observed> creeping = step => (1 - 1e-5 * step, null, []);
        Run(new(), creeping).Verdicts.Should().Be(TrainingVerdicts.Plateau);
        Run(new(minimumChange: 1e-5), creeping).Verdicts.Should().Be(TrainingVerdicts.Improving);
        Run(new(), _ => (1, null, [])).Verdicts.Should().Be(TrainingVerdicts.Plateau);
    }

    [Fact]
    public void A_rising_cost_diverges_and_is_noticed_within_a_few_steps()
    {
        TrainingMonitor monitor = new();
        Run(monitor, step => (1 + Noise(step), null, []));
        monitor.Verdicts.Should().Be(TrainingVerdicts.Plateau);
        for (int step = 0; step < 8; step++)
        {
            monitor.Add(Math.Pow(2, step));
        }

        monitor.Verdicts.Should().Be(TrainingVerdicts.Diverging);
        monitor.Evidence(TrainingVerdicts.Diverging)!.Value.Since.Should().BeInRange(Steps, Steps + 7);
    }

    [Fact]
    public void Validation_that_worsens_while_training_improves_is_overfitting()
    {
        TrainingMonitor monitor = Run(
            new(), step => (Decay(step, 20) + Noise(step), Bowl(step) + Noise(step + 1000), []));
        monitor.Verdicts.Should().Be(TrainingVerdicts.Overfitting);
        TrainingEvidence evidence = monitor.Evidence(TrainingVerdicts.Overfitting)!.Value;
        (evidence.Series, evidence.Other).Should().Be(("validation", "train"));
        evidence.Trend.Score.Should().BeGreaterThan(3);
        evidence.OtherTrend.Score.Should().BeLessThan(-3);
        evidence.Since.Should().BeInRange(25, 45);

        // The minimum is at step 20.
        monitor.Best.Step.Should().BeInRange(12, 28);
        monitor.ShouldStop.Should().BeTrue();
    }

    [Fact]
    public void A_metric_that_does_not_follow_the_falling_loss_is_misaligned()
    {
        TrainingMonitor monitor = Run(
            new([s_accuracy, s_business]),
            step => (Decay(step, 30) + Noise(step), null,
                [0.5 + 0.005 * step + Noise(step + 1), 90 + Noise(step + 2)]));
        monitor.Verdicts.Should().Be(TrainingVerdicts.Improving | TrainingVerdicts.Misaligned);
        TrainingEvidence evidence = monitor.Evidence(TrainingVerdicts.Misaligned)!.Value;
        (evidence.Series, evidence.Other).Should().Be(("business cost", "train"));
        evidence.OtherTrend.Score.Should().BeLessThan(-3);
        evidence.Since.Should().BeInRange(19, 59);
        monitor.TrendOf("accuracy").Score.Should().BeGreaterThan(3);
    }

    [Fact]
    public void Of_misaligned_metrics_the_longest_is_the_evidence()
    {
        TrainingMonitor monitor = Run(
            new([s_accuracy, s_business]),
            step => (Decay(step, 30), null, [Math.Min(0.9, 0.5 + 0.02 * step), 1 + step]));
        monitor.Evidence(TrainingVerdicts.Misaligned)!.Value.Series.Should().Be("business cost");
        monitor.Evidence(TrainingVerdicts.Misaligned)!.Value.Since.Should().Be(19);
    }

    [Fact]
    public void A_metric_that_follows_the_loss_is_aligned()
    {
        TrainingMonitor monitor = Run(
            new([s_accuracy, s_business]),
            step => (Decay(step, 30) + Noise(step), Decay(step, 30) + Noise(step + 1),
                [0.5 + 0.005 * step + Noise(step + 2), 90 - step + Noise(step + 3)]));
        monitor.Verdicts.Should().Be(TrainingVerdicts.Improving);
    }

    [Fact]
    public void NaN_is_reported_with_its_first_step_and_stays()
    {
        TrainingMonitor monitor = new([s_business]);
        monitor.Add(1, 1, [1]);
        monitor.ShouldStop.Should().BeFalse();
        monitor.Add(1, double.PositiveInfinity, [1]);
        monitor.Add(double.NaN, 1, [double.NaN]);
        monitor.Add(1, 1, [1]).Should().Be(TrainingVerdicts.NonFinite);
        TrainingEvidence evidence = monitor.Evidence(TrainingVerdicts.NonFinite)!.Value;
        (evidence.Series, evidence.Since).Should().Be(("validation", 1));
        monitor.ShouldStop.Should().BeTrue();
        monitor.Steps.Should().Be(4);
    }

    [Fact]
    public void Stopping_waits_for_a_new_best_as_long_as_told()
    {
        TrainingMonitor monitor = new(patience: 3);
        monitor.IsBest.Should().BeFalse();
        (bool IsBest, bool ShouldStop)[] seen = [.. new double[] { 5, 4, 4.5, 4, 3, 3.5, 3.4, 3 - 1e-4 }
            .Select(cost =>
            {
                monitor.Add(cost);
                return (monitor.IsBest, monitor.ShouldStop);
            })];
        seen.Select(each => each.IsBest).Should().Equal(true, true, false, false, true, false, false, false);
        seen.Select(each => each.ShouldStop).Should().Equal(false, false, false, false, false, false, false, true);
        monitor.Best.Should().Be(new BestSoFar(4, 3, 3));
    }

    [Fact]
    public void Stopping_can_be_on_what_one_really_cares_about()
    {
        TrainingMonitor monitor = new([s_business, s_accuracy], stopOn: "accuracy");
        monitor.Add(1, 1, [9, 0.5]);
        monitor.Add(2, 2, [9, 0.7]);
        monitor.Add(0, 0, [1, 0.6]);
        monitor.Best.Should().Be(new BestSoFar(1, 0.7, 1));
    }

    [Fact]
    public void What_is_not_measured_at_a_step_is_left_out()
    {
        TrainingMonitor monitor = new([s_business]);
        for (int step = 0; step < 100; step++)
        {
            bool isMeasured = step % 5 == 4;
            monitor.Add(3 - 0.02 * step, isMeasured ? 1 + 0.01 * step : null, isMeasured ? [step] : []);
        }

        Trend validation = monitor.TrendOf("validation");
        (validation.From, validation.To, validation.Observations).Should().Be((4, 99, 20));
        validation.Slope.Should().BeApproximately(0.01, 1e-12);
        monitor.Verdicts.Should().Be(TrainingVerdicts.Overfitting);
    }

    [Fact]
    public void Averages_are_free_of_bias_and_do_not_touch_trends()
    {
        TrainingMonitor monitor = new(smoothing: 0.9);
        TrainingMonitor raw = new();
        double weighted = 0;
        double weights = 0;
        for (int step = 0; step < 30; step++)
        {
            double cost = 5 + Math.Sin(step);
            monitor.Add(cost);
            raw.Add(cost);
            weighted = 0.9 * weighted + cost;
            weights = 0.9 * weights + 1;
            monitor.Smoothed("train").Should().BeApproximately(weighted / weights, 1e-13);
            raw.Smoothed("train").Should().Be(cost);
        }

        monitor.TrendOf("train").Should().Be(raw.TrendOf("train"));
        monitor.Smoothed("validation").Should().Be(double.NaN);
    }

    [Fact]
    public void Trends_are_those_of_their_definition()
    {
        Prop.ForAll<int, PositiveInt>((seed, size) =>
        {
            Random random = new(seed);
            int window = 8 + size.Get % 20;
            int length = 8 + random.Next(60);
            double[] values = [.. Enumerable.Range(0, length).Select(_ => (double)random.Next(12))];
            TrainingMonitor monitor = new(window: window);
            foreach (double value in values)
            {
                monitor.Add(value);
            }

            double[] last = values[^Math.Min(window, length)..];
            int n = last.Length;
            double kendall = 0;
            for (int i = 0; i < n; i++)
            {
                for (int j = i + 1; j < n; j++)
                {
                    kendall += Math.Sign(last[j] - last[i]);
                }
            }

            double x = (n - 1) / 2.0;
            double sxx = Enumerable.Range(0, n).Sum(i => (i - x) * (i - x));
            double slope = Enumerable.Range(0, n).Sum(i => (i - x) * last[i]) / sxx;
            double residuals = Enumerable.Range(0, n)
                .Sum(i => Math.Pow(last[i] - last.Average() - slope * (i - x), 2));
            double score = Math.Sign(kendall) * (Math.Abs(kendall) - 1) / Math.Sqrt(n * (n - 1) * (2 * n + 5) / 18.0);
            Trend trend = monitor.TrendOf("train");
            return Math.Abs(trend.Score - score) < 1e-12
                && Math.Abs(trend.Slope - slope) < 1e-12
                && Math.Abs(trend.StandardError - Math.Sqrt(residuals / (n - 2) / sxx)) < 1e-12
                && (trend.From, trend.To, trend.Observations) == (length - n, length - 1, n);
        }).QuickCheckThrowOnFailure();
    }

    /// <summary>
    /// The rates that the documentation of <see cref="TrainingMonitor"/> states, with seeds 1 to 2000.
    /// </summary>
    [Theory]
    [InlineData("normal", 0, 0.0006, 0.0011, 0.05)]
    [InlineData("Cauchy", 0, 0.0006, 0.0011, 0.05)]
    [InlineData("normal", 0.5, 0.018, 0.022, 0.52)]
    public void Noise_is_seldom_taken_for_a_trend(
        string distribution, double correlation, double leastRate, double mostRate, double mostRuns)
    {
        const int runs = 1000;
        const int length = 100;
        int judged = 0;
        int diverging = 0;
        int improving = 0;
        int runsDiverging = 0;
        int misaligned = 0;
        for (int run = 0; run < runs; run++)
        {
            Random random = new(run + 1);
            TrainingMonitor monitor = new([s_business]);
            double noise = 0;
            bool any = false;
            for (int step = 0; step < length; step++)
            {
                noise = correlation * noise + Math.Sqrt(1 - correlation * correlation) * Draw(random);
                TrainingVerdicts verdicts = monitor.Add(100 + noise, null, [Draw(random)]);
                judged += step >= 7 ? 1 : 0;
                diverging += verdicts.HasFlag(TrainingVerdicts.Diverging) ? 1 : 0;
                improving += verdicts.HasFlag(TrainingVerdicts.Improving) ? 1 : 0;
                misaligned += verdicts.HasFlag(TrainingVerdicts.Misaligned) ? 1 : 0;
                any |= verdicts.HasFlag(TrainingVerdicts.Diverging);
            }

            runsDiverging += any ? 1 : 0;
        }

        double rising = (double)diverging / judged;
        double falling = (double)improving / judged;
        output.WriteLine(
            $"{distribution}, correlation {correlation}: rising {rising:F5}, falling {falling:F5} per step, "
            + $"{(double)runsDiverging / runs:F4} of runs, misaligned {(double)misaligned / judged:F5}");
        rising.Should().BeInRange(leastRate, mostRate);
        falling.Should().BeInRange(leastRate, mostRate);
        ((double)runsDiverging / runs).Should().BeLessThan(mostRuns);
        misaligned.Should().BeLessThanOrEqualTo(improving);

        double Draw(Random random) =>
            distribution == "normal" ? Normal(random) : Math.Tan(Math.PI * (random.NextDouble() - 0.5));
    }

    [Theory]
    [InlineData(20, 2.75)]
    [InlineData(80, 1.25)]
    public void A_change_of_the_size_documented_is_seen_every_other_time(int window, double change)
    {
        int seen = 0;
        for (int run = 0; run < 2000; run++)
        {
            Random random = new(run + 1);
            TrainingMonitor monitor = new(window: window);
            for (int step = 0; step < window; step++)
            {
                monitor.Add(100 - change * step / (window - 1) + Normal(random));
            }

            seen += monitor.Verdicts.HasFlag(TrainingVerdicts.Improving) ? 1 : 0;
        }

        output.WriteLine($"window {window}, change {change}: seen {seen / 2000.0:F3}");
        (seen / 2000.0).Should().BeInRange(0.45, 0.55);
    }

    /// <summary>A metric that follows the loss, with noise as large beside its change as the loss has.</summary>
    [Fact]
    public void A_noisy_metric_that_follows_is_seldom_called_misaligned()
    {
        int misaligned = 0;
        int detected = 0;
        const int runs = 2000;
        for (int run = 0; run < runs; run++)
        {
            Random random = new(run + 1);
            TrainingMonitor follows = new([s_accuracy]);
            TrainingMonitor stays = new([s_accuracy]);
            for (int step = 0; step < 20; step++)
            {
                double cost = 100 - 0.2 * step + Normal(random);
                double noise = Normal(random);
                follows.Add(cost, null, [50 + 0.2 * step + noise]);
                stays.Add(cost, null, [50 + noise]);
            }

            misaligned += follows.Verdicts.HasFlag(TrainingVerdicts.Misaligned) ? 1 : 0;
            detected += stays.Verdicts.HasFlag(TrainingVerdicts.Misaligned) ? 1 : 0;
        }

        output.WriteLine(
            $"misaligned: {(double)misaligned / runs:F4} where it follows, {(double)detected / runs:F4} where not");
        ((double)misaligned / runs).Should().BeLessThan(0.02);
        ((double)detected / runs).Should().BeGreaterThan(0.6);
    }

    [Fact]
    public void A_step_allocates_nothing()
    {
        TrainingMonitor monitor = new([s_business, s_accuracy]);
        double[] metrics = [1, 2];
        Run(monitor, step => (1 + Noise(step), 1, [1, 2]));
        Allocations.Of(() => monitor.Add(1, 0.5, metrics)).Should().Be(0);
    }

    [Fact]
    public void Mistakes_are_named()
    {
        Throws(() => _ = new TrainingMonitor(window: 7), "window", "*8*");
        Throws(() => _ = new TrainingMonitor(threshold: 0), "threshold", "*positive*");
        Throws(() => _ = new TrainingMonitor(minimumChange: double.NaN), "minimumChange", "*at least 0*");
        Throws(() => _ = new TrainingMonitor(smoothing: 1), "smoothing", "*[0, 1)*");
        Throws(() => _ = new TrainingMonitor(patience: 0), "patience", "*1*");
        Throws(() => _ = new TrainingMonitor([s_business, s_business]), "metrics", "*'business cost'*differ*");
        Throws(() => _ = new TrainingMonitor([new("train", Better.Lower)]), "metrics", "*'train'*differ*");
        Throws(() => _ = new TrainingMonitor([default]), "metrics", "*named ''*");
        Throws(() => _ = new TrainingMonitor([s_business], stopOn: "profit"), "stopOn", "*'profit'*");
        TrainingMonitor monitor = new([s_business]);
        Throws(() => monitor.Add(1, 1, [1, 2]), "metrics", "*2 entries*made for 1*");
        monitor.Steps.Should().Be(0);
        Throws(() => monitor.TrendOf("profit"), "name", "*'profit'*");
        monitor.ToString().Should().Be("nothing to say yet");
        monitor.Evidence(TrainingVerdicts.None).Should().BeNull();

        static void Throws(Action call, string name, string message) =>
            call.Should().Throw<ArgumentException>().WithMessage(message).Which.ParamName.Should().Be(name);
    }

    private static TrainingMonitor Run(TrainingMonitor monitor, Func<int, Observed> curve)
    {
        for (int step = 0; step < Steps; step++)
        {
            Observed seen = curve(step);
            monitor.Add(seen.Train, seen.Validation, seen.Metrics);
        }

        return monitor;
    }

    private static double Decay(int step, double time) => 0.1 + Math.Exp(-step / time);

    private static double Bowl(int step) => 0.5 + 0.001 * (step - 20) * (step - 20);

    private static double Noise(int seed) => 0.01 * Normal(new Random(seed));

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private readonly record struct Observed(double Train, double? Validation, double[] Metrics)
    {
        public static implicit operator Observed((double Train, double? Validation, double[] Metrics) seen) =>
            new(seen.Train, seen.Validation, seen.Metrics);
    }
}
