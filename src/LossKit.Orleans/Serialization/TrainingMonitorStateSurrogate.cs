using Orleans;

namespace LossKit.Orleans.Serialization;

/// <summary>A <see cref="TrainingMonitorState"/> as Orleans writes it.</summary>
[GenerateSerializer, Immutable, Alias("LossKit.TrainingMonitorState")]
internal struct TrainingMonitorStateSurrogate
{
    [Id(0)]
    public int Version;

    [Id(1)]
    public int Window;

    [Id(2)]
    public double Threshold;

    [Id(3)]
    public double MinimumChange;

    [Id(4)]
    public double Smoothing;

    [Id(5)]
    public int Patience;

    [Id(6)]
    public string? StopOn;

    [Id(7)]
    public long Steps;

    [Id(8)]
    public bool AreCostsFinite;

    [Id(9)]
    public long? ImprovingSince;

    [Id(10)]
    public long? PlateauSince;

    [Id(11)]
    public long? DivergingSince;

    [Id(12)]
    public long? OverfittingSince;

    [Id(13)]
    public CurveStateSurrogate Train;

    [Id(14)]
    public CurveStateSurrogate Validation;

    [Id(15)]
    public CurveStateSurrogate[] Metrics;
}

/// <summary>A <see cref="CurveState"/>, which is a part of a monitor's state.</summary>
[GenerateSerializer, Immutable, Alias("LossKit.CurveState")]
internal struct CurveStateSurrogate
{
    [Id(0)]
    public string Name;

    [Id(1)]
    public Better Better;

    [Id(2)]
    public double? Bound;

    [Id(3)]
    public double Resolution;

    [Id(4)]
    public Numbers<long> Steps;

    [Id(5)]
    public Numbers<double> Values;

    [Id(6)]
    public double SmoothedSum;

    [Id(7)]
    public double SmoothedWeight;

    [Id(8)]
    public double First;

    [Id(9)]
    public double Peak;

    [Id(10)]
    public long? FirstNonFinite;

    [Id(11)]
    public long BestStep;

    [Id(12)]
    public double BestValue;

    [Id(13)]
    public int ObservationsSinceBest;

    [Id(14)]
    public long? MisalignedSince;

    public CurveStateSurrogate(CurveState curve)
    {
        Name = curve.Metric.Name;
        Better = curve.Metric.Better;
        Bound = curve.Metric.Bound;
        Resolution = curve.Metric.Resolution;
        Steps = new([.. curve.Steps]);
        Values = new([.. curve.Values]);
        SmoothedSum = curve.SmoothedSum;
        SmoothedWeight = curve.SmoothedWeight;
        First = curve.First;
        Peak = curve.Peak;
        FirstNonFinite = curve.FirstNonFinite;
        BestStep = curve.Best.Step;
        BestValue = curve.Best.Value;
        ObservationsSinceBest = curve.Best.ObservationsSince;
        MisalignedSince = curve.MisalignedSince;
    }

    public readonly CurveState ToState() => new(
        new(Name, Better) { Bound = Bound, Resolution = Resolution },
        Steps.Memory.ToArray(),
        Values.Memory.ToArray(),
        SmoothedSum,
        SmoothedWeight,
        First,
        Peak,
        FirstNonFinite,
        new(BestStep, BestValue, ObservationsSinceBest),
        MisalignedSince);
}

/// <summary>Makes states of what Orleans reads.</summary>
[RegisterConverter]
internal sealed class TrainingMonitorStateConverter : IConverter<TrainingMonitorState, TrainingMonitorStateSurrogate>
{
    public TrainingMonitorState ConvertFromSurrogate(in TrainingMonitorStateSurrogate surrogate)
    {
        Versions.Check(nameof(TrainingMonitorState), surrogate.Version, TrainingMonitorState.CurrentVersion);
        return new(
            surrogate.Version,
            surrogate.Window,
            surrogate.Threshold,
            surrogate.MinimumChange,
            surrogate.Smoothing,
            surrogate.Patience,
            surrogate.StopOn,
            surrogate.Steps,
            surrogate.AreCostsFinite,
            surrogate.ImprovingSince,
            surrogate.PlateauSince,
            surrogate.DivergingSince,
            surrogate.OverfittingSince,
            surrogate.Train.ToState(),
            surrogate.Validation.ToState(),
            [.. surrogate.Metrics.Select(metric => metric.ToState())]);
    }

    public TrainingMonitorStateSurrogate ConvertToSurrogate(in TrainingMonitorState value) => new()
    {
        Version = value.Version,
        Window = value.Window,
        Threshold = value.Threshold,
        MinimumChange = value.MinimumChange,
        Smoothing = value.Smoothing,
        Patience = value.Patience,
        StopOn = value.StopOn,
        Steps = value.Steps,
        AreCostsFinite = value.AreCostsFinite,
        ImprovingSince = value.ImprovingSince,
        PlateauSince = value.PlateauSince,
        DivergingSince = value.DivergingSince,
        OverfittingSince = value.OverfittingSince,
        Train = new(value.Train),
        Validation = new(value.Validation),
        Metrics = [.. value.Metrics.Select(metric => new CurveStateSurrogate(metric))],
    };
}
