namespace LossKit.Lanes;

/// <summary>
/// A value and its first two derivatives with respect to the prediction. Not a jet of a jet, which would compute the
/// first derivative twice and outgrow what the JIT compiler is willing to inline.
/// </summary>
/// <remarks>The rules of <see cref="Jet{TLane}"/> for zeros and kinks hold for both derivatives.</remarks>
internal struct Jet2<TLane> : IJet<Jet2<TLane>, TLane>
    where TLane : struct, IRealLane<TLane>, ILane<TLane>
{
    private TLane _value;
    private TLane _first;
    private TLane _second;

    public static int Order => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Jet2<TLane> Variable(TLane value) => new() { _value = value, _first = 1.0 };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Jet2<TLane> Variable(TLane value, TLane slope) => new() { _value = value, _first = slope };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Jet2<TLane> Constant(TLane value) => new() { _value = value };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Value(Jet2<TLane> jet) => jet._value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane First(Jet2<TLane> jet) => jet._first;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Second(Jet2<TLane> jet) => jet._second;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static implicit operator Jet2<TLane>(double value) => new() { _value = value };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static implicit operator Jet2<TLane>(Parameter value) => new() { _value = value };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Jet2<TLane> NaNIfInfinite(Jet2<TLane> x) =>
        new() { _value = TLane.NaNIfInfinite(x._value), _first = x._first, _second = x._second };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Jet2<TLane> operator +(Jet2<TLane> left, Jet2<TLane> right) => new()
    {
        _value = left._value + right._value,
        _first = left._first + right._first,
        _second = left._second + right._second,
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Jet2<TLane> operator -(Jet2<TLane> left, Jet2<TLane> right) => new()
    {
        _value = left._value - right._value,
        _first = left._first - right._first,
        _second = left._second - right._second,
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Jet2<TLane> operator -(Jet2<TLane> value) => new()
    {
        _value = -value._value,
        _first = -value._first,
        _second = -value._second,
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Jet2<TLane> operator *(Jet2<TLane> left, Jet2<TLane> right) => new()
    {
        _value = left._value * right._value,
        _first = TLane.Weigh(left._first, right._value) + TLane.Weigh(right._first, left._value),
        _second = TLane.Weigh(left._second, right._value) + TLane.Weigh(right._second, left._value)
            + 2.0 * TLane.Weigh(left._first, right._first),
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Jet2<TLane> operator *(double left, Jet2<TLane> right) =>
        new() { _value = left * right._value, _first = left * right._first, _second = left * right._second };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Jet2<TLane> operator *(Parameter left, Jet2<TLane> right) =>
        new() { _value = left * right._value, _first = left * right._first, _second = left * right._second };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Jet2<TLane> operator /(Jet2<TLane> left, Jet2<TLane> right)
    {
        // Divided, not multiplied by the reciprocal, as in Log.
        TLane quotient = left._value / right._value;
        TLane first = TLane.Ratio(left._first - TLane.Weigh(right._first, quotient), right._value);
        TLane twice = 2.0 * TLane.Weigh(TLane.Ratio(right._first, right._value), first);
        return new()
        {
            _value = quotient,
            _first = first,
            _second = TLane.Ratio(left._second - TLane.Weigh(right._second, quotient), right._value) - twice,
        };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Jet2<TLane> SelectGreater(
        Jet2<TLane> left, Jet2<TLane> right, Jet2<TLane> ifGreater, Jet2<TLane> otherwise) => new()
        {
            _value = TLane.SelectGreater(left._value, right._value, ifGreater._value, otherwise._value),
            _first = TLane.SelectGreater(left._value, right._value, ifGreater._first, otherwise._first),
            _second = TLane.SelectGreater(left._value, right._value, ifGreater._second, otherwise._second),
        };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Jet2<TLane> Weigh(Jet2<TLane> weight, Jet2<TLane> value) => new()
    {
        _value = TLane.Weigh(weight._value, value._value),
        _first = TLane.Weigh(weight._first, value._value) + TLane.Weigh(weight._value, value._first),
        _second = TLane.Weigh(weight._second, value._value) + TLane.Weigh(weight._value, value._second)
            + 2.0 * TLane.Weigh(weight._first, value._first),
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Jet2<TLane> FloorCurvature(Jet2<TLane> x, Parameter minimum) =>
        new() { _value = x._value, _first = x._first, _second = TLane.Max(minimum, x._second) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Jet2<TLane> Abs(Jet2<TLane> x) => new()
    {
        _value = TLane.Abs(x._value),
        _first = TLane.SelectPositive(x._value, x._first, TLane.SelectPositive(-x._value, -x._first, x._value)),
        _second = TLane.SelectPositive(x._value, x._second, TLane.SelectPositive(-x._value, -x._second, x._value)),
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Jet2<TLane> PositivePart(Jet2<TLane> x)
    {
        TLane positive = TLane.PositivePart(x._value);
        return new()
        {
            _value = positive,
            _first = TLane.SelectPositive(x._value, x._first, positive),
            _second = TLane.SelectPositive(x._value, x._second, positive),
        };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Jet2<TLane> Min(Jet2<TLane> left, Jet2<TLane> right) =>
        SelectGreater(left, right, right, left).With(TLane.Min(left._value, right._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Jet2<TLane> Max(Jet2<TLane> left, Jet2<TLane> right) =>
        SelectGreater(right, left, right, left).With(TLane.Max(left._value, right._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Jet2<TLane> SharedMin(Jet2<TLane> left, Jet2<TLane> right) => new()
    {
        _value = TLane.Min(left._value, right._value),
        _first = Jet<TLane>.Shared(left._value, right._value, left._first, right._first),
        _second = Jet<TLane>.Shared(left._value, right._value, left._second, right._second),
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Jet2<TLane> SharedMax(Jet2<TLane> left, Jet2<TLane> right) => new()
    {
        _value = TLane.Max(left._value, right._value),
        _first = Jet<TLane>.Shared(right._value, left._value, left._first, right._first),
        _second = Jet<TLane>.Shared(right._value, left._value, left._second, right._second),
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Jet2<TLane> Clamp(Jet2<TLane> x, Jet2<TLane> low, Jet2<TLane> high) =>
        SelectGreater(low, x, low, SelectGreater(x, high, high, x))
            .With(TLane.Clamp(x._value, low._value, high._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Jet2<TLane> Sqrt(Jet2<TLane> x)
    {
        TLane root = TLane.Sqrt(x._value);
        TLane slope = TLane.SelectPositive(x._value, (TLane)0.5 / root, root);

        // The curvature is −4 times the slope's cube: out of range where the derivatives of small numbers are not.
        TLane first = TLane.Weigh(x._first, slope);
        return new()
        {
            _value = root,
            _first = first,
            _second = TLane.Weigh(x._second, slope) - 2.0 * TLane.Weigh(first, first * slope),
        };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Jet2<TLane> Log(Jet2<TLane> x)
    {
        // Divided, not multiplied by the reciprocal, which is infinite for the smallest numbers.
        TLane first = TLane.Ratio(x._first, x._value);
        return new()
        {
            _value = TLane.Log(x._value),
            _first = first,
            _second = TLane.Ratio(x._second, x._value) - first * first,
        };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Jet2<TLane> Log1p(Jet2<TLane> x)
    {
        TLane slope = TLane.Reciprocal(x._value + 1.0);
        TLane first = TLane.Weigh(x._first, slope);
        return new()
        {
            _value = TLane.Log1p(x._value),
            _first = first,
            _second = TLane.Weigh(x._second, slope) - first * first,
        };
    }

    // The curvature stands between the first derivatives, whose square may leave the range on either side.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Jet2<TLane> Chain(Jet2<TLane> x, Derivatives<TLane> at) => new()
    {
        _value = at.Value,
        _first = TLane.Weigh(x._first, at.First),
        _second = TLane.Weigh(x._second, at.First) + TLane.Weigh(x._first, x._first * at.Second),
    };

    // The value as the plain lane has it, which keeps NaN where a selection would drop it.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Jet2<TLane> With(TLane value) => new() { _value = value, _first = _first, _second = _second };
}
