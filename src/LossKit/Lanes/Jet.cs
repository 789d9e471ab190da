using System.Runtime.CompilerServices;

namespace LossKit.Lanes;

/// <summary>A value and its derivative with respect to the prediction: forward-mode differentiation.</summary>
/// <remarks>
/// A derivative of exactly 0 (a constant, a target, a clamped branch) stays 0 whatever it is multiplied with, so that a
/// value which overflows to infinity does not make NaN of a derivative that does not depend on it. Where a derivative
/// is 0 at a kink, the value stands in for it: it is 0 there, or NaN if it was.
/// </remarks>
internal readonly struct Jet<TLane>(TLane value, TLane first) : IJet<Jet<TLane>, TLane>
    where TLane : struct, IRealLane<TLane>, ILane<TLane>
{
    private readonly TLane _value = value;
    private readonly TLane _first = first;

    public static int Order => 1;

    public static Jet<TLane> SmallestNormal
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Constant(TLane.SmallestNormal);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Jet<TLane> Variable(TLane value) => new(value, 1.0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Jet<TLane> Constant(TLane value) => new(value, 0.0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Value(Jet<TLane> jet) => jet._value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane First(Jet<TLane> jet) => jet._first;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Second(Jet<TLane> jet) => default;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static implicit operator Jet<TLane>(double value) => new(value, 0.0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static implicit operator Jet<TLane>(Parameter value) => new(value, 0.0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Jet<TLane> operator +(Jet<TLane> left, Jet<TLane> right) =>
        new(left._value + right._value, left._first + right._first);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Jet<TLane> operator -(Jet<TLane> left, Jet<TLane> right) =>
        new(left._value - right._value, left._first - right._first);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Jet<TLane> operator -(Jet<TLane> value) => new(-value._value, -value._first);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Jet<TLane> operator *(Jet<TLane> left, Jet<TLane> right) => new(
        left._value * right._value,
        TLane.Weigh(left._first, right._value) + TLane.Weigh(right._first, left._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Jet<TLane> operator *(double left, Jet<TLane> right) => new(left * right._value, left * right._first);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Jet<TLane> operator *(Parameter left, Jet<TLane> right) => new(left * right._value, left * right._first);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Jet<TLane> operator /(Jet<TLane> left, Jet<TLane> right)
    {
        TLane inverse = (TLane)1.0 / right._value;
        TLane quotient = left._value / right._value;
        return new(quotient, TLane.Weigh(left._first - TLane.Weigh(right._first, quotient), inverse));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Jet<TLane> SelectGreater(
        Jet<TLane> left, Jet<TLane> right, Jet<TLane> ifGreater, Jet<TLane> otherwise) => new(
        TLane.SelectGreater(left._value, right._value, ifGreater._value, otherwise._value),
        TLane.SelectGreater(left._value, right._value, ifGreater._first, otherwise._first));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Jet<TLane> Weigh(Jet<TLane> weight, Jet<TLane> value) => new(
        TLane.Weigh(weight._value, value._value),
        TLane.Weigh(weight._first, value._value) + TLane.Weigh(weight._value, value._first));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Jet<TLane> Square(Jet<TLane> x) => x.Apply(x._value * x._value, x._value + x._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Jet<TLane> Abs(Jet<TLane> x) => new(
        TLane.Abs(x._value),
        TLane.SelectGreater(x._value, 0.0, x._first, TLane.SelectGreater(0.0, x._value, -x._first, x._value)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Jet<TLane> PositivePart(Jet<TLane> x)
    {
        TLane positive = TLane.PositivePart(x._value);
        return new(positive, TLane.SelectGreater(x._value, 0.0, x._first, positive));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Jet<TLane> Min(Jet<TLane> left, Jet<TLane> right) => SelectGreater(left, right, right, left);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Jet<TLane> Max(Jet<TLane> left, Jet<TLane> right) => SelectGreater(right, left, right, left);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Jet<TLane> Clamp(Jet<TLane> x, Jet<TLane> low, Jet<TLane> high) => Min(Max(x, low), high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Jet<TLane> Sqrt(Jet<TLane> x)
    {
        TLane root = TLane.Sqrt(x._value);
        return x.Apply(root, TLane.SelectGreater(x._value, 0.0, (TLane)0.5 / root, 0.0));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Jet<TLane> Exp(Jet<TLane> x)
    {
        TLane exp = TLane.Exp(x._value);
        return x.Apply(exp, exp);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Jet<TLane> Expm1(Jet<TLane> x)
    {
        TLane expm1 = TLane.Expm1(x._value);
        return x.Apply(expm1, expm1 + 1.0);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Jet<TLane> Log(Jet<TLane> x) => x.Apply(TLane.Log(x._value), (TLane)1.0 / x._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Jet<TLane> Log1p(Jet<TLane> x) => x.Apply(TLane.Log1p(x._value), (TLane)1.0 / (1.0 + x._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Jet<TLane> Softplus(Jet<TLane> x)
    {
        Logistic<TLane> at = TLane.Logistic(x._value);
        return x.Apply(at.Softplus, at.Sigmoid);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Jet<TLane> Softplus(Jet<TLane> x, out Jet<TLane> opposite)
    {
        Logistic<TLane> at = TLane.Logistic(x._value);
        opposite = x.Apply(at.OppositeSoftplus, -at.OppositeSigmoid);
        return x.Apply(at.Softplus, at.Sigmoid);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Jet<TLane> Sigmoid(Jet<TLane> x) => Sigmoid(x, out _);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Jet<TLane> Sigmoid(Jet<TLane> x, out Jet<TLane> opposite)
    {
        Logistic<TLane> at = TLane.Logistic(x._value);
        TLane slope = at.Sigmoid * at.OppositeSigmoid;
        opposite = x.Apply(at.OppositeSigmoid, -slope);
        return x.Apply(at.Sigmoid, slope);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Jet<TLane> Tanh(Jet<TLane> x)
    {
        Hyperbolic<TLane> at = TLane.Hyperbolic(x._value);
        return x.Apply(at.Tanh, at.SquaredSech);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Jet<TLane> LogCosh(Jet<TLane> x)
    {
        Hyperbolic<TLane> at = TLane.Hyperbolic(x._value);
        return x.Apply(at.LogCosh, at.Tanh);
    }

    /// <summary>The chain rule: a function's value and slope at this jet.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Jet<TLane> Apply(TLane value, TLane slope) => new(value, TLane.Weigh(_first, slope));
}
