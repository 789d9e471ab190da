using System.Globalization;
using System.Text.Json.Serialization;

namespace LossKit;

/// <summary>An interval that covers what is estimated in a share of all samples that could have been drawn.</summary>
/// <param name="Low">Its lower end.</param>
/// <param name="High">Its upper end.</param>
/// <param name="Confidence">The share, as 0.95.</param>
[JsonNumberHandling(JsonNumberHandling.AllowNamedFloatingPointLiterals)]
public readonly record struct ConfidenceInterval(double Low, double High, double Confidence)
{
    /// <summary>Whether a number lies in the interval, ends included; NaN and intervals of NaN never do.</summary>
    public bool Contains(double number) => number >= Low && number <= High;

    /// <summary>One line, for logs.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Low:G6} to {High:G6} ({100 * Confidence:G6} %)");
}
