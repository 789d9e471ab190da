using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace LossKit.Internals;

/// <summary>
/// What a monitor publishes through <see cref="Meter"/>. The instruments are shared by all monitors, whose tags tell
/// them apart; a gauge keeps nothing and holds nobody, so that no monitor has to be disposed.
/// </summary>
internal sealed class Telemetry
{
    public const string MeterName = "LossKit";
    public const string SeriesTag = "series";
    public const string VerdictTag = "verdict";

    private static readonly Meter s_meter = new(
        MeterName, typeof(Telemetry).Assembly.GetName().Version?.ToString(fieldCount: 3));

    private static readonly Counter<long> s_steps = s_meter.CreateCounter<long>(
        "losskit.training.steps", "{step}", "Steps of the training so far");

    private static readonly Gauge<double> s_cost = s_meter.CreateGauge<double>(
        "losskit.training.cost", "{loss}", "The mean loss of the last step that measured it");

    private static readonly Gauge<double> s_metric = s_meter.CreateGauge<double>(
        "losskit.training.metric", "{value}", "The metric at the last step that measured it");

    private static readonly Gauge<double> s_best = s_meter.CreateGauge<double>(
        "losskit.training.best", "{value}", "The best value so far of the curve that the training is to stop by");

    private static readonly Gauge<long> s_sinceBest = s_meter.CreateGauge<long>(
        "losskit.training.since_best", "{observation}", "Observations of that curve since its best value");

    private static readonly Gauge<int> s_verdict = s_meter.CreateGauge<int>(
        "losskit.training.verdict", "1", "1 if the verdict holds, 0 if it does not");

    private static readonly TrainingVerdicts[] s_verdicts =
        [.. Enum.GetValues<TrainingVerdicts>().Where(verdict => verdict != TrainingVerdicts.None)];

    private readonly TagList _tags;
    private readonly TagList[] _curves;
    private readonly TagList[] _verdicts;

    /// <param name="tags">Those of the run.</param>
    /// <param name="curves">The names of the costs, then those of the metrics.</param>
    public Telemetry(in TagList tags, IEnumerable<string> curves)
    {
        TagList common = tags;
        _tags = tags;
        _curves = [.. curves.Select(name => With(SeriesTag, name))];
        _verdicts = [.. s_verdicts.Select(verdict => With(VerdictTag, verdict.ToString()))];

        // A list of its own, because many tags are in an array that copies of a list share.
        TagList With(string key, string value) => [.. common, new(key, value)];
    }

    /// <summary>Whether anybody listens to anything.</summary>
    public static bool IsOn => s_steps.Enabled || s_cost.Enabled || s_metric.Enabled || s_best.Enabled
        || s_sinceBest.Enabled || s_verdict.Enabled;

    /// <param name="costs">Those of training and validation, where they were measured.</param>
    /// <param name="metrics">All metrics, or none.</param>
    /// <param name="watched">The number of the curve that <paramref name="best"/> is of.</param>
    /// <param name="best">The best value so far.</param>
    /// <param name="verdicts">What holds.</param>
    public void Publish(
        (double? Train, double? Validation) costs,
        ReadOnlySpan<double> metrics,
        int watched,
        BestSoFar best,
        TrainingVerdicts verdicts)
    {
        s_steps.Add(1, _tags);
        RecordIf(costs.Train, _curves[0]);
        RecordIf(costs.Validation, _curves[1]);
        for (int i = 0; i < metrics.Length; i++)
        {
            s_metric.Record(metrics[i], _curves[2 + i]);
        }

        s_sinceBest.Record(best.ObservationsSince, _curves[watched]);
        if (!double.IsNaN(best.Value))
        {
            s_best.Record(best.Value, _curves[watched]);
        }

        for (int k = 0; k < s_verdicts.Length; k++)
        {
            s_verdict.Record((verdicts & s_verdicts[k]) != 0 ? 1 : 0, _verdicts[k]);
        }

        static void RecordIf(double? cost, in TagList tags)
        {
            if (cost is double measured)
            {
                s_cost.Record(measured, tags);
            }
        }
    }
}
