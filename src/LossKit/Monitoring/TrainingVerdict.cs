using System.Globalization;
using System.Text.Json.Serialization;

namespace LossKit;

/// <summary>How training is going. Several can hold at once.</summary>
[Flags]
public enum TrainingVerdicts
{
    /// <summary>Nothing can be said yet.</summary>
    None = 0,

    /// <summary>The cost falls: that of validation if there is one, else that of training.</summary>
    Improving = 1,

    /// <summary>The same cost neither falls nor rises over a full window, as far as noise lets one tell.</summary>
    Plateau = 2,

    /// <summary>The training cost rises.</summary>
    Diverging = 4,

    /// <summary>The validation cost rises while the training cost does not.</summary>
    Overfitting = 8,

    /// <summary>
    /// The cost falls while a metric shows no sign of getting better over a full window, although it could: the loss
    /// measures something else than what counts.
    /// </summary>
    Misaligned = 16,

    /// <summary>
    /// A cost or metric was NaN or infinite once, and this stays said. Only a cost is a reason to stop.
    /// </summary>
    NonFinite = 32,
}

/// <summary>What a verdict of a <see cref="TrainingMonitor"/> rests on.</summary>
/// <param name="Verdict">The verdict.</param>
/// <param name="Since">The step since which it has held without a break.</param>
/// <param name="Series">What it is about: <c>train</c>, <c>validation</c> or the name of a metric.</param>
/// <param name="Trend">Where that is going.</param>
/// <param name="Other">
/// What it is compared with, if anything: the training cost of overfitting, the cost of misalignment.
/// </param>
/// <param name="OtherTrend">Where that is going.</param>
public readonly record struct TrainingEvidence(
    TrainingVerdicts Verdict,
    long Since,
    string Series,
    Trend Trend,
    string? Other = null,
    Trend OtherTrend = default)
{
    /// <summary>One line, for logs.</summary>
    public override string ToString()
    {
        string line = string.Create(CultureInfo.InvariantCulture, $"{Verdict} since step {Since}: {Series} {Trend}");
        return Other is null ? line : $"{line}; {Other} {OtherTrend}";
    }
}

/// <summary>The best value of a curve so far.</summary>
/// <param name="Step">The step it was reached at.</param>
/// <param name="Value">The value, smoothed as the monitor was told to; NaN before the first.</param>
/// <param name="ObservationsSince">How many observations there have been since.</param>
[JsonNumberHandling(JsonNumberHandling.AllowNamedFloatingPointLiterals)]
public readonly record struct BestSoFar(long Step, double Value, int ObservationsSince)
{
    /// <summary>One line, for logs.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Value:G6} at step {Step}, {ObservationsSince} observations ago");
}
