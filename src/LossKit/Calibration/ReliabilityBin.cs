using System.Globalization;

namespace LossKit;

/// <summary>A bin of predictions beside what came true of them.</summary>
/// <param name="Low">Its lower end: of equal counts, the lowest prediction.</param>
/// <param name="High">Its upper end: of equal counts, the highest prediction.</param>
/// <param name="Count">How many examples with a weight it has.</param>
/// <param name="Weight">What they weigh.</param>
/// <param name="EffectiveCount">How many examples of equal weight say as much, (Σw)² / Σw².</param>
/// <param name="MeanPrediction">The weighted mean of the predictions; NaN of an empty bin.</param>
/// <param name="ObservedRate">The weighted mean of the targets; NaN of an empty bin.</param>
/// <param name="Interval">
/// Wilson's interval of the rate, with the effective count for the number of trials; NaN of an empty bin.
/// </param>
public readonly record struct ReliabilityBin(
    double Low,
    double High,
    long Count,
    double Weight,
    double EffectiveCount,
    double MeanPrediction,
    double ObservedRate,
    ConfidenceInterval Interval)
{
    /// <summary>Observed rate − mean prediction: positive if more comes true than was said.</summary>
    public double Gap => ObservedRate - MeanPrediction;

    /// <summary>One line, for logs.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Low:F3} to {High:F3}: {Count} examples, predicted {MeanPrediction:F4}, observed {ObservedRate:F4}, "
        + $"{Interval.Low:F4} to {Interval.High:F4}");
}
