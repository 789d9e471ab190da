using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace LossKit.Lanes;

/// <summary>512 bits a lane, for machines with AVX-512: <see cref="Vector{T}"/> stays at 256 bits there.</summary>
internal struct Vector512Lane<T> : IVectorLane<Vector512Lane<T>, T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private Vector512<T> _vector;

    public static int Count
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector512<T>.Count;
    }

    public static Vector512Lane<T> Indices
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new() { _vector = Vector512<T>.Indices };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static implicit operator Vector512Lane<T>(double value) => typeof(T) == typeof(float)
        ? new() { _vector = Vector512.Create((float)value).As<float, T>() }
        : new() { _vector = Vector512.Create(value).As<double, T>() };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static implicit operator Vector512Lane<T>(Parameter value) => typeof(T) == typeof(float)
        ? new() { _vector = Vector512.Create(value.Single).As<float, T>() }
        : new() { _vector = Vector512.Create(value.Value).As<double, T>() };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lane<T> operator +(Vector512Lane<T> left, Vector512Lane<T> right) =>
        new() { _vector = left._vector + right._vector };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lane<T> operator +(Vector512Lane<T> left, double right) => typeof(T) == typeof(float)
        ? new() { _vector = (left._vector.As<T, float>() + Vector512.Create((float)right)).As<float, T>() }
        : new() { _vector = (left._vector.As<T, double>() + Vector512.Create(right)).As<double, T>() };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lane<T> operator -(Vector512Lane<T> left, Vector512Lane<T> right) =>
        new() { _vector = left._vector - right._vector };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lane<T> operator -(Vector512Lane<T> left, double right) => typeof(T) == typeof(float)
        ? new() { _vector = (left._vector.As<T, float>() - Vector512.Create((float)right)).As<float, T>() }
        : new() { _vector = (left._vector.As<T, double>() - Vector512.Create(right)).As<double, T>() };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lane<T> operator -(Vector512Lane<T> value) => new() { _vector = -value._vector };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lane<T> operator *(Vector512Lane<T> left, Vector512Lane<T> right) =>
        new() { _vector = left._vector * right._vector };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lane<T> operator *(double left, Vector512Lane<T> right) => typeof(T) == typeof(float)
        ? new() { _vector = (Vector512.Create((float)left) * right._vector.As<T, float>()).As<float, T>() }
        : new() { _vector = (Vector512.Create(left) * right._vector.As<T, double>()).As<double, T>() };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lane<T> operator *(Parameter left, Vector512Lane<T> right) => typeof(T) == typeof(float)
        ? new() { _vector = (Vector512.Create(left.Single) * right._vector.As<T, float>()).As<float, T>() }
        : new() { _vector = (Vector512.Create(left.Value) * right._vector.As<T, double>()).As<double, T>() };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lane<T> operator /(Vector512Lane<T> left, Vector512Lane<T> right) =>
        new() { _vector = left._vector / right._vector };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lane<T> Reciprocal(Vector512Lane<T> x) => new() { _vector = Vector512<T>.One / x._vector };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lane<T> MultiplyAdd(
        Vector512Lane<T> left, Vector512Lane<T> right, Vector512Lane<T> addend) =>
        typeof(T) == typeof(float)
        ? new()
        {
            _vector = Vector512.FusedMultiplyAdd(
                left._vector.As<T, float>(),
                right._vector.As<T, float>(),
                addend._vector.As<T, float>()).As<float, T>(),
        }
        : new()
        {
            _vector = Vector512.FusedMultiplyAdd(
                left._vector.As<T, double>(),
                right._vector.As<T, double>(),
                addend._vector.As<T, double>()).As<double, T>(),
        };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lane<T> MultiplyAdd(Vector512Lane<T> left, Vector512Lane<T> right, double addend) =>
        typeof(T) == typeof(float)
        ? new()
        {
            _vector = Vector512.FusedMultiplyAdd(
                left._vector.As<T, float>(),
                right._vector.As<T, float>(),
                Vector512.Create((float)addend)).As<float, T>(),
        }
        : new()
        {
            _vector = Vector512.FusedMultiplyAdd(
                left._vector.As<T, double>(), right._vector.As<T, double>(), Vector512.Create(addend)).As<double, T>(),
        };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lane<T> MultiplyAdd(Vector512Lane<T> left, double right, Vector512Lane<T> addend) =>
        typeof(T) == typeof(float)
        ? new()
        {
            _vector = Vector512.FusedMultiplyAdd(
                left._vector.As<T, float>(),
                Vector512.Create((float)right),
                addend._vector.As<T, float>()).As<float, T>(),
        }
        : new()
        {
            _vector = Vector512.FusedMultiplyAdd(
                left._vector.As<T, double>(), Vector512.Create(right), addend._vector.As<T, double>()).As<double, T>(),
        };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lane<T> MultiplyAdd(Vector512Lane<T> left, double right, double addend) =>
        typeof(T) == typeof(float)
        ? new()
        {
            _vector = Vector512.FusedMultiplyAdd(
                left._vector.As<T, float>(),
                Vector512.Create((float)right),
                Vector512.Create((float)addend)).As<float, T>(),
        }
        : new()
        {
            _vector = Vector512.FusedMultiplyAdd(
                left._vector.As<T, double>(), Vector512.Create(right), Vector512.Create(addend)).As<double, T>(),
        };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lane<T> Horner(
        Vector512Lane<T> p, Vector512Lane<T> x, double c3, double c2, double c1, double c0)
    {
        if (typeof(T) == typeof(float))
        {
            Vector512<float> at = x._vector.As<T, float>();
            Vector512<float> sum = Vector512.FusedMultiplyAdd(
                p._vector.As<T, float>(), at, Vector512.Create((float)c3));
            sum = Vector512.FusedMultiplyAdd(sum, at, Vector512.Create((float)c2));
            sum = Vector512.FusedMultiplyAdd(sum, at, Vector512.Create((float)c1));
            return new() { _vector = Vector512.FusedMultiplyAdd(sum, at, Vector512.Create((float)c0)).As<float, T>() };
        }
        else
        {
            Vector512<double> at = x._vector.As<T, double>();
            Vector512<double> sum = Vector512.FusedMultiplyAdd(p._vector.As<T, double>(), at, Vector512.Create(c3));
            sum = Vector512.FusedMultiplyAdd(sum, at, Vector512.Create(c2));
            sum = Vector512.FusedMultiplyAdd(sum, at, Vector512.Create(c1));
            return new() { _vector = Vector512.FusedMultiplyAdd(sum, at, Vector512.Create(c0)).As<double, T>() };
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lane<T> Polynomial(Vector512Lane<T> x, double c4, double c3, double c2, double c1, double c0)
    {
        if (typeof(T) == typeof(float))
        {
            Vector512<float> at = x._vector.As<T, float>();
            Vector512<float> sum = Vector512.FusedMultiplyAdd(
                Vector512.Create((float)c4), at, Vector512.Create((float)c3));
            sum = Vector512.FusedMultiplyAdd(sum, at, Vector512.Create((float)c2));
            sum = Vector512.FusedMultiplyAdd(sum, at, Vector512.Create((float)c1));
            return new() { _vector = Vector512.FusedMultiplyAdd(sum, at, Vector512.Create((float)c0)).As<float, T>() };
        }
        else
        {
            Vector512<double> at = x._vector.As<T, double>();
            Vector512<double> sum = Vector512.FusedMultiplyAdd(Vector512.Create(c4), at, Vector512.Create(c3));
            sum = Vector512.FusedMultiplyAdd(sum, at, Vector512.Create(c2));
            sum = Vector512.FusedMultiplyAdd(sum, at, Vector512.Create(c1));
            return new() { _vector = Vector512.FusedMultiplyAdd(sum, at, Vector512.Create(c0)).As<double, T>() };
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lane<T> SelectGreater(
        Vector512Lane<T> left, Vector512Lane<T> right, Vector512Lane<T> ifGreater, Vector512Lane<T> otherwise) => new()
        {
            _vector = Vector512.ConditionalSelect(
        Vector512.GreaterThan(left._vector, right._vector), ifGreater._vector, otherwise._vector),
        };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lane<T> SelectPositive(
        Vector512Lane<T> x, Vector512Lane<T> ifPositive, Vector512Lane<T> otherwise) => new()
        {
            _vector = Vector512.ConditionalSelect(
            Vector512.GreaterThan(x._vector, Vector512<T>.Zero), ifPositive._vector, otherwise._vector),
        };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lane<T> Weigh(Vector512Lane<T> weight, Vector512Lane<T> value) => new()
    {
        _vector = Vector512.ConditionalSelect(
            Vector512.Equals(weight._vector, Vector512<T>.Zero), Vector512<T>.Zero, weight._vector * value._vector),
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lane<T> PropagateNaN(Vector512Lane<T> source, Vector512Lane<T> value) => new()
    {
        _vector = Vector512.ConditionalSelect(Vector512.IsNaN(source._vector), source._vector, value._vector),
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lane<T> Abs(Vector512Lane<T> x) => new() { _vector = Vector512.Abs(x._vector) };

    // The native operations return their second operand when either is NaN: x stands there.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lane<T> PositivePart(Vector512Lane<T> x) =>
        new() { _vector = Vector512.MaxNative(Vector512<T>.Zero, x._vector) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lane<T> Min(Vector512Lane<T> left, Vector512Lane<T> right) =>
        new() { _vector = Vector512.MinNative(left._vector, right._vector) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lane<T> Max(Vector512Lane<T> left, Vector512Lane<T> right) =>
        new() { _vector = Vector512.MaxNative(left._vector, right._vector) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lane<T> Clamp(Vector512Lane<T> x, Vector512Lane<T> low, Vector512Lane<T> high) =>
        new() { _vector = Vector512.MinNative(high._vector, Vector512.MaxNative(low._vector, x._vector)) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lane<T> Clamp(Vector512Lane<T> x, double low, double high) => typeof(T) == typeof(float)
        ? new()
        {
            _vector = Vector512.MinNative(
                Vector512.Create((float)high),
                Vector512.MaxNative(Vector512.Create((float)low), x._vector.As<T, float>())).As<float, T>(),
        }
        : new()
        {
            _vector = Vector512.MinNative(
                Vector512.Create(high),
                Vector512.MaxNative(Vector512.Create(low), x._vector.As<T, double>())).As<double, T>(),
        };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lane<T> AtLeast(Vector512Lane<T> x, double low) => typeof(T) == typeof(float)
        ? new() { _vector = Vector512.MaxNative(Vector512.Create((float)low), x._vector.As<T, float>()).As<float, T>() }
        : new() { _vector = Vector512.MaxNative(Vector512.Create(low), x._vector.As<T, double>()).As<double, T>() };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lane<T> Sqrt(Vector512Lane<T> x) => new() { _vector = Vector512.Sqrt(x._vector) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lane<T> Load(ref readonly T source, nuint index) =>
        new() { _vector = Vector512.LoadUnsafe(in source, index) };

    public static bool FillsLine => Avx512F.IsSupported;

    // The indices are kept in the bits of a lane.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lane<T> SpliceFrom(nuint first) => typeof(T) == typeof(float)
        ? new() { _vector = (Vector512<int>.Indices + Vector512.Create((int)first)).As<int, T>() }
        : new() { _vector = (Vector512<long>.Indices + Vector512.Create((long)first)).As<long, T>() };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lane<T> Splice(Vector512Lane<T> left, Vector512Lane<T> right, Vector512Lane<T> from) =>
        typeof(T) == typeof(float)
            ? Pick(left, right, from._vector.AsInt32())
            : Pick(left, right, from._vector.AsInt64());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lane<T> Split(Vector512Lane<T> left, Vector512Lane<T> right, out Vector512Lane<T> odd)
    {
        if (typeof(T) == typeof(float))
        {
            Vector512<int> even = Vector512<int>.Indices + Vector512<int>.Indices;
            odd = Pick(left, right, even + Vector512<int>.One);
            return Pick(left, right, even);
        }

        Vector512<long> evenOfDoubles = Vector512<long>.Indices + Vector512<long>.Indices;
        odd = Pick(left, right, evenOfDoubles + Vector512<long>.One);
        return Pick(left, right, evenOfDoubles);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lane<T> Join(Vector512Lane<T> even, Vector512Lane<T> odd, out Vector512Lane<T> right)
    {
        if (typeof(T) == typeof(float))
        {
            right = Pick(even, odd, Vector512.Create(8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31));
            return Pick(even, odd, Vector512.Create(0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23));
        }

        right = Pick(even, odd, Vector512.Create(4L, 12, 5, 13, 6, 14, 7, 15));
        return Pick(even, odd, Vector512.Create(0L, 8, 1, 9, 2, 10, 3, 11));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void StoreStreaming(Vector512Lane<T> value, ref T destination, nuint index) =>
        value._vector.StoreAlignedNonTemporal((T*)Unsafe.AsPointer(ref Unsafe.Add(ref destination, index)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void EndStreaming() => Sse.StoreFence();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lane<T> Broadcast(ref readonly T source, nuint index) =>
        new() { _vector = Vector512.Create(Unsafe.Add(ref Unsafe.AsRef(in source), index)) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lane<T> Maximum(Vector512Lane<T> value)
    {
        Vector256<T> half = Vector256.MaxNative(value._vector.GetLower(), value._vector.GetUpper());
        Vector128<T> quarter = Vector128.MaxNative(half.GetLower(), half.GetUpper());
        if (typeof(T) == typeof(float))
        {
            Vector128<float> pairs = quarter.AsSingle();
            pairs = Vector128.MaxNative(pairs, Vector128.Shuffle(pairs, Vector128.Create(2, 3, 0, 1)));
            return new()
            {
                _vector = Vector512.Create(T.MaxNative(
                pairs.As<float, T>().GetElement(0), pairs.As<float, T>().GetElement(1)))
            };
        }

        return new() { _vector = Vector512.Create(T.MaxNative(quarter.GetElement(0), quarter.GetElement(1))) };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512Lane<T> value, ref T destination, nuint index) =>
        value._vector.StoreUnsafe(ref destination, index);

    // By halves, which takes half as long as Vector512.Sum, and that is what short calls take.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Sum(Vector512Lane<T> value)
    {
        Vector512<double> all;
        if (typeof(T) == typeof(float))
        {
            (Vector512<double> lower, Vector512<double> upper) = Vector512.Widen(value._vector.AsSingle());
            all = lower + upper;
        }
        else
        {
            all = value._vector.AsDouble();
        }

        Vector256<double> half = all.GetLower() + all.GetUpper();
        Vector128<double> quarter = half.GetLower() + half.GetUpper();
        return quarter.GetElement(0) + quarter.GetElement(1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lane<T> ScaleByPowerOfTwo(Vector512Lane<T> x, Vector512Lane<T> n) =>
        typeof(T) == typeof(float)
            ? new() { _vector = Avx512F.Scale(x._vector.AsSingle(), n._vector.AsSingle()).As<float, T>() }
            : new() { _vector = Avx512F.Scale(x._vector.AsDouble(), n._vector.AsDouble()).As<double, T>() };

    // The instruction's control: a mantissa in [1, 2), NaN for negative numbers.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lane<T> SplitExponent(Vector512Lane<T> x, out Vector512Lane<T> exponent)
    {
        const byte NaNIfNegative = 0b_10_00;
        if (typeof(T) == typeof(float))
        {
            exponent = new() { _vector = Avx512F.GetExponent(x._vector.AsSingle()).As<float, T>() };
            return new() { _vector = Avx512F.GetMantissa(x._vector.AsSingle(), NaNIfNegative).As<float, T>() };
        }

        exponent = new() { _vector = Avx512F.GetExponent(x._vector.AsDouble()).As<double, T>() };
        return new() { _vector = Avx512F.GetMantissa(x._vector.AsDouble(), NaNIfNegative).As<double, T>() };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512Lane<T> Pick(Vector512Lane<T> left, Vector512Lane<T> right, Vector512<int> places) => new()
    {
        _vector = Avx512F.PermuteVar16x32x2(left._vector.AsSingle(), places, right._vector.AsSingle()).As<float, T>(),
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512Lane<T> Pick(Vector512Lane<T> left, Vector512Lane<T> right, Vector512<long> places) => new()
    {
        _vector = Avx512F.PermuteVar8x64x2(left._vector.AsDouble(), places, right._vector.AsDouble()).As<double, T>(),
    };
}
