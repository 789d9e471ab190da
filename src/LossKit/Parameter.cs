using System.Globalization;
using System.Runtime.CompilerServices;

namespace LossKit;

/// <summary>
/// A parameter of a formula, ready in both precisions. A <see cref="double"/> field works as well, but a loop over
/// <see cref="float"/> then converts it again for every register of examples.
/// </summary>
/// <remarks>
/// The factories check what they are given and name it in their errors: <c>Parameter.Positive(delta)</c>.
/// </remarks>
/// <param name="value">The parameter.</param>
public readonly struct Parameter(double value) : IEquatable<Parameter>
{
    internal readonly float Single = (float)value;

    private Parameter(double value, float single) : this(value) => Single = single;

    /// <summary>The parameter.</summary>
    public double Value { get; } = value;

    /// <summary>The parameter <paramref name="value"/>.</summary>
    public static implicit operator Parameter(double value) => new(value);

    /// <summary>The negative.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Parameter operator -(Parameter parameter) => new(-parameter.Value, -parameter.Single);

    /// <summary>Whether both have the same value.</summary>
    public static bool operator ==(Parameter left, Parameter right) => left.Equals(right);

    /// <summary>Whether the values differ.</summary>
    public static bool operator !=(Parameter left, Parameter right) => !left.Equals(right);

    // Each check is written so that NaN fails it.

    /// <summary>A parameter that has to be positive and finite.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not.</exception>
    public static Parameter Positive(double value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        value > 0 && double.IsFinite(value) ? value : throw Wrong(value, "positive and finite", name);

    /// <summary>A parameter that has to be finite and at least 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not.</exception>
    public static Parameter NotNegative(double value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        value >= 0 && double.IsFinite(value) ? value : throw Wrong(value, "finite and at least 0", name);

    /// <summary>A parameter that has to be finite.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not.</exception>
    public static Parameter Finite(double value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        double.IsFinite(value) ? value : throw Wrong(value, "finite", name);

    /// <summary>A parameter that has to lie in [0, 1].</summary>
    /// <exception cref="ArgumentOutOfRangeException">It does not.</exception>
    public static Parameter Probability(double value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        value is >= 0 and <= 1 ? value : throw Wrong(value, "between 0 and 1", name);

    /// <summary>A parameter that has to lie strictly between 0 and 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It does not.</exception>
    public static Parameter InnerProbability(
        double value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        value is > 0 and < 1 ? value : throw Wrong(value, "strictly between 0 and 1", name);

    /// <summary>A parameter that has to be finite and not 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not.</exception>
    public static Parameter NotZero(double value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        value != 0 && double.IsFinite(value) ? value : throw Wrong(value, "finite and not 0", name);

    /// <summary>A parameter that has to be finite and at least <paramref name="bound"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not.</exception>
    public static Parameter AtLeast(
        double bound, double value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        value >= bound && double.IsFinite(value)
            ? value
            : throw Wrong(value, string.Create(CultureInfo.InvariantCulture, $"finite and at least {bound}"), name);

    /// <summary>
    /// A parameter that has to be at least <paramref name="least"/> and below <paramref name="bound"/>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not.</exception>
    public static Parameter InRange(
        double least, double bound, double value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        value >= least && value < bound
            ? value
            : throw Wrong(
                value, string.Create(CultureInfo.InvariantCulture, $"at least {least} and below {bound}"), name);

    /// <summary>A parameter that has to be finite or −∞.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not.</exception>
    public static Parameter BelowInfinity(double value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        value < double.PositiveInfinity ? value : throw Wrong(value, "finite or −∞", name);

    /// <summary>A parameter that has to lie in [−1, 1].</summary>
    /// <exception cref="ArgumentOutOfRangeException">It does not.</exception>
    public static Parameter Cosine(double value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        value is >= -1 and <= 1 ? value : throw Wrong(value, "between −1 and 1", name);

    /// <inheritdoc/>
    public bool Equals(Parameter other) => Value.Equals(other.Value);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Parameter other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Value.GetHashCode();

    /// <inheritdoc/>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);

    private static ArgumentOutOfRangeException Wrong(double value, string expected, string name) =>
        new(name, value, $"'{name}' must be {expected}.");
}
