using LossKit.Tests.Support;

namespace LossKit.Tests;

/// <summary>What a monitor makes of numbers that are none, and of metrics that cannot get better.</summary>
public sealed class MonitorMetricTests
{
    private const int Steps = 60;

    private static readonly Metric s_accuracy = new("accuracy", Better.Higher);
    private static readonly Metric s_errors = new("errors", Better.Lower);

    [Theory]
    [InlineData(1, double.NaN)]
    [InlineData(1, double.PositiveInfinity)]
    [InlineData(1, double.NegativeInfinity)]
    [InlineData(double.NaN, 1.0)]
    [InlineData(double.NegativeInfinity, 1.0)]
    [InlineData(double.NaN, null)]
    [InlineData(double.NaN, double.NaN)]
    public void A_cost_that_is_no_number_is_not_the_best(double train, double? validation)
    {
        TrainingMonitor monitor = new();
        monitor.Add(train, validation);
        monitor.IsBest.Should().BeFalse();
        monitor.ShouldStop.Should().BeTrue();
        monitor.Verdicts.Should().Be(TrainingVerdicts.NonFinite);
    }

    [Fact]
    public void A_validation_cost_is_the_monitored_one_even_if_it_is_NaN()
    {
        TrainingMonitor monitor = new();
        monitor.Add(1, double.NaN);
        monitor.Best.Value.Should().Be(double.NaN);
        monitor.Add(0.5);
        monitor.IsBest.Should().BeFalse("there is no validation cost of this step");
        monitor.Add(0.7, 3);
        monitor.Best.Should().Be(new BestSoFar(2, 3, 0));
        monitor.IsBest.Should().BeTrue("of this step, all costs are finite");
    }

    [Fact]
    public void A_NaN_in_a_metric_is_reported_and_does_not_stop()
    {
        TrainingMonitor monitor = new([s_accuracy, s_errors], patience: 3);
        monitor.Add(3, null, [double.NaN, 1]);
        monitor.IsBest.Should().BeTrue();
        monitor.ShouldStop.Should().BeFalse();
        monitor.Add(2, null, [0.5, 1]).Should().Be(TrainingVerdicts.NonFinite);
        monitor.ShouldStop.Should().BeFalse();
        TrainingEvidence evidence = monitor.Evidence(TrainingVerdicts.NonFinite)!.Value;
        (evidence.Series, evidence.Since).Should().Be(("accuracy", 0));

        monitor.Add(double.NaN, null, [0.5, 1]);
        monitor.ShouldStop.Should().BeTrue();
        evidence = monitor.Evidence(TrainingVerdicts.NonFinite)!.Value;
        (evidence.Series, evidence.Since).Should().Be(("train", 2), "it is the reason to stop");
    }

    [Fact]
    public void A_metric_to_stop_on_runs_out_of_patience_by_NaN_as_well()
    {
        TrainingMonitor monitor = new([s_accuracy], patience: 3, stopOn: "accuracy");
        monitor.Add(1, null, [0.5]);
        monitor.IsBest.Should().BeTrue();
        monitor.Add(1, null, [double.NaN]);
        (monitor.IsBest, monitor.ShouldStop).Should().Be((false, false));
        monitor.Add(1, null, [double.NaN]);
        monitor.ShouldStop.Should().BeFalse();
        monitor.Add(1, null, [double.NaN]);
        monitor.ShouldStop.Should().BeTrue();
        monitor.Best.Should().Be(new BestSoFar(0, 0.5, 3));
        monitor.Add(1, null, [0.6]);
        (monitor.IsBest, monitor.ShouldStop).Should().Be((true, false));
    }

    [Theory]
    [InlineData(1, 1.0)]
    [InlineData(1, null)]
    [InlineData(0.9, null)]
    public void A_metric_that_has_got_to_its_best_and_stays_is_never_misaligned(double best, double? bound) =>
        Ever(s_accuracy with { Bound = bound }, step => Math.Min(best, 0.5 + 0.02 * step)).Should().BeFalse();

    [Fact]
    public void A_metric_at_its_bound_from_the_beginning_is_not_misaligned()
    {
        Ever(s_errors with { Bound = 0 }, _ => 0).Should().BeFalse();
        Ever(s_accuracy with { Bound = 1 }, _ => 1).Should().BeFalse();
        Ever(s_accuracy with { Bound = 1 }, step => step % 5 == 0 ? 0.99 : 1).Should().BeFalse("it is there mostly");
        Ever(s_accuracy with { Bound = 1, Resolution = 0.011 }, step => 0.99).Should().BeFalse("one example is missing");
    }

    [Fact]
    public void A_metric_with_a_way_to_get_better_is_misaligned_if_it_does_not()
    {
        Ever(s_accuracy, _ => 0.63).Should().BeTrue("it has never moved");
        Ever(s_accuracy with { Bound = 1 }, _ => 0.63).Should().BeTrue();
        Ever(s_accuracy with { Bound = 1 }, step => Math.Min(0.63, 0.5 + 0.02 * step)).Should()
            .BeTrue("its bound is known, and it is not there");
        Ever(s_errors, step => 40 + step % 3).Should().BeTrue();
        Ever(s_errors with { Bound = 0 }, step => 3 + step % 2).Should().BeTrue();
        Ever(s_errors with { Bound = 0 }, step => 1 + step).Should().BeTrue("it gets worse");
        Ever(s_errors, step => step < 20 ? 5 : step < 30 ? 1 : 9).Should().BeTrue("it was better once");
    }

    [Fact]
    public void A_metric_that_moves_by_no_more_than_its_resolution_is_not_misaligned()
    {
        Ever(s_errors with { Resolution = 1 }, step => 40 + step % 2).Should().BeFalse();
        Ever(s_errors with { Resolution = 1 }, _ => 40).Should().BeFalse();
        Ever(s_errors with { Resolution = 1 }, step => 40 + step % 3).Should().BeTrue();
        Ever(s_accuracy with { Resolution = 0.01 }, step => 0.9 - 1e-4 * step).Should().BeFalse();
        Ever(s_accuracy with { Resolution = 0.01 }, step => 0.9 - 1e-2 * step).Should().BeTrue();
    }

    [Fact]
    public void A_metric_that_gets_better_by_little_is_not_misaligned() =>
        Ever(s_accuracy, step => 0.9 + 1e-6 * step).Should().BeFalse("however little, it does");

    [Fact]
    public void Trends_are_of_any_size()
    {
        foreach (double unit in new[] { 1, 1e307, 1e-300 })
        {
            TrainingMonitor monitor = new();
            for (int step = 0; step < 30; step++)
            {
                monitor.Add((10 - 0.1 * step + 0.01 * (step % 2)) * unit);
            }

            Trend trend = monitor.TrendOf("train");
            (trend.Slope / unit).Should().BeApproximately(-0.1, 1e-3);
            (trend.StandardError / unit).Should().BeApproximately(0.0002, 1e-4);
            monitor.Verdicts.Should().Be(TrainingVerdicts.Improving);
        }
    }

    [Fact]
    public void Impossible_metrics_are_named()
    {
        Refused(s_accuracy with { Bound = double.NaN }, "*accuracy (higher is better, at best NaN)*bound*");
        Refused(s_accuracy with { Resolution = -1 }, "*by steps of -1*resolution*at least 0*");
        Refused(s_accuracy with { Resolution = double.NaN }, "*resolution*");
        Refused(s_errors with { Resolution = double.PositiveInfinity }, "*resolution*");
        s_errors.ToString().Should().Be("errors (lower is better)");
        (string name, Better better) = s_errors;
        (name, better).Should().Be(("errors", Better.Lower));

        static void Refused(Metric metric, string message) => ((Action)(() => _ = new TrainingMonitor([metric])))
            .Should().Throw<ArgumentException>().WithMessage(message).Which.ParamName.Should().Be("metrics");
    }

    [Fact]
    public void A_step_allocates_nothing()
    {
        TrainingMonitor monitor = new([s_accuracy with { Bound = 1, Resolution = 0.1 }, s_errors]);
        double[] metrics = [double.NaN, 2];
        int step = 0;
        Allocations.Of(() => monitor.Add(1.0 / ++step, double.NaN, metrics)).Should().Be(0);
    }

    /// <summary>Whether a metric is ever called misaligned, while the loss falls all the time.</summary>
    private static bool Ever(Metric metric, Func<int, double> curve)
    {
        TrainingMonitor monitor = new([metric]);
        bool ever = false;
        for (int step = 0; step < Steps; step++)
        {
            TrainingVerdicts verdicts = monitor.Add(Math.Exp(-step / 30.0), null, [curve(step)]);
            ever |= verdicts.HasFlag(TrainingVerdicts.Misaligned);
        }

        return ever;
    }
}
