namespace LossKit.FSharp;

/// <summary>
/// A lane with operators that F# finds: it does not resolve those of a type parameter's interface where there are
/// several of a name, as there are of numbers and parameters with lanes.
/// </summary>
/// <remarks>
/// <c>Lane prediction</c> makes one of a formula's argument, and <see cref="Value"/> is what the formula returns. F#'s
/// own <c>abs</c>, <c>exp</c>, <c>log</c>, <c>sqrt</c> and <c>tanh</c> take it. Once compiled, only the lane itself is
/// left of it. C# needs none of this.
/// </remarks>
/// <typeparam name="TLane">The lane.</typeparam>
/// <param name="value">The lane.</param>
[method: MethodImpl(MethodImplOptions.AggressiveInlining)]
public readonly struct Lane<TLane>(TLane value) where TLane : struct, ILane<TLane>
{
    /// <summary>The lane.</summary>
    public TLane Value { get; } = value;

    /// <inheritdoc cref="ILane{TSelf}.SmallestNormal"/>
    public static Lane<TLane> SmallestNormal => new(TLane.SmallestNormal);

    /// <summary>The constant <paramref name="value"/>, rounded to the lane's precision.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static implicit operator Lane<TLane>(double value) => new(value);

    /// <summary>The parameter <paramref name="value"/>, in the lane's precision.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static implicit operator Lane<TLane>(Parameter value) => new(value);

    /// <summary>The lane <paramref name="value"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static implicit operator Lane<TLane>(TLane value) => new(value);

    /// <summary>The negative.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<TLane> operator -(Lane<TLane> value) => new(-value.Value);

    /// <summary>The sum.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<TLane> operator +(Lane<TLane> left, Lane<TLane> right) => new(left.Value + right.Value);

    /// <summary>The sum with a constant.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<TLane> operator +(double left, Lane<TLane> right) => new(left + right.Value);

    /// <summary>The sum with a constant.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<TLane> operator +(Lane<TLane> left, double right) => new(left.Value + right);

    /// <summary>The sum with a parameter.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<TLane> operator +(Parameter left, Lane<TLane> right) => new(left + right.Value);

    /// <summary>The sum with a parameter.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<TLane> operator +(Lane<TLane> left, Parameter right) => new(left.Value + right);

    /// <summary>The difference.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<TLane> operator -(Lane<TLane> left, Lane<TLane> right) => new(left.Value - right.Value);

    /// <summary>The difference with a constant.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<TLane> operator -(double left, Lane<TLane> right) => new(left - right.Value);

    /// <summary>The difference with a constant.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<TLane> operator -(Lane<TLane> left, double right) => new(left.Value - right);

    /// <summary>The difference with a parameter.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<TLane> operator -(Parameter left, Lane<TLane> right) => new(left - right.Value);

    /// <summary>The difference with a parameter.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<TLane> operator -(Lane<TLane> left, Parameter right) => new(left.Value - right);

    /// <summary>The product.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<TLane> operator *(Lane<TLane> left, Lane<TLane> right) => new(left.Value * right.Value);

    /// <summary>The product with a constant.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<TLane> operator *(double left, Lane<TLane> right) => new(left * right.Value);

    /// <summary>The product with a constant.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<TLane> operator *(Lane<TLane> left, double right) => new(right * left.Value);

    /// <summary>The product with a parameter.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<TLane> operator *(Parameter left, Lane<TLane> right) => new(left * right.Value);

    /// <summary>The product with a parameter.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<TLane> operator *(Lane<TLane> left, Parameter right) => new(right * left.Value);

    /// <summary>The quotient.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<TLane> operator /(Lane<TLane> left, Lane<TLane> right) => new(left.Value / right.Value);

    /// <summary>The quotient of a constant.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<TLane> operator /(double left, Lane<TLane> right) => new(left / right.Value);

    /// <summary>The quotient by a constant.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<TLane> operator /(Lane<TLane> left, double right) => new(left.Value / right);

    /// <summary>The quotient of a parameter.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<TLane> operator /(Parameter left, Lane<TLane> right) => new(left / right.Value);

    /// <summary>The quotient by a parameter.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<TLane> operator /(Lane<TLane> left, Parameter right) => new(left.Value / right);

    /// <inheritdoc cref="ILane{TSelf}.SelectGreater"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<TLane> SelectGreater(
        Lane<TLane> left, Lane<TLane> right, Lane<TLane> ifGreater, Lane<TLane> otherwise) =>
        new(TLane.SelectGreater(left.Value, right.Value, ifGreater.Value, otherwise.Value));

    /// <inheritdoc cref="ILane{TSelf}.Weigh"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<TLane> Weigh(Lane<TLane> weight, Lane<TLane> value) =>
        new(TLane.Weigh(weight.Value, value.Value));

    /// <inheritdoc cref="ILane{TSelf}.Min"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<TLane> Min(Lane<TLane> left, Lane<TLane> right) => new(TLane.Min(left.Value, right.Value));

    /// <inheritdoc cref="ILane{TSelf}.Max"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<TLane> Max(Lane<TLane> left, Lane<TLane> right) => new(TLane.Max(left.Value, right.Value));

    /// <inheritdoc cref="ILane{TSelf}.SharedMin"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<TLane> SharedMin(Lane<TLane> left, Lane<TLane> right) =>
        new(TLane.SharedMin(left.Value, right.Value));

    /// <inheritdoc cref="ILane{TSelf}.SharedMax"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<TLane> SharedMax(Lane<TLane> left, Lane<TLane> right) =>
        new(TLane.SharedMax(left.Value, right.Value));

    /// <inheritdoc cref="ILane{TSelf}.Clamp"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<TLane> Clamp(Lane<TLane> x, Lane<TLane> low, Lane<TLane> high) =>
        new(TLane.Clamp(x.Value, low.Value, high.Value));

    /// <inheritdoc cref="ILane{TSelf}.Pow"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<TLane> Pow(Lane<TLane> x, Parameter exponent) => new(TLane.Pow(x.Value, exponent));

    /// <inheritdoc cref="ILane{TSelf}.FloorCurvature"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<TLane> FloorCurvature(Lane<TLane> x, Parameter minimum) =>
        new(TLane.FloorCurvature(x.Value, minimum));

    /// <inheritdoc cref="ILane{TSelf}.StopGradient"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<TLane> StopGradient(Lane<TLane> x) => new(TLane.StopGradient(x.Value));

    /// <inheritdoc cref="ILane{TSelf}.Square"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<TLane> Square(Lane<TLane> x) => new(TLane.Square(x.Value));

    /// <inheritdoc cref="ILane{TSelf}.Abs"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<TLane> Abs(Lane<TLane> x) => new(TLane.Abs(x.Value));

    /// <inheritdoc cref="ILane{TSelf}.PositivePart"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<TLane> PositivePart(Lane<TLane> x) => new(TLane.PositivePart(x.Value));

    /// <inheritdoc cref="ILane{TSelf}.Sqrt"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<TLane> Sqrt(Lane<TLane> x) => new(TLane.Sqrt(x.Value));

    /// <inheritdoc cref="ILane{TSelf}.Exp"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<TLane> Exp(Lane<TLane> x) => new(TLane.Exp(x.Value));

    /// <inheritdoc cref="ILane{TSelf}.Expm1"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<TLane> Expm1(Lane<TLane> x) => new(TLane.Expm1(x.Value));

    /// <inheritdoc cref="ILane{TSelf}.Expm1Excess"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<TLane> Expm1Excess(Lane<TLane> x) => new(TLane.Expm1Excess(x.Value));

    /// <inheritdoc cref="ILane{TSelf}.Log"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<TLane> Log(Lane<TLane> x) => new(TLane.Log(x.Value));

    /// <inheritdoc cref="ILane{TSelf}.Log1p"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<TLane> Log1p(Lane<TLane> x) => new(TLane.Log1p(x.Value));

    /// <inheritdoc cref="ILane{TSelf}.Log1pDeficit"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<TLane> Log1pDeficit(Lane<TLane> x) => new(TLane.Log1pDeficit(x.Value));

    /// <inheritdoc cref="ILane{TSelf}.Softplus"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<TLane> Softplus(Lane<TLane> x) => new(TLane.Softplus(x.Value));

    /// <inheritdoc cref="ILane{TSelf}.Sigmoid"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<TLane> Sigmoid(Lane<TLane> x) => new(TLane.Sigmoid(x.Value));

    /// <inheritdoc cref="ILane{TSelf}.SinPi"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<TLane> SinPi(Lane<TLane> x) => new(TLane.SinPi(x.Value));

    /// <inheritdoc cref="ILane{TSelf}.Tanh"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<TLane> Tanh(Lane<TLane> x) => new(TLane.Tanh(x.Value));

    /// <inheritdoc cref="ILane{TSelf}.LogCosh"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<TLane> LogCosh(Lane<TLane> x) => new(TLane.LogCosh(x.Value));
}
