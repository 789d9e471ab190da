using System.Diagnostics;
using System.Globalization;

namespace LossKit;

/// <summary>
/// Watches costs and metrics during training and says how it is going: whether it improves, has reached a plateau,
/// diverges or overfits, and whether the loss falls <em>without</em> the business metric getting better. Every verdict
/// comes with its evidence.
/// </summary>
/// <remarks>
/// <para>
/// A step is a call of <see cref="Add(double, double?, ReadOnlySpan{double})"/>: an epoch, or so many batches. What is
/// not measured at a step is left out and costs nothing; each curve has its own window of its last observations. A
/// verdict needs 8 of them, one that nothing happens a full window.
/// </para>
/// <para>
/// Whether a curve rises or falls is decided by Kendall's rank test, see <see cref="Trend"/>. Of noise around a
/// constant, normal or with the heaviest tails, 0.08 % of the steps are called rising at the default window and
/// threshold, and as many falling; they come in spells, because windows overlap, and 4.7 % of runs of 100 steps have
/// one of divergence. Noise that is correlated from step to step looks like a trend: at a correlation of ½ it is 1.9 %
/// of the steps and half of the runs. Then take a larger window or threshold, or means over more batches. A steady
/// change is seen in one of two cases if it is 2.75 times the noise's standard deviation over a window of 20, or 1.25
/// times over 80.
/// </para>
/// <para>
/// A metric is misaligned if the cost falls while the metric's own score for getting better is below 1, over a full
/// window: no sign, rather than no proof, because metrics are noisier than losses. Where both change by 3.8 times their
/// noise over a window of 20, 0.05 % of the metrics that follow are called so, and 71 % of those that stay where they
/// are. A metric that has no way to show it is not called so: one that for most of the window is at its
/// <see cref="Metric.Bound"/>, as an accuracy of 1, or moves by no more than its <see cref="Metric.Resolution"/>, as by
/// one example of the validation set. Of a metric without a bound it counts as one if most of the window is exactly at
/// the best value so far, and there was a worse one before; one that has never moved is misaligned.
/// </para>
/// <para>
/// A NaN or an infinity has no place in a trend, and no step with one among its costs is the best. In a cost it is a
/// reason to stop for good: what broke the model stays in it. In a metric it is reported and no more, as that can be
/// 0/0 once; of the metric that <c>stopOn</c> names, it is one of the observations without a new best.
/// </para>
/// <para>
/// Each step is published through System.Diagnostics.Metrics, for <c>dotnet-counters</c>, OpenTelemetry and whoever
/// else listens to the meter <see cref="MeterName"/>: <c>losskit.training.steps</c>, <c>.cost</c> and <c>.metric</c>
/// (by the tag <c>series</c>: <c>train</c>, <c>validation</c> or the metric's name), <c>.best</c> and
/// <c>.since_best</c> of the curve that <see cref="Best"/> is of, and <c>.verdict</c> (by the tag <c>verdict</c>: 1 if
/// it holds, else 0).
/// Without a listener a step looks at that, and does nothing. <see cref="Tags"/> tell monitors apart.
/// </para>
/// <para>
/// <see cref="State"/> is all of it; a monitor made of a state goes on to the last bit as if there had been no other.
/// </para>
/// <para>
/// Memory is constant and no step allocates, but the first that has a listener. Not thread-safe, and mergeable nowhere:
/// a curve is the history of one model, and steps of two have no common order. Merge the costs instead, and give the
/// monitor the merged ones.
/// </para>
/// </remarks>
public sealed class TrainingMonitor
{
    /// <summary>The name of the <see cref="System.Diagnostics.Metrics.Meter"/> that all monitors publish by.</summary>
    public const string MeterName = Telemetry.MeterName;

    /// <summary>More would be a mistake: a step takes time in proportion, and each curve memory.</summary>
    private const int LargestWindow = 1_000_000;

    // Of a state: nobody takes more, and as many again can be counted from there.
    private const long MostSteps = 1L << 62;

    /// <summary>The score from which on a metric shows some sign of getting better.</summary>
    private const double SomeSign = 1;

    private readonly Series _train;
    private readonly Series _validation;
    private readonly Series[] _metrics;
    private readonly Series[] _curves;
    private readonly Series? _stopOn;
    private readonly Spell[] _misaligned;
    private readonly int _window;
    private readonly double _threshold;
    private readonly double _minimumChange;
    private readonly double _smoothing;
    private readonly int _patience;
    private readonly TagList _tags;
    private Telemetry? _telemetry;
    private Spell _improving;
    private Spell _plateau;
    private Spell _diverging;
    private Spell _overfitting;
    private bool _areCostsFinite;

    /// <summary>A monitor that has seen nothing yet.</summary>
    /// <param name="metrics">
    /// The metrics that <see cref="Add(double, double?, ReadOnlySpan{double})"/> will be given, in that order; none by
    /// default.
    /// </param>
    /// <param name="window">
    /// How many observations a trend is made of, 8 to 1,000,000: 20 suits epochs; for single batches, which are far
    /// noisier, take a few hundred. A step takes time in proportion.
    /// </param>
    /// <param name="threshold">
    /// How many standard deviations from pure noise a score has to be; positive and finite. More than 3.3 takes more
    /// than 8 observations, and a window of n allows for no more than about 1.5·√n.
    /// </param>
    /// <param name="minimumChange">
    /// What share of a curve's size it has to change by over a window to count as a trend, and at once to count as a
    /// new best; finite and not negative.
    /// </param>
    /// <param name="smoothing">
    /// The decay β of the exponential averages, which <see cref="Best"/> and <see cref="Smoothed"/> are of, in
    /// [0, 1): 0 is off, right for epochs; 0.9 to 0.99 for batches. They are divided by 1 − βⁿ, so that the first ones
    /// are no nearer to 0. Trends are always of the raw values.
    /// </param>
    /// <param name="patience">How many observations without a new best are enough to stop, at least 1.</param>
    /// <param name="stopOn">
    /// The name of the metric that <see cref="Best"/> is of; by default it is the validation cost, if there is one,
    /// else the training cost.
    /// </param>
    /// <exception cref="ArgumentException">A parameter is out of range, or a name is missing or not unique.</exception>
    public TrainingMonitor(
        IReadOnlyList<Metric>? metrics = null,
        int window = 20,
        double threshold = 3,
        double minimumChange = 1e-3,
        double smoothing = 0,
        int patience = 10,
        string? stopOn = null)
    {
        metrics ??= [];
        ArgumentOutOfRangeException.ThrowIfLessThan(window, 8);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(window, LargestWindow);
        ArgumentOutOfRangeException.ThrowIfLessThan(patience, 1);
        _window = window;
        _minimumChange = Parameter.NotNegative(minimumChange).Value;
        _threshold = Parameter.Positive(threshold).Value;
        if (smoothing is not (>= 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(
                nameof(smoothing), FormattableString.Invariant($"'smoothing' is {smoothing}: must be in [0, 1)."));
        }

        _smoothing = smoothing;

        _train = Curve(new("train", Better.Lower));
        _validation = Curve(new("validation", Better.Lower));
        _metrics = [.. metrics.Select(Curve)];
        _curves = [_train, _validation, .. _metrics];
        _misaligned = new Spell[_metrics.Length];
        _patience = patience;

        HashSet<string> names = [_train.Name, _validation.Name];
        foreach (Series metric in _metrics)
        {
            if (string.IsNullOrEmpty(metric.Name) || !names.Add(metric.Name))
            {
                throw new ArgumentException(
                    $"A metric is named '{metric.Name}': names must differ, also from 'train' and 'validation'.",
                    nameof(metrics));
            }
        }

        _stopOn = stopOn is null
            ? null
            : Array.Find(_metrics, metric => metric.Name == stopOn) ?? throw new ArgumentException(
                $"'stopOn' is '{stopOn}', which is not one of the metrics.", nameof(stopOn));

        foreach (Metric metric in metrics)
        {
            if (double.IsNaN(metric.Bound ?? 0)
                || !(metric.Resolution >= 0 && double.IsFinite(metric.Resolution))
                || !Enum.IsDefined(metric.Better))
            {
                throw new ArgumentException(
                    $"The metric is {metric}: its bound must be a number, its resolution {Domain.NotNegative}, and "
                    + "lower or higher better.",
                    nameof(metrics));
            }
        }

        Series Curve(Metric metric) => new(metric, window, minimumChange, smoothing);
    }

    /// <summary>A monitor that goes on from where another one was.</summary>
    /// <param name="state">
    /// Its <see cref="State"/>; <c>state with { Patience = 20 }</c> goes on with another patience.
    /// </param>
    /// <exception cref="ArgumentNullException">There is no state.</exception>
    /// <exception cref="ArgumentException">Something of the state cannot be, or it is of another version.</exception>
    public TrainingMonitor(TrainingMonitorState state) : this(
        MetricsOf(state),
        state.Window,
        state.Threshold,
        state.MinimumChange,
        state.Smoothing,
        state.Patience,
        state.StopOn)
    {
        Steps = state.Steps;
        _areCostsFinite = state.AreCostsFinite;
        _train.Restore(state.Train, Steps);
        _validation.Restore(state.Validation, Steps);
        for (int i = 0; i < _metrics.Length; i++)
        {
            _metrics[i].Restore(state.Metrics[i], Steps);
            _misaligned[i] = new(state.Metrics[i].MisalignedSince);
        }

        _improving = Since(state.ImprovingSince, nameof(state.ImprovingSince));
        _plateau = Since(state.PlateauSince, nameof(state.PlateauSince));
        _diverging = Since(state.DivergingSince, nameof(state.DivergingSince));
        _overfitting = Since(state.OverfittingSince, nameof(state.OverfittingSince));
        Verdicts = AllThatHolds();

        Spell Since(long? step, string member) => step is null || (step >= 0 && step < Steps)
            ? new(step)
            : throw Refusal(member, step, FormattableString.Invariant($"one of the {Steps} steps, from 0, or none"));
    }

    /// <summary>
    /// What everything that is published has as tags besides, such as the names of the run and the model; none by
    /// default. They may not be called <c>series</c> or <c>verdict</c>.
    /// </summary>
    /// <exception cref="ArgumentException">A tag has no name, or one of those, or one that another has.</exception>
    public TagList Tags
    {
        // A copy: from 9 tags on those of a list are in an array, which all that is assigned from it shares.
        get => [.. _tags];
        init
        {
            HashSet<string> keys = [Telemetry.SeriesTag, Telemetry.VerdictTag];
            foreach (KeyValuePair<string, object?> tag in value)
            {
                if (string.IsNullOrEmpty(tag.Key) || !keys.Add(tag.Key))
                {
                    throw new ArgumentException(
                        $"A tag is named '{tag.Key}': names must differ, also from "
                        + $"'{Telemetry.SeriesTag}' and '{Telemetry.VerdictTag}'.",
                        nameof(Tags));
                }
            }

            _tags = [.. value];
        }
    }

    /// <summary>All that a monitor that goes on from here needs, but for the tags.</summary>
    public TrainingMonitorState State => new(
        TrainingMonitorState.CurrentVersion,
        _window,
        _threshold,
        _minimumChange,
        _smoothing,
        _patience,
        _stopOn?.Name,
        Steps,
        _areCostsFinite,
        _improving.Since,
        _plateau.Since,
        _diverging.Since,
        _overfitting.Since,
        _train.StateWith(misalignedSince: null),
        _validation.StateWith(misalignedSince: null),
        [.. _metrics.Zip(_misaligned, (metric, spell) => metric.StateWith(spell.Since))]);

    /// <summary>How many steps there were.</summary>
    public long Steps { get; private set; }

    /// <summary>All that holds after the last step.</summary>
    public TrainingVerdicts Verdicts { get; private set; }

    /// <summary>The best value so far, by <c>stopOn</c>, to within <c>minimumChange</c>.</summary>
    public BestSoFar Best => Watched.Best;

    /// <summary>
    /// Whether the last step was the best, and none of its costs NaN or infinite: the moment to save the model.
    /// </summary>
    public bool IsBest => Steps > 0 && Best.Step == Steps - 1 && double.IsFinite(Best.Value) && _areCostsFinite;

    /// <summary>
    /// Whether there has been no new best for as long as <c>patience</c>, or a cost was ever NaN or infinite.
    /// </summary>
    public bool ShouldStop => Best.ObservationsSince >= _patience || FirstNonFiniteCost() is not null;

    /// <summary>The cost that shows whether the model gets better.</summary>
    private Series MainCost => _validation.IsEmpty ? _train : _validation;

    private Series Watched => _stopOn ?? MainCost;

    /// <summary>Where a curve is going.</summary>
    /// <param name="series"><c>train</c>, <c>validation</c> or the name of a metric.</param>
    /// <exception cref="ArgumentException">There is no such curve.</exception>
    public Trend TrendOf(string series) => Find(series).Trend;

    /// <summary>The exponential average of a curve; NaN before its first observation.</summary>
    /// <inheritdoc cref="TrendOf"/>
    public double Smoothed(string series) => Find(series).Smoothed;

    /// <summary>Takes in a step.</summary>
    /// <param name="trainCost">The mean training loss of the step.</param>
    /// <param name="validationCost">The mean validation loss, if it was measured at this step.</param>
    /// <param name="metrics">The value of each metric, in the order given at construction, or none of them.</param>
    /// <returns>All that holds now.</returns>
    /// <exception cref="ArgumentException">There are metrics, but not as many as at construction.</exception>
    public TrainingVerdicts Add(
        double trainCost, double? validationCost = null, ReadOnlySpan<double> metrics = default) =>
        AddMeasured(trainCost, validationCost, metrics);

    /// <summary>Takes in a step, of the costs of all its batches, merged.</summary>
    /// <param name="trainCost">The training cost of the step.</param>
    /// <param name="validationCost">The validation cost, if it was measured at this step.</param>
    /// <param name="metrics">The value of each metric, in the order given at construction, or none of them.</param>
    /// <remarks>A cost without weight has no mean: it is one that was not measured.</remarks>
    /// <inheritdoc cref="Add(double, double?, ReadOnlySpan{double})"/>
    public TrainingVerdicts Add(Cost trainCost, Cost? validationCost = null, ReadOnlySpan<double> metrics = default)
    {
        return AddMeasured(MeanOf(trainCost), validationCost is Cost cost ? MeanOf(cost) : null, metrics);

        static double? MeanOf(Cost cost) => cost.WeightParts.Total == 0 ? null : cost.Mean;
    }

    /// <summary>What a verdict rests on, or null if it does not hold.</summary>
    /// <param name="verdict">
    /// A single verdict; of several misaligned metrics it is the one that has been so longest.
    /// </param>
    public TrainingEvidence? Evidence(TrainingVerdicts verdict) => verdict switch
    {
        TrainingVerdicts.Improving => About(verdict, _improving, MainCost),
        TrainingVerdicts.Plateau => About(verdict, _plateau, MainCost),
        TrainingVerdicts.Diverging => About(verdict, _diverging, _train),
        TrainingVerdicts.Overfitting => About(verdict, _overfitting, _validation, _train),
        TrainingVerdicts.Misaligned when LongestMisaligned() is int i and >= 0 =>
            About(verdict, _misaligned[i], _metrics[i], MainCost),
        TrainingVerdicts.NonFinite when FirstNonFinite() is Series series =>
            new(verdict, series.FirstNonFinite!.Value, series.Name, series.Trend),
        _ => null,
    };

    /// <summary>A line of evidence for each verdict.</summary>
    public override string ToString() => Verdicts == TrainingVerdicts.None
        ? "nothing to say yet"
        : string.Join(
            Environment.NewLine,
            Enum.GetValues<TrainingVerdicts>().Select(Evidence).OfType<TrainingEvidence>());

    /// <summary>The metrics of a state that may be gone on from.</summary>
    private static IReadOnlyList<Metric> MetricsOf(TrainingMonitorState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        Check(
            state.Version == TrainingMonitorState.CurrentVersion,
            nameof(state.Version),
            state.Version,
            $"{TrainingMonitorState.CurrentVersion}");
        Check(
            state.Steps is >= 0 and <= MostSteps,
            nameof(state.Steps),
            state.Steps,
            FormattableString.Invariant($"0 to {MostSteps}"));
        Check(state.Train is not null, nameof(state.Train), null, "given");
        Check(state.Validation is not null, nameof(state.Validation), null, "given");
        Check(state.Metrics is not null && !state.Metrics.Contains(null), nameof(state.Metrics), null, "given");
        return [.. state.Metrics!.Select(curve => curve.Metric)];

        static void Check(bool isRight, string member, object? given, string expected)
        {
            if (!isRight)
            {
                throw Refusal(member, given, expected);
            }
        }
    }

    private static ArgumentException Refusal(string member, object? given, string expected) => BatchChecks.Refusal(
        "state",
        string.Create(CultureInfo.InvariantCulture, $"'{member}' is {given ?? "missing"}: must be {expected}."));

    private static TrainingEvidence? About(
        TrainingVerdicts verdict, Spell spell, Series series, Series? other = null) =>
        spell.Since is long since
            ? new(verdict, since, series.Name, series.Trend, other?.Name, other?.Trend ?? default)
            : null;

    private Series Find(string name) =>
        Array.Find(_curves, series => series.Name == name)
        ?? throw new ArgumentException($"There is no curve named '{name}'.", nameof(name));

    private TrainingVerdicts AddMeasured(double? trainCost, double? validationCost, ReadOnlySpan<double> metrics)
    {
        if (!metrics.IsEmpty && metrics.Length != _metrics.Length)
        {
            throw new ArgumentException(
                $"'metrics' has {metrics.Length} entries, but the monitor was made for {_metrics.Length}.",
                nameof(metrics));
        }

        long step = Steps++;
        _areCostsFinite = double.IsFinite(trainCost ?? 0) && double.IsFinite(validationCost ?? 0);
        AddIf(_train, trainCost);
        AddIf(_validation, validationCost);

        for (int i = 0; i < metrics.Length; i++)
        {
            _metrics[i].Add(step, metrics[i]);
        }

        Judge(step);
        Verdicts = AllThatHolds();
        if (Telemetry.IsOn)
        {
            _telemetry ??= new(_tags, _curves.Select(curve => curve.Name));
            _telemetry.Publish(
                (trainCost, validationCost), metrics, Array.IndexOf(_curves, Watched), Best, Verdicts);
        }

        return Verdicts;

        void AddIf(Series curve, double? cost)
        {
            if (cost is double measured)
            {
                curve.Add(step, measured);
            }
        }
    }

    private void Judge(long step)
    {
        Series cost = MainCost;
        bool falls = cost.Improves(_threshold);
        bool rises = cost.Worsens(_threshold);
        bool trainRises = _train.Worsens(_threshold);
        _improving.Update(falls, step);
        _plateau.Update(cost.IsFull && !falls && !rises, step);
        _diverging.Update(trainRises, step);
        _overfitting.Update(!trainRises && _validation.Worsens(_threshold), step);
        for (int i = 0; i < _metrics.Length; i++)
        {
            Series metric = _metrics[i];
            bool strays = falls && metric.IsFull && !metric.ShowsSign(SomeSign) && !metric.IsSaturated;
            _misaligned[i].Update(strays, step);
        }
    }

    private TrainingVerdicts AllThatHolds()
    {
        return If(TrainingVerdicts.Improving, _improving.Since is not null)
            | If(TrainingVerdicts.Plateau, _plateau.Since is not null)
            | If(TrainingVerdicts.Diverging, _diverging.Since is not null)
            | If(TrainingVerdicts.Overfitting, _overfitting.Since is not null)
            | If(TrainingVerdicts.Misaligned, LongestMisaligned() >= 0)
            | If(TrainingVerdicts.NonFinite, FirstNonFinite() is not null);

        static TrainingVerdicts If(TrainingVerdicts verdict, bool holds) => holds ? verdict : TrainingVerdicts.None;
    }

    private int LongestMisaligned()
    {
        int longest = -1;
        for (int i = 0; i < _misaligned.Length; i++)
        {
            if (_misaligned[i].Since is long since && !(longest >= 0 && _misaligned[longest].Since <= since))
            {
                longest = i;
            }
        }

        return longest;
    }

    /// <summary>A cost before any metric, because it is what training is to stop for.</summary>
    private Series? FirstNonFinite() => FirstNonFiniteCost() ?? FirstNonFinite(_metrics);

    private Series? FirstNonFiniteCost() => FirstNonFinite([_train, _validation]);

    private static Series? FirstNonFinite(ReadOnlySpan<Series> curves)
    {
        Series? first = null;
        foreach (Series curve in curves)
        {
            if (curve.FirstNonFinite is long step && !(first?.FirstNonFinite <= step))
            {
                first = curve;
            }
        }

        return first;
    }
}
