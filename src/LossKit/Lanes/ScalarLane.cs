using System.Numerics;
using System.Runtime.CompilerServices;

namespace LossKit.Lanes;

/// <summary>One number a lane: for a single example, and for machines without accelerated vectors.</summary>
internal readonly struct ScalarLane<T>(T number) : IVectorLane<ScalarLane<T>, T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public readonly T Number = number;

    public static int Count => 1;

    public static ScalarLane<T> Indices => default;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static implicit operator ScalarLane<T>(double value) => new(T.CreateTruncating(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static implicit operator ScalarLane<T>(Parameter value) => new(T.CreateTruncating(value.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane<T> operator +(ScalarLane<T> left, ScalarLane<T> right) => new(left.Number + right.Number);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane<T> operator -(ScalarLane<T> left, ScalarLane<T> right) => new(left.Number - right.Number);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane<T> operator -(ScalarLane<T> value) => new(-value.Number);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane<T> operator *(ScalarLane<T> left, ScalarLane<T> right) => new(left.Number * right.Number);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane<T> operator *(double left, ScalarLane<T> right) => (ScalarLane<T>)left * right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane<T> operator *(Parameter left, ScalarLane<T> right) => (ScalarLane<T>)left * right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane<T> operator /(ScalarLane<T> left, ScalarLane<T> right) => new(left.Number / right.Number);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane<T> MultiplyAdd(ScalarLane<T> left, ScalarLane<T> right, ScalarLane<T> addend) =>
        new(T.MultiplyAddEstimate(left.Number, right.Number, addend.Number));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane<T> SelectGreater(
        ScalarLane<T> left, ScalarLane<T> right, ScalarLane<T> ifGreater, ScalarLane<T> otherwise) =>
        left.Number > right.Number ? ifGreater : otherwise;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane<T> Weigh(ScalarLane<T> weight, ScalarLane<T> value) =>
        weight.Number == T.Zero ? default : weight * value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane<T> Abs(ScalarLane<T> x) => new(T.Abs(x.Number));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane<T> PositivePart(ScalarLane<T> x) => Max(0.0, x);

    // As the vector instructions have it: the second operand if either is NaN.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane<T> Min(ScalarLane<T> left, ScalarLane<T> right) => SelectGreater(right, left, left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane<T> Max(ScalarLane<T> left, ScalarLane<T> right) => SelectGreater(left, right, left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane<T> Clamp(ScalarLane<T> x, ScalarLane<T> low, ScalarLane<T> high) => Min(high, Max(low, x));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane<T> Sqrt(ScalarLane<T> x) => new(T.Sqrt(x.Number));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane<T> Load(ref readonly T source, nuint index) =>
        new(Unsafe.Add(ref Unsafe.AsRef(in source), index));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(ScalarLane<T> value, ref T destination, nuint index) =>
        Unsafe.Add(ref destination, index) = value.Number;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Sum(ScalarLane<T> value) => double.CreateTruncating(value.Number);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane<T> PropagateNaN(ScalarLane<T> source, ScalarLane<T> value) =>
        T.IsNaN(source.Number) ? source : value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane<T> Round(ScalarLane<T> x) => new(T.Round(x.Number));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane<T> ScaleByPowerOfTwo(ScalarLane<T> x, ScalarLane<T> n) =>
        new(T.ScaleB(x.Number, int.CreateTruncating(n.Number)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane<T> SplitExponent(ScalarLane<T> x, out ScalarLane<T> exponent)
    {
        int n = T.ILogB(x.Number);
        exponent = n;
        return new(T.ScaleB(x.Number, -n));
    }
}
