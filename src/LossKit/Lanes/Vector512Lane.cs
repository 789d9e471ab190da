using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace LossKit.Lanes;

/// <summary>512 bits a lane, for machines with AVX-512: <see cref="Vector{T}"/> stays at 256 bits there.</summary>
internal readonly struct Vector512Lane<T>(Vector512<T> vector) : IVectorLane<Vector512Lane<T>, T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly Vector512<T> _vector = vector;

    public static int Count
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector512<T>.Count;
    }

    public static Vector512Lane<T> Indices
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(Vector512<T>.Indices);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static implicit operator Vector512Lane<T>(double value) => typeof(T) == typeof(float)
        ? new(Vector512.Create((float)value).As<float, T>())
        : new(Vector512.Create(value).As<double, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static implicit operator Vector512Lane<T>(Parameter value) => typeof(T) == typeof(float)
        ? new(Vector512.Create(value.Single).As<float, T>())
        : new(Vector512.Create(value.Value).As<double, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lane<T> operator +(Vector512Lane<T> left, Vector512Lane<T> right) =>
        new(left._vector + right._vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lane<T> operator -(Vector512Lane<T> left, Vector512Lane<T> right) =>
        new(left._vector - right._vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lane<T> operator -(Vector512Lane<T> value) => new(-value._vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lane<T> operator *(Vector512Lane<T> left, Vector512Lane<T> right) =>
        new(left._vector * right._vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lane<T> operator *(double left, Vector512Lane<T> right) =>
        (Vector512Lane<T>)left * right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lane<T> operator *(Parameter left, Vector512Lane<T> right) =>
        (Vector512Lane<T>)left * right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lane<T> operator /(Vector512Lane<T> left, Vector512Lane<T> right) =>
        new(left._vector / right._vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lane<T> MultiplyAdd(
        Vector512Lane<T> left, Vector512Lane<T> right, Vector512Lane<T> addend) =>
        typeof(T) == typeof(float)
            ? new(Vector512.FusedMultiplyAdd(
                left._vector.AsSingle(), right._vector.AsSingle(), addend._vector.AsSingle()).As<float, T>())
            : new(Vector512.FusedMultiplyAdd(
                left._vector.AsDouble(), right._vector.AsDouble(), addend._vector.AsDouble()).As<double, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lane<T> SelectGreater(
        Vector512Lane<T> left, Vector512Lane<T> right, Vector512Lane<T> ifGreater, Vector512Lane<T> otherwise) =>
        new(Vector512.ConditionalSelect(
            Vector512.GreaterThan(left._vector, right._vector), ifGreater._vector, otherwise._vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lane<T> Weigh(Vector512Lane<T> weight, Vector512Lane<T> value) =>
        new(Vector512.ConditionalSelect(
            Vector512.Equals(weight._vector, Vector512<T>.Zero), Vector512<T>.Zero, weight._vector * value._vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lane<T> Abs(Vector512Lane<T> x) => new(Vector512.Abs(x._vector));

    // The native operations return their second operand when either is NaN: x stands there.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lane<T> PositivePart(Vector512Lane<T> x) =>
        new(Vector512.MaxNative(Vector512<T>.Zero, x._vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lane<T> Min(Vector512Lane<T> left, Vector512Lane<T> right) =>
        new(Vector512.MinNative(left._vector, right._vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lane<T> Max(Vector512Lane<T> left, Vector512Lane<T> right) =>
        new(Vector512.MaxNative(left._vector, right._vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lane<T> Clamp(Vector512Lane<T> x, Vector512Lane<T> low, Vector512Lane<T> high) =>
        new(Vector512.MinNative(high._vector, Vector512.MaxNative(low._vector, x._vector)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lane<T> Sqrt(Vector512Lane<T> x) => new(Vector512.Sqrt(x._vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lane<T> Load(ref readonly T source, nuint index) =>
        new(Vector512.LoadUnsafe(in source, index));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512Lane<T> value, ref T destination, nuint index) =>
        value._vector.StoreUnsafe(ref destination, index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Sum(Vector512Lane<T> value)
    {
        if (typeof(T) != typeof(float))
        {
            return Vector512.Sum(value._vector.AsDouble());
        }

        (Vector512<double> lower, Vector512<double> upper) = Vector512.Widen(value._vector.AsSingle());
        return Vector512.Sum(lower + upper);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lane<T> PropagateNaN(Vector512Lane<T> source, Vector512Lane<T> value) =>
        new(Vector512.ConditionalSelect(Vector512.IsNaN(source._vector), source._vector, value._vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lane<T> Round(Vector512Lane<T> x) =>
        typeof(T) == typeof(float)
            ? new(Avx512F.RoundScale(x._vector.AsSingle(), 0).As<float, T>())
            : new(Avx512F.RoundScale(x._vector.AsDouble(), 0).As<double, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lane<T> ScaleByPowerOfTwo(Vector512Lane<T> x, Vector512Lane<T> n) =>
        typeof(T) == typeof(float)
            ? new(Avx512F.Scale(x._vector.AsSingle(), n._vector.AsSingle()).As<float, T>())
            : new(Avx512F.Scale(x._vector.AsDouble(), n._vector.AsDouble()).As<double, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lane<T> SplitExponent(Vector512Lane<T> x, out Vector512Lane<T> exponent)
    {
        if (typeof(T) == typeof(float))
        {
            exponent = new(Avx512F.GetExponent(x._vector.AsSingle()).As<float, T>());
            return new(Avx512F.GetMantissa(x._vector.AsSingle(), 0).As<float, T>());
        }

        exponent = new(Avx512F.GetExponent(x._vector.AsDouble()).As<double, T>());
        return new(Avx512F.GetMantissa(x._vector.AsDouble(), 0).As<double, T>());
    }
}
