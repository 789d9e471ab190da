using System.Runtime.CompilerServices;

namespace LossKit;

/// <summary>
/// A parameter of a formula, ready in both precisions. A <see cref="double"/> field works as well, but a loop over
/// <see cref="float"/> then converts it again for every register of examples.
/// </summary>
/// <param name="value">The parameter.</param>
public readonly struct Parameter(double value) : IEquatable<Parameter>
{
    internal readonly float Single = (float)value;

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

    private Parameter(double value, float single) : this(value) => Single = single;

    /// <inheritdoc/>
    public bool Equals(Parameter other) => Value.Equals(other.Value);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Parameter other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Value.GetHashCode();

    /// <inheritdoc/>
    public override string ToString() => Value.ToString("R", System.Globalization.CultureInfo.InvariantCulture);
}
