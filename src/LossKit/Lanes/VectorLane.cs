using System.Numerics;
using System.Runtime.CompilerServices;

namespace LossKit.Lanes;

/// <summary><see cref="Vector{T}"/> as a lane: as wide as the machine, 128 or 256 bits nearly everywhere.</summary>
internal readonly struct VectorLane<T>(Vector<T> vector) : IVectorLane<VectorLane<T>, T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly Vector<T> _vector = vector;

    public static int Count
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector<T>.Count;
    }

    public static VectorLane<T> Indices
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(Vector<T>.Indices);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static implicit operator VectorLane<T>(double value) => typeof(T) == typeof(float)
        ? new(Vector.Create((float)value).As<float, T>())
        : new(Vector.Create(value).As<double, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static implicit operator VectorLane<T>(Parameter value) => typeof(T) == typeof(float)
        ? new(Vector.Create(value.Single).As<float, T>())
        : new(Vector.Create(value.Value).As<double, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorLane<T> operator +(VectorLane<T> left, VectorLane<T> right) =>
        new(left._vector + right._vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorLane<T> operator -(VectorLane<T> left, VectorLane<T> right) =>
        new(left._vector - right._vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorLane<T> operator -(VectorLane<T> value) => new(-value._vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorLane<T> operator *(VectorLane<T> left, VectorLane<T> right) =>
        new(left._vector * right._vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorLane<T> operator *(double left, VectorLane<T> right) =>
        (VectorLane<T>)left * right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorLane<T> operator *(Parameter left, VectorLane<T> right) =>
        (VectorLane<T>)left * right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorLane<T> operator /(VectorLane<T> left, VectorLane<T> right) =>
        new(left._vector / right._vector);

    // Not FusedMultiplyAdd, which calls a function where the machine has no such instruction.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorLane<T> MultiplyAdd(VectorLane<T> left, VectorLane<T> right, VectorLane<T> addend) =>
        typeof(T) == typeof(float)
            ? new(Vector.MultiplyAddEstimate(
                left._vector.As<T, float>(), right._vector.As<T, float>(), addend._vector.As<T, float>()).As<float, T>())
            : new(Vector.MultiplyAddEstimate(
                left._vector.As<T, double>(), right._vector.As<T, double>(), addend._vector.As<T, double>()).As<double, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorLane<T> SelectGreater(
        VectorLane<T> left, VectorLane<T> right, VectorLane<T> ifGreater, VectorLane<T> otherwise) =>
        new(Vector.ConditionalSelect(
            Vector.GreaterThan(left._vector, right._vector), ifGreater._vector, otherwise._vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorLane<T> Weigh(VectorLane<T> weight, VectorLane<T> value) =>
        new(Vector.ConditionalSelect(
            Vector.Equals(weight._vector, Vector<T>.Zero), Vector<T>.Zero, weight._vector * value._vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorLane<T> Abs(VectorLane<T> x) => new(Vector.Abs(x._vector));

    // The native operations return their second operand when either is NaN: x stands there.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorLane<T> PositivePart(VectorLane<T> x) =>
        new(Vector.MaxNative(Vector<T>.Zero, x._vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorLane<T> Min(VectorLane<T> left, VectorLane<T> right) =>
        new(Vector.MinNative(left._vector, right._vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorLane<T> Max(VectorLane<T> left, VectorLane<T> right) =>
        new(Vector.MaxNative(left._vector, right._vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorLane<T> Clamp(VectorLane<T> x, VectorLane<T> low, VectorLane<T> high) =>
        new(Vector.MinNative(high._vector, Vector.MaxNative(low._vector, x._vector)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorLane<T> Sqrt(VectorLane<T> x) => new(Vector.SquareRoot(x._vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorLane<T> Load(ref readonly T source, nuint index) =>
        new(Vector.LoadUnsafe(in source, index));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(VectorLane<T> value, ref T destination, nuint index) =>
        value._vector.StoreUnsafe(ref destination, index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Sum(VectorLane<T> value)
    {
        if (typeof(T) != typeof(float))
        {
            return Vector.Sum(value._vector.As<T, double>());
        }

        Vector.Widen(value._vector.As<T, float>(), out Vector<double> lower, out Vector<double> upper);
        return Vector.Sum(lower + upper);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorLane<T> PropagateNaN(VectorLane<T> source, VectorLane<T> value) =>
        new(Vector.ConditionalSelect(Vector.IsNaN(source._vector), source._vector, value._vector));

    // Adding and taking away 1.5 times the first number without fraction bits rounds to the nearest integer.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorLane<T> Round(VectorLane<T> x)
    {
        VectorLane<T> shift = 1.5 * IeeeFormat<T>.FirstWithoutFraction;
        return x + shift - shift;
    }

    // In two steps, because 2ⁿ itself may be out of range where the result is not.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorLane<T> ScaleByPowerOfTwo(VectorLane<T> x, VectorLane<T> n)
    {
        VectorLane<T> half = Round(0.5 * n);
        return x * PowerOfTwo(half) * PowerOfTwo(n - half);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorLane<T> SplitExponent(VectorLane<T> x, out VectorLane<T> exponent)
    {
        VectorLane<T> normal = SelectGreater(IeeeFormat<T>.SmallestNormal, x, x * IeeeFormat<T>.FirstWithoutFraction, x);
        VectorLane<T> offset = SelectGreater(
            IeeeFormat<T>.SmallestNormal, x, IeeeFormat<T>.MantissaBits + IeeeFormat<T>.Bias, IeeeFormat<T>.Bias);

        // The exponent's bits, in the mantissa of a number whose last bit is worth 1.
        Vector<T> magnitude = Vector.Create(T.CreateTruncating(IeeeFormat<T>.FirstWithoutFraction));
        exponent = new VectorLane<T>((ToMantissaBits(normal._vector) | magnitude) - magnitude) - offset;

        Vector<T> one = Vector<T>.One;
        Vector<T> mantissaMask = Vector.Create(T.BitDecrement(T.One + T.One)) ^ one;
        return new((normal._vector & mantissaMask) | one);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static VectorLane<T> PowerOfTwo(VectorLane<T> n)
    {
        VectorLane<T> biased = n + (1.5 * IeeeFormat<T>.FirstWithoutFraction + IeeeFormat<T>.Bias);
        return new(ToExponentBits(biased._vector));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<T> ToExponentBits(Vector<T> x) => typeof(T) == typeof(float)
        ? (x.As<T, uint>() << 23).As<uint, T>()
        : (x.As<T, ulong>() << 52).As<ulong, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<T> ToMantissaBits(Vector<T> x) => typeof(T) == typeof(float)
        ? (x.As<T, uint>() >>> 23).As<uint, T>()
        : (x.As<T, ulong>() >>> 52).As<ulong, T>();
}
