namespace LossKit.Lanes;

/// <summary>A value and its derivative with respect to the prediction: forward-mode differentiation.</summary>
/// <remarks>
/// A derivative of exactly 0 (a constant, a target, a clamped branch) stays 0 whatever it is multiplied with, so that a
/// value which overflows to infinity does not make NaN of a derivative that does not depend on it. Where a derivative
/// is 0 at a kink, the value stands in for it: it is 0 there, or NaN if it was.
/// </remarks>
internal struct Jet<TLane> : IJet<Jet<TLane>, TLane>
    where TLane : struct, IRealLane<TLane>, ILane<TLane>
{
    private TLane _value;
    private TLane _first;

    public static int Order => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Jet<TLane> Variable(TLane value) => new() { _value = value, _first = 1.0 };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Jet<TLane> Variable(TLane value, TLane slope) => new() { _value = value, _first = slope };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Jet<TLane> Constant(TLane value) => new() { _value = value };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Value(Jet<TLane> jet) => jet._value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane First(Jet<TLane> jet) => jet._first;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Second(Jet<TLane> jet) => default;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static implicit operator Jet<TLane>(double value) => new() { _value = value };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static implicit operator Jet<TLane>(Parameter value) => new() { _value = value };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Jet<TLane> NaNIfInfinite(Jet<TLane> x) =>
        new() { _value = TLane.NaNIfInfinite(x._value), _first = x._first };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Jet<TLane> operator +(Jet<TLane> left, Jet<TLane> right) =>
        new() { _value = left._value + right._value, _first = left._first + right._first };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Jet<TLane> operator -(Jet<TLane> left, Jet<TLane> right) =>
        new() { _value = left._value - right._value, _first = left._first - right._first };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Jet<TLane> operator -(Jet<TLane> value) => new() { _value = -value._value, _first = -value._first };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Jet<TLane> operator *(Jet<TLane> left, Jet<TLane> right) => new()
    {
        _value = left._value * right._value,
        _first = TLane.Weigh(left._first, right._value) + TLane.Weigh(right._first, left._value),
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Jet<TLane> operator *(double left, Jet<TLane> right) => new()
    {
        _value = left * right._value,
        _first = left * right._first,
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Jet<TLane> operator *(Parameter left, Jet<TLane> right) => new()
    {
        _value = left * right._value,
        _first = left * right._first,
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Jet<TLane> operator /(Jet<TLane> left, Jet<TLane> right)
    {
        TLane quotient = left._value / right._value;
        return new()
        {
            _value = quotient,
            _first = TLane.Ratio(left._first - TLane.Weigh(right._first, quotient), right._value),
        };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Jet<TLane> SelectGreater(
        Jet<TLane> left, Jet<TLane> right, Jet<TLane> ifGreater, Jet<TLane> otherwise) => new()
        {
            _value = TLane.SelectGreater(left._value, right._value, ifGreater._value, otherwise._value),
            _first = TLane.SelectGreater(left._value, right._value, ifGreater._first, otherwise._first),
        };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Jet<TLane> Weigh(Jet<TLane> weight, Jet<TLane> value) => new()
    {
        _value = TLane.Weigh(weight._value, value._value),
        _first = TLane.Weigh(weight._first, value._value) + TLane.Weigh(weight._value, value._first),
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Jet<TLane> Abs(Jet<TLane> x) => new()
    {
        _value = TLane.Abs(x._value),
        _first = TLane.SelectPositive(x._value, x._first, TLane.SelectPositive(-x._value, -x._first, x._value)),
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Jet<TLane> PositivePart(Jet<TLane> x)
    {
        TLane positive = TLane.PositivePart(x._value);
        return new() { _value = positive, _first = TLane.SelectPositive(x._value, x._first, positive) };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Jet<TLane> Min(Jet<TLane> left, Jet<TLane> right) =>
        SelectGreater(left, right, right, left).With(TLane.Min(left._value, right._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Jet<TLane> Max(Jet<TLane> left, Jet<TLane> right) =>
        SelectGreater(right, left, right, left).With(TLane.Max(left._value, right._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Jet<TLane> SharedMin(Jet<TLane> left, Jet<TLane> right) => new()
    {
        _value = TLane.Min(left._value, right._value),
        _first = Shared(left._value, right._value, left._first, right._first),
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Jet<TLane> SharedMax(Jet<TLane> left, Jet<TLane> right) => new()
    {
        _value = TLane.Max(left._value, right._value),
        _first = Shared(right._value, left._value, left._first, right._first),
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Jet<TLane> Clamp(Jet<TLane> x, Jet<TLane> low, Jet<TLane> high) =>
        SelectGreater(low, x, low, SelectGreater(x, high, high, x))
            .With(TLane.Clamp(x._value, low._value, high._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Jet<TLane> Sqrt(Jet<TLane> x)
    {
        TLane root = TLane.Sqrt(x._value);
        return Chain(x, new() { Value = root, First = TLane.SelectPositive(x._value, (TLane)0.5 / root, root) });
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Jet<TLane> Log(Jet<TLane> x) =>
        new() { _value = TLane.Log(x._value), _first = TLane.Ratio(x._first, x._value) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Jet<TLane> Log1p(Jet<TLane> x) =>
        Chain(x, new() { Value = TLane.Log1p(x._value), First = TLane.Reciprocal(x._value + 1.0) });

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Jet<TLane> Chain(Jet<TLane> x, Derivatives<TLane> at) =>
        new() { _value = at.Value, _first = TLane.Weigh(x._first, at.First) };

    /// <summary>
    /// <paramref name="ofRight"/> where <paramref name="more"/> &gt; <paramref name="less"/>,
    /// <paramref name="ofLeft"/> where it is less, else the mean of both.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TLane Shared(TLane more, TLane less, TLane ofLeft, TLane ofRight) => 0.5
        * (TLane.SelectGreater(more, less, ofRight, ofLeft) + TLane.SelectGreater(less, more, ofLeft, ofRight));

    // The value as the plain lane has it, which keeps NaN where a selection would drop it.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Jet<TLane> With(TLane value) => new() { _value = value, _first = _first };
}
