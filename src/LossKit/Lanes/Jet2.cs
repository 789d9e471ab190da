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

    public static Jet2<TLane> SmallestNormal
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Constant(TLane.SmallestNormal);
    }

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
    public static Jet2<TLane> StopGradient(Jet2<TLane> x) => Constant(x._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Jet2<TLane> Evaluate<TFormula>(
        TFormula formula, Jet2<TLane> prediction, Jet2<TLane> target) where TFormula : struct, IExplicitFormula
    {
        Derivatives<TLane> at = formula.Derivatives(prediction._value, target._value);
        return prediction.Apply(at.Value, at.First, at.Second);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Jet2<TLane> FloorCurvature(Jet2<TLane> x, Parameter minimum) =>
        new() { _value = x._value, _first = x._first, _second = TLane.Max(minimum, x._second) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Jet2<TLane> Square(Jet2<TLane> x) => x.Apply(x._value * x._value, x._value + x._value, 2.0);

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
    public static Jet2<TLane> Exp(Jet2<TLane> x)
    {
        TLane exp = TLane.Exp(x._value);
        return x.Apply(exp, exp, exp);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Jet2<TLane> Expm1(Jet2<TLane> x)
    {
        TLane expm1 = TLane.Expm1(x._value, out TLane exp);
        return x.Apply(expm1, exp, exp);
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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Jet2<TLane> Expm1Excess(Jet2<TLane> x)
    {
        TLane expm1 = TLane.Expm1(x._value, out TLane exp);
        return x.Apply(TLane.Expm1Excess(x._value), expm1, exp);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Jet2<TLane> Log1pDeficit(Jet2<TLane> x)
    {
        TLane inverse = TLane.Reciprocal(x._value + 1.0);
        return x.Apply(
            TLane.Log1pDeficit(x._value), TLane.Reciprocal(TLane.Reciprocal(x._value) + 1.0), inverse * inverse);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Jet2<TLane> Softplus(Jet2<TLane> x)
    {
        Logistic<TLane> at = TLane.Logistic(x._value);
        return x.Apply(at.Softplus, at.Sigmoid, at.Sigmoid * at.OppositeSigmoid);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Jet2<TLane> Sigmoid(Jet2<TLane> x)
    {
        Logistic<TLane> at = TLane.Logistic(x._value);
        TLane slope = at.Sigmoid * at.OppositeSigmoid;
        return x.Apply(at.Sigmoid, slope, slope * (at.OppositeSigmoid - at.Sigmoid));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Logistic<Jet2<TLane>> Logistic(Jet2<TLane> x)
    {
        Logistic<TLane> at = TLane.Logistic(x._value);
        TLane slope = at.Sigmoid * at.OppositeSigmoid;
        TLane curvature = slope * (at.OppositeSigmoid - at.Sigmoid);
        return new()
        {
            Softplus = x.Apply(at.Softplus, at.Sigmoid, slope),
            OppositeSoftplus = x.Apply(at.OppositeSoftplus, -at.OppositeSigmoid, slope),
            Sigmoid = x.Apply(at.Sigmoid, slope, curvature),
            OppositeSigmoid = x.Apply(at.OppositeSigmoid, -slope, -curvature),
        };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Jet2<TLane> SinPi(Jet2<TLane> x)
    {
        TLane sine = TLane.SinPi(x._value, out TLane cosine);
        return x.Apply(sine, Math.PI * cosine, -Math.PI * Math.PI * sine);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Jet2<TLane> Tanh(Jet2<TLane> x)
    {
        Hyperbolic<TLane> at = TLane.Hyperbolic(x._value);
        return x.Apply(at.Tanh, at.SquaredSech, -2.0 * at.Tanh * at.SquaredSech);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Jet2<TLane> LogCosh(Jet2<TLane> x)
    {
        Hyperbolic<TLane> at = TLane.Hyperbolic(x._value);
        return x.Apply(at.LogCosh, at.Tanh, at.SquaredSech);
    }

    // The value as the plain lane has it, which keeps NaN where a selection would drop it.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Jet2<TLane> With(TLane value) => new() { _value = value, _first = _first, _second = _second };

    /// <summary>
    /// The chain rule: a function's value, slope and curvature at this jet. The curvature stands between the first
    /// derivatives, whose square may leave the range on either side.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Jet2<TLane> Apply(TLane value, TLane slope, TLane curvature) => new()
    {
        _value = value,
        _first = TLane.Weigh(_first, slope),
        _second = TLane.Weigh(_second, slope) + TLane.Weigh(_first, _first * curvature),
    };
}
