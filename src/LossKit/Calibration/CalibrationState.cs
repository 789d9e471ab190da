using System.Text.Json.Serialization;

namespace LossKit;

/// <summary>What a <see cref="CalibrationAggregator"/> has seen, to be sent to another process.</summary>
/// <param name="BinCount">How many bins.</param>
/// <param name="Rule">How predictions are put into them.</param>
/// <param name="Bins">The sums of each bin of equal width; empty of others.</param>
/// <param name="Examples">The examples of bins of equal counts; empty of others.</param>
/// <param name="Brier">The Brier score.</param>
public sealed record CalibrationState(
    int BinCount,
    CalibrationBins Rule,
    IReadOnlyList<CalibrationBinState> Bins,
    IReadOnlyList<CalibrationExample> Examples,
    MeanState Brier);

/// <summary>The sums of a bin.</summary>
/// <param name="Predictions">Σ w·prediction and Σ w.</param>
/// <param name="Targets">Σ w·target and Σ w.</param>
/// <param name="Weights">Σ w·w and Σ w.</param>
public readonly record struct CalibrationBinState(Cost Predictions, Cost Targets, Cost Weights);

/// <summary>An example that is kept.</summary>
/// <param name="Prediction">The probability.</param>
/// <param name="Target">What was true.</param>
/// <param name="Weight">What it counts.</param>
[JsonNumberHandling(JsonNumberHandling.AllowNamedFloatingPointLiterals)]
public readonly record struct CalibrationExample(double Prediction, double Target, double Weight);
