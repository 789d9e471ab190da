using System.Globalization;
using System.Text.Json.Serialization;

namespace LossKit;

/// <summary>Which way a metric gets better.</summary>
public enum Better
{
    /// <summary>Less is better, as of a cost.</summary>
    Lower,

    /// <summary>More is better, as of an accuracy or a profit.</summary>
    Higher,
}

/// <summary>What one really cares about, and watches beside the loss.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Better">Which way it gets better.</param>
[JsonNumberHandling(JsonNumberHandling.AllowNamedFloatingPointLiterals)]
public readonly record struct Metric(string Name, Better Better)
{
    /// <summary>
    /// The best value that there is, as 1 of an accuracy and 0 of an error count: who is there cannot get better. Null
    /// if there is none, or it is not known.
    /// </summary>
    public double? Bound { get; init; }

    /// <summary>
    /// How far the metric has to move to mean anything: as one example in all, by which a share of them changes, or the
    /// price of one error. 0 if every change does.
    /// </summary>
    public double Resolution { get; init; }

    /// <summary>Name, direction and what else is known, for logs.</summary>
    public override string ToString()
    {
        string bound = Bound is double best ? string.Create(CultureInfo.InvariantCulture, $", at best {best}") : "";
        string resolution = Resolution != 0
            ? string.Create(CultureInfo.InvariantCulture, $", by steps of {Resolution}")
            : "";
        return $"{Name} ({(Better == Better.Lower ? "lower" : "higher")} is better{bound}{resolution})";
    }
}
