namespace LossKit.Plots;

/// <summary>A stretch of steps at each of which a verdict held.</summary>
/// <param name="Verdict">A single verdict.</param>
/// <param name="From">The first step.</param>
/// <param name="To">The last step.</param>
public readonly record struct VerdictSpell(TrainingVerdicts Verdict, long From, long To);

/// <summary>
/// All that a <see cref="TrainingMonitor"/> was told and has said, step by step: the numbers of a picture. The monitor
/// itself keeps a window of them only.
/// </summary>
/// <remarks>Use it in place of the monitor: each <c>Add</c> is one of the monitor's.</remarks>
public sealed class TrainingHistory
{
    private readonly List<double> _train = [];
    private readonly List<double> _validation = [];
    private readonly List<double[]> _metrics = [];
    private readonly List<TrainingVerdicts> _verdicts = [];

    /// <summary>The history of a monitor from now on.</summary>
    /// <param name="monitor">The monitor; one with the usual settings if there is none.</param>
    public TrainingHistory(TrainingMonitor? monitor = null)
    {
        Monitor = monitor ?? new();
        FirstStep = Monitor.Steps;
        MetricNames = [.. Monitor.State.Metrics.Select(curve => curve.Metric.Name)];
    }

    /// <summary>The monitor.</summary>
    public TrainingMonitor Monitor { get; }

    /// <summary>The step of the first entry: 0, unless the monitor had seen some before.</summary>
    public long FirstStep { get; }

    /// <summary>The training cost of each step.</summary>
    public IReadOnlyList<double> Train => _train;

    /// <summary>The validation cost of each step; NaN where there was none.</summary>
    public IReadOnlyList<double> Validation => _validation;

    /// <summary>The names of the metrics.</summary>
    public IReadOnlyList<string> MetricNames { get; }

    /// <summary>What held after each step.</summary>
    public IReadOnlyList<TrainingVerdicts> Verdicts => _verdicts;

    /// <summary>The stretches of each verdict that held at all, by verdict and step.</summary>
    public IReadOnlyList<VerdictSpell> Spells
    {
        get
        {
            List<VerdictSpell> spells = [];
            foreach (TrainingVerdicts verdict in Enum.GetValues<TrainingVerdicts>())
            {
                for (int i = 0; i < _verdicts.Count && verdict != TrainingVerdicts.None; i++)
                {
                    if (!_verdicts[i].HasFlag(verdict))
                    {
                        continue;
                    }

                    long step = FirstStep + i;
                    bool goesOn = spells.Count > 0 && spells[^1].Verdict == verdict && spells[^1].To == step - 1;
                    long from = goesOn ? spells[^1].From : step;
                    spells.RemoveRange(spells.Count - (goesOn ? 1 : 0), goesOn ? 1 : 0);
                    spells.Add(new(verdict, from, step));
                }
            }

            return spells;
        }
    }

    /// <summary>The history of a training that is over, of its costs alone.</summary>
    /// <param name="train">The training cost of each step.</param>
    /// <param name="validation">The validation cost of each step, if there is any; NaN where there is none.</param>
    /// <param name="monitor">Who judges them; one with the usual settings if there is none.</param>
    /// <exception cref="ArgumentException">There are not as many of both.</exception>
    public static TrainingHistory Of(
        ReadOnlySpan<double> train, ReadOnlySpan<double> validation = default, TrainingMonitor? monitor = null)
    {
        if (!validation.IsEmpty && validation.Length != train.Length)
        {
            throw new ArgumentException(
                $"'validation' has {validation.Length} entries, 'train' {train.Length}: expected as many or none.",
                nameof(validation));
        }

        TrainingHistory history = new(monitor);
        for (int i = 0; i < train.Length; i++)
        {
            history.Add(train[i], validation.IsEmpty || double.IsNaN(validation[i]) ? null : validation[i]);
        }

        return history;
    }

    /// <summary>Adds a step to the monitor, and keeps it.</summary>
    /// <param name="trainCost">The training cost.</param>
    /// <param name="validationCost">The validation cost, if it was measured.</param>
    /// <param name="metrics">The metrics in the monitor's order, if they were measured.</param>
    /// <returns>What holds now.</returns>
    public TrainingVerdicts Add(
        double trainCost, double? validationCost = null, ReadOnlySpan<double> metrics = default)
    {
        TrainingVerdicts verdicts = Monitor.Add(trainCost, validationCost, metrics);
        return Keep(verdicts, trainCost, validationCost ?? double.NaN, metrics);
    }

    /// <summary>Adds a step by its costs; one without weight was not measured, and leaves a gap.</summary>
    /// <inheritdoc cref="Add(double, double?, ReadOnlySpan{double})"/>
    public TrainingVerdicts Add(Cost trainCost, Cost? validationCost = null, ReadOnlySpan<double> metrics = default) =>
        Keep(
            Monitor.Add(trainCost, validationCost, metrics),
            trainCost.Mean,
            validationCost is Cost cost ? cost.Mean : double.NaN,
            metrics);

    /// <summary>A metric at each step; NaN where it was not measured.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="ArgumentException">There is no metric of that name.</exception>
    public IReadOnlyList<double> Metric(string name)
    {
        int index = MetricNames.ToList().IndexOf(name);
        return index >= 0
            ? [.. _metrics.Select(metrics => metrics.Length > 0 ? metrics[index] : double.NaN)]
            : throw new ArgumentException($"There is no metric named '{name}'.", nameof(name));
    }

    private TrainingVerdicts Keep(
        TrainingVerdicts verdicts, double train, double validation, ReadOnlySpan<double> metrics)
    {
        _train.Add(train);
        _validation.Add(validation);
        _metrics.Add(metrics.ToArray());
        _verdicts.Add(verdicts);
        return verdicts;
    }
}
