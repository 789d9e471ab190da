using System.Text.Json.Serialization;

namespace LossKit;

/// <summary>
/// Everything that a <see cref="TrainingMonitor"/> was made with and has seen, as plain numbers for any serialiser:
/// what is saved beside a model, so that a training that is resumed is judged as if it had never stopped.
/// </summary>
/// <param name="Version">
/// Which members there are, and what they mean: <see cref="CurrentVersion"/> of what is saved now. Another one is
/// refused.
/// </param>
/// <param name="Window">How many observations a trend is made of.</param>
/// <param name="Threshold">The score of a trend.</param>
/// <param name="MinimumChange">What share of a curve's size it has to change by.</param>
/// <param name="Smoothing">The decay of the exponential averages.</param>
/// <param name="Patience">How many observations without a new best are enough to stop.</param>
/// <param name="StopOn">The metric that the best is of, if it is not a cost.</param>
/// <param name="Steps">How many steps there were.</param>
/// <param name="AreCostsFinite">Whether those of the last step were.</param>
/// <param name="ImprovingSince">Since when the verdict has held, if it holds.</param>
/// <param name="PlateauSince">Since when the verdict has held, if it holds.</param>
/// <param name="DivergingSince">Since when the verdict has held, if it holds.</param>
/// <param name="OverfittingSince">Since when the verdict has held, if it holds.</param>
/// <param name="Train">The training cost.</param>
/// <param name="Validation">The validation cost.</param>
/// <param name="Metrics">Each metric, in the order given at construction.</param>
[JsonNumberHandling(JsonNumberHandling.AllowNamedFloatingPointLiterals)]
public sealed record TrainingMonitorState(
    int Version,
    int Window,
    double Threshold,
    double MinimumChange,
    double Smoothing,
    int Patience,
    string? StopOn,
    long Steps,
    bool AreCostsFinite,
    long? ImprovingSince,
    long? PlateauSince,
    long? DivergingSince,
    long? OverfittingSince,
    CurveState Train,
    CurveState Validation,
    IReadOnlyList<CurveState> Metrics)
{
    /// <summary>The version that this library writes and reads.</summary>
    public const int CurrentVersion = 1;
}

/// <summary>What a <see cref="TrainingMonitor"/> knows of a curve.</summary>
/// <param name="Metric">Its name, and which way it gets better.</param>
/// <param name="Steps">The steps of the observations in the window, from the oldest on.</param>
/// <param name="Values">These observations.</param>
/// <param name="SmoothedSum">The exponential average, biased toward its start at 0.</param>
/// <param name="SmoothedWeight">What it is to be divided by: 1 − βⁿ.</param>
/// <param name="First">The first observation of all; NaN before it.</param>
/// <param name="Peak">The best observation of all; NaN before the first.</param>
/// <param name="FirstNonFinite">The step of the first NaN or infinity, if there was one.</param>
/// <param name="Best">The best average.</param>
/// <param name="MisalignedSince">Since when the metric has been misaligned, if it is.</param>
[JsonNumberHandling(JsonNumberHandling.AllowNamedFloatingPointLiterals)]
public sealed record CurveState(
    Metric Metric,
    IReadOnlyList<long> Steps,
    IReadOnlyList<double> Values,
    double SmoothedSum,
    double SmoothedWeight,
    double First,
    double Peak,
    long? FirstNonFinite,
    BestSoFar Best,
    long? MisalignedSince);
