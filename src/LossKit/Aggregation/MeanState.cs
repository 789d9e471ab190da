using System.Text.Json.Serialization;

namespace LossKit;

/// <summary>
/// A <see cref="MeanEstimate"/> as plain numbers, to be sent to another process. Weights are in units of
/// 2^<paramref name="WeightExponent"/>, numbers in units of 2^<paramref name="Exponent"/>.
/// </summary>
/// <param name="Count">How many numbers.</param>
/// <param name="Weight">Σ w, rounded.</param>
/// <param name="WeightError">What the rounding has lost.</param>
/// <param name="Sum">Σ wx, rounded.</param>
/// <param name="SumError">What the rounding has lost.</param>
/// <param name="Squares">Σ w², rounded.</param>
/// <param name="SquaresError">What the rounding has lost.</param>
/// <param name="SquareSum">Σ w²x, rounded.</param>
/// <param name="SquareSumError">What the rounding has lost.</param>
/// <param name="Spread">Σ w²(x − c)² about c = Σ w²x / Σ w², rounded.</param>
/// <param name="SpreadError">What the rounding has lost.</param>
/// <param name="Exponent">The power of two of the numbers.</param>
/// <param name="WeightExponent">The power of two of the weights.</param>
[JsonNumberHandling(JsonNumberHandling.AllowNamedFloatingPointLiterals)]
public readonly record struct MeanState(
    long Count,
    double Weight,
    double WeightError,
    double Sum,
    double SumError,
    double Squares,
    double SquaresError,
    double SquareSum,
    double SquareSumError,
    double Spread,
    double SpreadError,
    int Exponent,
    int WeightExponent);
