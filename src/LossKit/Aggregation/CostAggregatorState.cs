using System.Text.Json.Serialization;

namespace LossKit;

/// <summary>What a <see cref="CostAggregator"/> has seen, to be sent to another process.</summary>
/// <param name="Sum">The weighted sum of the losses, rounded.</param>
/// <param name="SumError">What the rounding has lost.</param>
/// <param name="Weight">The total weight, rounded.</param>
/// <param name="WeightError">What the rounding has lost.</param>
/// <param name="Count">How many examples.</param>
/// <param name="Batches">How many batches.</param>
/// <param name="FirstNonFiniteBatch">The number of the first batch with a NaN or infinite sum.</param>
/// <param name="Exponent">
/// The power of two that the sums and what they have lost are multiplied with: 0 unless they leave the range of double.
/// </param>
[JsonNumberHandling(JsonNumberHandling.AllowNamedFloatingPointLiterals)]
public readonly record struct CostAggregatorState(
    double Sum,
    double SumError,
    double Weight,
    double WeightError,
    long Count,
    long Batches,
    long? FirstNonFiniteBatch,
    int Exponent = 0);
