using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace LossKit.Lanes;

/// <summary><see cref="Vector{T}"/> as a lane: as wide as the machine, 128 or 256 bits nearly everywhere.</summary>
// MultiplyAddEstimate, not FusedMultiplyAdd, which calls a function where the machine has no such instruction.
internal struct VectorLane<T> : IVectorLane<VectorLane<T>, T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private Vector<T> _vector;

    public static int Count
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector<T>.Count;
    }

    public static VectorLane<T> Indices
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new() { _vector = Vector<T>.Indices };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static implicit operator VectorLane<T>(double value) => typeof(T) == typeof(float)
        ? new() { _vector = Vector.Create((float)value).As<float, T>() }
        : new() { _vector = Vector.Create(value).As<double, T>() };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static implicit operator VectorLane<T>(Parameter value) => typeof(T) == typeof(float)
        ? new() { _vector = Vector.Create(value.Single).As<float, T>() }
        : new() { _vector = Vector.Create(value.Value).As<double, T>() };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorLane<T> operator +(VectorLane<T> left, VectorLane<T> right) =>
        new() { _vector = left._vector + right._vector };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorLane<T> operator +(VectorLane<T> left, double right) => typeof(T) == typeof(float)
        ? new() { _vector = (left._vector.As<T, float>() + Vector.Create((float)right)).As<float, T>() }
        : new() { _vector = (left._vector.As<T, double>() + Vector.Create(right)).As<double, T>() };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorLane<T> operator -(VectorLane<T> left, VectorLane<T> right) =>
        new() { _vector = left._vector - right._vector };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorLane<T> operator -(VectorLane<T> left, double right) => typeof(T) == typeof(float)
        ? new() { _vector = (left._vector.As<T, float>() - Vector.Create((float)right)).As<float, T>() }
        : new() { _vector = (left._vector.As<T, double>() - Vector.Create(right)).As<double, T>() };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorLane<T> operator -(VectorLane<T> value) => new() { _vector = -value._vector };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorLane<T> operator *(VectorLane<T> left, VectorLane<T> right) =>
        new() { _vector = left._vector * right._vector };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorLane<T> operator *(double left, VectorLane<T> right) => typeof(T) == typeof(float)
        ? new() { _vector = (Vector.Create((float)left) * right._vector.As<T, float>()).As<float, T>() }
        : new() { _vector = (Vector.Create(left) * right._vector.As<T, double>()).As<double, T>() };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorLane<T> operator *(Parameter left, VectorLane<T> right) => typeof(T) == typeof(float)
        ? new() { _vector = (Vector.Create(left.Single) * right._vector.As<T, float>()).As<float, T>() }
        : new() { _vector = (Vector.Create(left.Value) * right._vector.As<T, double>()).As<double, T>() };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorLane<T> operator /(VectorLane<T> left, VectorLane<T> right) =>
        new() { _vector = left._vector / right._vector };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorLane<T> Reciprocal(VectorLane<T> x) => new() { _vector = Vector<T>.One / x._vector };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorLane<T> MultiplyAdd(VectorLane<T> left, VectorLane<T> right, VectorLane<T> addend) =>
        typeof(T) == typeof(float)
        ? new()
        {
            _vector = Vector.MultiplyAddEstimate(
                left._vector.As<T, float>(),
                right._vector.As<T, float>(),
                addend._vector.As<T, float>()).As<float, T>(),
        }
        : new()
        {
            _vector = Vector.MultiplyAddEstimate(
                left._vector.As<T, double>(),
                right._vector.As<T, double>(),
                addend._vector.As<T, double>()).As<double, T>(),
        };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorLane<T> MultiplyAdd(VectorLane<T> left, VectorLane<T> right, double addend) =>
        typeof(T) == typeof(float)
        ? new()
        {
            _vector = Vector.MultiplyAddEstimate(
                left._vector.As<T, float>(), right._vector.As<T, float>(), Vector.Create((float)addend)).As<float, T>(),
        }
        : new()
        {
            _vector = Vector.MultiplyAddEstimate(
                left._vector.As<T, double>(), right._vector.As<T, double>(), Vector.Create(addend)).As<double, T>(),
        };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorLane<T> MultiplyAdd(VectorLane<T> left, double right, VectorLane<T> addend) =>
        typeof(T) == typeof(float)
        ? new()
        {
            _vector = Vector.MultiplyAddEstimate(
                left._vector.As<T, float>(), Vector.Create((float)right), addend._vector.As<T, float>()).As<float, T>(),
        }
        : new()
        {
            _vector = Vector.MultiplyAddEstimate(
                left._vector.As<T, double>(), Vector.Create(right), addend._vector.As<T, double>()).As<double, T>(),
        };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorLane<T> MultiplyAdd(VectorLane<T> left, double right, double addend) =>
        typeof(T) == typeof(float)
        ? new()
        {
            _vector = Vector.MultiplyAddEstimate(
                left._vector.As<T, float>(), Vector.Create((float)right), Vector.Create((float)addend)).As<float, T>(),
        }
        : new()
        {
            _vector = Vector.MultiplyAddEstimate(
                left._vector.As<T, double>(), Vector.Create(right), Vector.Create(addend)).As<double, T>(),
        };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorLane<T> Horner(VectorLane<T> p, VectorLane<T> x, double c3, double c2, double c1, double c0)
    {
        if (typeof(T) == typeof(float))
        {
            Vector<float> at = x._vector.As<T, float>();
            Vector<float> sum = Vector.MultiplyAddEstimate(p._vector.As<T, float>(), at, Vector.Create((float)c3));
            sum = Vector.MultiplyAddEstimate(sum, at, Vector.Create((float)c2));
            sum = Vector.MultiplyAddEstimate(sum, at, Vector.Create((float)c1));
            return new() { _vector = Vector.MultiplyAddEstimate(sum, at, Vector.Create((float)c0)).As<float, T>() };
        }
        else
        {
            Vector<double> at = x._vector.As<T, double>();
            Vector<double> sum = Vector.MultiplyAddEstimate(p._vector.As<T, double>(), at, Vector.Create(c3));
            sum = Vector.MultiplyAddEstimate(sum, at, Vector.Create(c2));
            sum = Vector.MultiplyAddEstimate(sum, at, Vector.Create(c1));
            return new() { _vector = Vector.MultiplyAddEstimate(sum, at, Vector.Create(c0)).As<double, T>() };
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorLane<T> Polynomial(VectorLane<T> x, double c4, double c3, double c2, double c1, double c0)
    {
        if (typeof(T) == typeof(float))
        {
            Vector<float> at = x._vector.As<T, float>();
            Vector<float> sum = Vector.MultiplyAddEstimate(Vector.Create((float)c4), at, Vector.Create((float)c3));
            sum = Vector.MultiplyAddEstimate(sum, at, Vector.Create((float)c2));
            sum = Vector.MultiplyAddEstimate(sum, at, Vector.Create((float)c1));
            return new() { _vector = Vector.MultiplyAddEstimate(sum, at, Vector.Create((float)c0)).As<float, T>() };
        }
        else
        {
            Vector<double> at = x._vector.As<T, double>();
            Vector<double> sum = Vector.MultiplyAddEstimate(Vector.Create(c4), at, Vector.Create(c3));
            sum = Vector.MultiplyAddEstimate(sum, at, Vector.Create(c2));
            sum = Vector.MultiplyAddEstimate(sum, at, Vector.Create(c1));
            return new() { _vector = Vector.MultiplyAddEstimate(sum, at, Vector.Create(c0)).As<double, T>() };
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorLane<T> SelectGreater(
        VectorLane<T> left, VectorLane<T> right, VectorLane<T> ifGreater, VectorLane<T> otherwise) => new()
        {
            _vector = Vector.ConditionalSelect(
        Vector.GreaterThan(left._vector, right._vector), ifGreater._vector, otherwise._vector),
        };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorLane<T> SelectPositive(
        VectorLane<T> x, VectorLane<T> ifPositive, VectorLane<T> otherwise) => new()
        {
            _vector = Vector.ConditionalSelect(
            Vector.GreaterThan(x._vector, Vector<T>.Zero), ifPositive._vector, otherwise._vector),
        };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorLane<T> Weigh(VectorLane<T> weight, VectorLane<T> value) => new()
    {
        _vector = Vector.ConditionalSelect(
            Vector.Equals(weight._vector, Vector<T>.Zero), Vector<T>.Zero, weight._vector * value._vector),
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorLane<T> PropagateNaN(VectorLane<T> source, VectorLane<T> value) => new()
    {
        _vector = Vector.ConditionalSelect(Vector.IsNaN(source._vector), source._vector, value._vector),
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorLane<T> Abs(VectorLane<T> x) => new() { _vector = Vector.Abs(x._vector) };

    // The native operations return their second operand when either is NaN: x stands there.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorLane<T> PositivePart(VectorLane<T> x) =>
        new() { _vector = Vector.MaxNative(Vector<T>.Zero, x._vector) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorLane<T> Min(VectorLane<T> left, VectorLane<T> right) =>
        new() { _vector = Vector.MinNative(left._vector, right._vector) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorLane<T> Max(VectorLane<T> left, VectorLane<T> right) =>
        new() { _vector = Vector.MaxNative(left._vector, right._vector) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorLane<T> Clamp(VectorLane<T> x, VectorLane<T> low, VectorLane<T> high) =>
        new() { _vector = Vector.MinNative(high._vector, Vector.MaxNative(low._vector, x._vector)) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorLane<T> Clamp(VectorLane<T> x, double low, double high) => typeof(T) == typeof(float)
        ? new()
        {
            _vector = Vector.MinNative(
                Vector.Create((float)high),
                Vector.MaxNative(Vector.Create((float)low), x._vector.As<T, float>())).As<float, T>(),
        }
        : new()
        {
            _vector = Vector.MinNative(
                Vector.Create(high), Vector.MaxNative(Vector.Create(low), x._vector.As<T, double>())).As<double, T>(),
        };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorLane<T> AtLeast(VectorLane<T> x, double low) => typeof(T) == typeof(float)
        ? new() { _vector = Vector.MaxNative(Vector.Create((float)low), x._vector.As<T, float>()).As<float, T>() }
        : new() { _vector = Vector.MaxNative(Vector.Create(low), x._vector.As<T, double>()).As<double, T>() };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorLane<T> Sqrt(VectorLane<T> x) => new() { _vector = Vector.SquareRoot(x._vector) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorLane<T> Load(ref readonly T source, nuint index) =>
        new() { _vector = Vector.LoadUnsafe(in source, index) };

    // Pairs of floats are integers of 64 bits. Doubles are taken by halves, because there are no integers of 128 bits.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorLane<T> Split(VectorLane<T> left, VectorLane<T> right, out VectorLane<T> odd)
    {
        if (typeof(T) == typeof(float))
        {
            Vector<ulong> first = left._vector.As<T, ulong>();
            Vector<ulong> second = right._vector.As<T, ulong>();
            odd = new() { _vector = Vector.Narrow(first >>> 32, second >>> 32).As<uint, T>() };
            return new() { _vector = Vector.Narrow(first, second).As<uint, T>() };
        }

        if (Avx2.IsSupported && Vector<double>.Count == Vector256<double>.Count)
        {
            Vector256<double> first = left._vector.As<T, double>().AsVector256();
            Vector256<double> second = right._vector.As<T, double>().AsVector256();
            odd = Of(Avx2.Permute4x64(Avx.UnpackHigh(first, second), 0b_11_01_10_00));
            return Of(Avx2.Permute4x64(Avx.UnpackLow(first, second), 0b_11_01_10_00));
        }

        if (Vector<double>.Count == Vector128<double>.Count)
        {
            Vector128<double> first = left._vector.As<T, double>().AsVector128();
            Vector128<double> second = right._vector.As<T, double>().AsVector128();
            odd = Of(Vector128.Create(first.GetUpper(), second.GetUpper()));
            return Of(Vector128.Create(first.GetLower(), second.GetLower()));
        }

        throw new NotSupportedException();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorLane<T> Join(VectorLane<T> even, VectorLane<T> odd, out VectorLane<T> right)
    {
        if (typeof(T) == typeof(float))
        {
            Vector.Widen(even._vector.As<T, uint>(), out Vector<ulong> lowEven, out Vector<ulong> highEven);
            Vector.Widen(odd._vector.As<T, uint>(), out Vector<ulong> lowOdd, out Vector<ulong> highOdd);
            right = new() { _vector = (highEven | (highOdd << 32)).As<ulong, T>() };
            return new() { _vector = (lowEven | (lowOdd << 32)).As<ulong, T>() };
        }

        if (Avx2.IsSupported && Vector<double>.Count == Vector256<double>.Count)
        {
            Vector256<double> first = Avx2.Permute4x64(even._vector.As<T, double>().AsVector256(), 0b_11_01_10_00);
            Vector256<double> second = Avx2.Permute4x64(odd._vector.As<T, double>().AsVector256(), 0b_11_01_10_00);
            right = Of(Avx.UnpackHigh(first, second));
            return Of(Avx.UnpackLow(first, second));
        }

        // A pair is its own inverse.
        return Split(even, odd, out right);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorLane<T> Broadcast(ref readonly T source, nuint index) =>
        new() { _vector = Vector.Create(Unsafe.Add(ref Unsafe.AsRef(in source), index)) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorLane<T> Maximum(VectorLane<T> value)
    {
        T largest = value._vector[0];
        for (int i = 1; i < Vector<T>.Count; i++)
        {
            largest = T.MaxNative(largest, value._vector[i]);
        }

        return new() { _vector = Vector.Create(largest) };
    }

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

    // In two steps, because 2ⁿ itself may be out of range where the result is not.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorLane<T> ScaleByPowerOfTwo(VectorLane<T> x, VectorLane<T> n)
    {
        // Added to an integer, this leaves its bits, biased as an exponent's, in the lowest bits of the mantissa.
        Vector<T> biased = All(IeeeFormat<T>.RoundingShift + IeeeFormat<T>.Bias);
        Vector<T> shift = All(IeeeFormat<T>.RoundingShift);
        Vector<T> half = n._vector * All(0.5) + shift - shift;
        Vector<T> rest = n._vector - half;
        return new() { _vector = x._vector * ToExponentBits(half + biased) * ToExponentBits(rest + biased) };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorLane<T> SplitExponent(VectorLane<T> x, out VectorLane<T> exponent)
    {
        // A subnormal number is made normal first.
        Vector<T> subnormal = Vector.LessThan(x._vector, All(IeeeFormat<T>.SmallestNormal));
        Vector<T> magnitude = All(IeeeFormat<T>.FirstWithoutFraction);
        Vector<T> normal = Vector.ConditionalSelect(subnormal, x._vector * magnitude, x._vector);
        Vector<T> bias = Vector.ConditionalSelect(
            subnormal, All(IeeeFormat<T>.Bias + IeeeFormat<T>.MantissaBits), All(IeeeFormat<T>.Bias));

        // The exponent's bits, in the mantissa of a number whose last bit is worth 1.
        Vector<T> n = (ToMantissaBits(normal) | magnitude) - magnitude - bias;
        n = Vector.ConditionalSelect(Vector.Equals(x._vector, Vector<T>.Zero), All(double.NegativeInfinity), n);
        n = Vector.ConditionalSelect(Vector.Equals(x._vector, All(double.PositiveInfinity)), x._vector, n);
        exponent = new() { _vector = n };

        Vector<T> mantissaMask = All(IeeeFormat<T>.BeforeTwo) ^ Vector<T>.One;
        Vector<T> m = (normal & mantissaMask) | Vector<T>.One;
        return new()
        {
            _vector = Vector.ConditionalSelect(
                Vector.GreaterThanOrEqual(x._vector, Vector<T>.Zero), m, All(double.NaN)),
        };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<T> All(double value) => typeof(T) == typeof(float)
        ? Vector.Create((float)value).As<float, T>()
        : Vector.Create(value).As<double, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<T> ToExponentBits(Vector<T> x) => typeof(T) == typeof(float)
        ? (x.As<T, uint>() << 23).As<uint, T>()
        : (x.As<T, ulong>() << 52).As<ulong, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<T> ToMantissaBits(Vector<T> x) => typeof(T) == typeof(float)
        ? (x.As<T, uint>() >>> 23).As<uint, T>()
        : (x.As<T, ulong>() >>> 52).As<ulong, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static VectorLane<T> Of(Vector256<double> doubles) =>
        new() { _vector = doubles.AsVector().As<double, T>() };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static VectorLane<T> Of(Vector128<double> doubles) =>
        new() { _vector = doubles.AsVector().As<double, T>() };
}
