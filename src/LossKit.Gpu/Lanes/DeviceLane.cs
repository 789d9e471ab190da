namespace LossKit.Gpu.Lanes;

/// <summary>One number of one thread of a device: what formulas and jets are evaluated over there.</summary>
/// <remarks>
/// The elementary functions are those of the library, over this lane. What belongs to loops over memory on a processor
/// is not there: kernels read and write by themselves.
/// </remarks>
internal struct DeviceLane<T, TArithmetic> : IVectorLane<DeviceLane<T, TArithmetic>, T>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TArithmetic : struct, IArithmetic<T>
{
    public T Number;

    public static int Count => 1;

    public static DeviceLane<T, TArithmetic> Indices => default;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static implicit operator DeviceLane<T, TArithmetic>(double value) => new() { Number = TArithmetic.Of(value) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static implicit operator DeviceLane<T, TArithmetic>(Parameter value) =>
        new() { Number = TArithmetic.Of(value) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DeviceLane<T, TArithmetic> operator +(
        DeviceLane<T, TArithmetic> left, DeviceLane<T, TArithmetic> right) =>
        new() { Number = left.Number + right.Number };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DeviceLane<T, TArithmetic> operator -(
        DeviceLane<T, TArithmetic> left, DeviceLane<T, TArithmetic> right) =>
        new() { Number = left.Number - right.Number };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DeviceLane<T, TArithmetic> operator *(
        DeviceLane<T, TArithmetic> left, DeviceLane<T, TArithmetic> right) =>
        new() { Number = left.Number * right.Number };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DeviceLane<T, TArithmetic> operator /(
        DeviceLane<T, TArithmetic> left, DeviceLane<T, TArithmetic> right) =>
        new() { Number = left.Number / right.Number };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DeviceLane<T, TArithmetic> operator +(DeviceLane<T, TArithmetic> left, double right) =>
        new() { Number = left.Number + TArithmetic.Of(right) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DeviceLane<T, TArithmetic> operator -(DeviceLane<T, TArithmetic> left, double right) =>
        new() { Number = left.Number - TArithmetic.Of(right) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DeviceLane<T, TArithmetic> operator -(DeviceLane<T, TArithmetic> value) =>
        new() { Number = -value.Number };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DeviceLane<T, TArithmetic> operator *(double left, DeviceLane<T, TArithmetic> right) =>
        new() { Number = TArithmetic.Of(left) * right.Number };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DeviceLane<T, TArithmetic> operator *(Parameter left, DeviceLane<T, TArithmetic> right) =>
        new() { Number = TArithmetic.Of(left) * right.Number };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DeviceLane<T, TArithmetic> MultiplyAdd(
        DeviceLane<T, TArithmetic> left, DeviceLane<T, TArithmetic> right, DeviceLane<T, TArithmetic> addend) =>
        new() { Number = TArithmetic.MultiplyAdd(left.Number, right.Number, addend.Number) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DeviceLane<T, TArithmetic> MultiplyAdd(
        DeviceLane<T, TArithmetic> left, DeviceLane<T, TArithmetic> right, double addend) =>
        new() { Number = TArithmetic.MultiplyAdd(left.Number, right.Number, TArithmetic.Of(addend)) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DeviceLane<T, TArithmetic> MultiplyAdd(
        DeviceLane<T, TArithmetic> left, double right, DeviceLane<T, TArithmetic> addend) =>
        new() { Number = TArithmetic.MultiplyAdd(left.Number, TArithmetic.Of(right), addend.Number) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DeviceLane<T, TArithmetic> MultiplyAdd(DeviceLane<T, TArithmetic> left, double right, double addend) =>
        new() { Number = TArithmetic.MultiplyAdd(left.Number, TArithmetic.Of(right), TArithmetic.Of(addend)) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DeviceLane<T, TArithmetic> ProductError(
        DeviceLane<T, TArithmetic> left, DeviceLane<T, TArithmetic> right, DeviceLane<T, TArithmetic> product) =>
        MultiplyAdd(left, right, -product);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DeviceLane<T, TArithmetic> Horner(
        DeviceLane<T, TArithmetic> p, DeviceLane<T, TArithmetic> x, double c3, double c2, double c1, double c0) =>
        MultiplyAdd(MultiplyAdd(MultiplyAdd(MultiplyAdd(p, x, c3), x, c2), x, c1), x, c0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DeviceLane<T, TArithmetic> Polynomial(
        DeviceLane<T, TArithmetic> x, double c4, double c3, double c2, double c1, double c0) =>
        Horner(c4, x, c3, c2, c1, c0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DeviceLane<T, TArithmetic> Reciprocal(DeviceLane<T, TArithmetic> x) =>
        new() { Number = TArithmetic.Of(1.0) / x.Number };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DeviceLane<T, TArithmetic> Clamp(DeviceLane<T, TArithmetic> x, double low, double high) =>
        Clamp(x, (DeviceLane<T, TArithmetic>)low, (DeviceLane<T, TArithmetic>)high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DeviceLane<T, TArithmetic> AtLeast(DeviceLane<T, TArithmetic> x, double low) =>
        new() { Number = x.Number < TArithmetic.Of(low) ? TArithmetic.Of(low) : x.Number };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DeviceLane<T, TArithmetic> SelectPositive(
        DeviceLane<T, TArithmetic> x, DeviceLane<T, TArithmetic> ifPositive, DeviceLane<T, TArithmetic> otherwise) =>
        new() { Number = x.Number > default(T) ? ifPositive.Number : otherwise.Number };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DeviceLane<T, TArithmetic> SelectGreater(
        DeviceLane<T, TArithmetic> left,
        DeviceLane<T, TArithmetic> right,
        DeviceLane<T, TArithmetic> ifGreater,
        DeviceLane<T, TArithmetic> otherwise) =>
        new() { Number = IsGreater(left.Number, right.Number) ? ifGreater.Number : otherwise.Number };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DeviceLane<T, TArithmetic> Weigh(
        DeviceLane<T, TArithmetic> weight, DeviceLane<T, TArithmetic> value) =>
        new() { Number = weight.Number == default(T) ? default : weight.Number * value.Number };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DeviceLane<T, TArithmetic> Abs(DeviceLane<T, TArithmetic> x) =>
        new() { Number = TArithmetic.Abs(x.Number) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DeviceLane<T, TArithmetic> PositivePart(DeviceLane<T, TArithmetic> x) => AtLeast(x, 0);

    // As the vector instructions have it: the second operand if either is NaN.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DeviceLane<T, TArithmetic> Min(
        DeviceLane<T, TArithmetic> left, DeviceLane<T, TArithmetic> right) => SelectGreater(right, left, left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DeviceLane<T, TArithmetic> Max(
        DeviceLane<T, TArithmetic> left, DeviceLane<T, TArithmetic> right) => SelectGreater(left, right, left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DeviceLane<T, TArithmetic> Clamp(
        DeviceLane<T, TArithmetic> x, DeviceLane<T, TArithmetic> low, DeviceLane<T, TArithmetic> high) =>
        Min(high, Max(low, x));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DeviceLane<T, TArithmetic> Sqrt(DeviceLane<T, TArithmetic> x) =>
        new() { Number = TArithmetic.Sqrt(x.Number) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DeviceLane<T, TArithmetic> PropagateNaN(
        DeviceLane<T, TArithmetic> source, DeviceLane<T, TArithmetic> value) =>
        new() { Number = T.IsNaN(source.Number) ? source.Number : value.Number };

    // In two steps, because 2ⁿ itself may be out of range where the result is not.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DeviceLane<T, TArithmetic> ScaleByPowerOfTwo(
        DeviceLane<T, TArithmetic> x, DeviceLane<T, TArithmetic> n)
    {
        int whole = TArithmetic.ToInteger(n.Number);
        int half = whole >> 1;
        return new()
        {
            Number = x.Number * TArithmetic.PowerOfTwo(half) * TArithmetic.PowerOfTwo(whole - half),
        };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DeviceLane<T, TArithmetic> SplitExponent(
        DeviceLane<T, TArithmetic> x, out DeviceLane<T, TArithmetic> exponent)
    {
        // A subnormal number is made normal first.
        bool isSubnormal = x.Number < TArithmetic.Of(IeeeFormat<T>.SmallestNormal);
        T normal = isSubnormal ? x.Number * TArithmetic.Of(IeeeFormat<T>.FirstWithoutFraction) : x.Number;
        int bias = isSubnormal ? (int)(IeeeFormat<T>.Bias + IeeeFormat<T>.MantissaBits) : (int)IeeeFormat<T>.Bias;
        T n = TArithmetic.OfInteger(TArithmetic.ExponentBits(normal) - bias);
        n = x.Number == default(T) ? TArithmetic.Of(double.NegativeInfinity) : n;
        exponent = new() { Number = x.Number == TArithmetic.Of(double.PositiveInfinity) ? x.Number : n };
        // Made before it is chosen: a choice between numbers is no branch.
        T mantissa = TArithmetic.Mantissa(normal);
        return new() { Number = x.Number >= default(T) ? mantissa : TArithmetic.Of(double.NaN) };
    }

    public static DeviceLane<T, TArithmetic> Maximum(DeviceLane<T, TArithmetic> value) => value;

    public static double Sum(DeviceLane<T, TArithmetic> value) => TArithmetic.ToDouble(value.Number);

    public static DeviceLane<T, TArithmetic> Load(ref readonly T source, nuint index) =>
        throw new NotSupportedException();

    public static DeviceLane<T, TArithmetic> Broadcast(ref readonly T source, nuint index) =>
        throw new NotSupportedException();

    public static void Store(DeviceLane<T, TArithmetic> value, ref T destination, nuint index) =>
        throw new NotSupportedException();

    public static DeviceLane<T, TArithmetic> Split(
        DeviceLane<T, TArithmetic> left, DeviceLane<T, TArithmetic> right, out DeviceLane<T, TArithmetic> odd) =>
        throw new NotSupportedException();

    public static DeviceLane<T, TArithmetic> Join(
        DeviceLane<T, TArithmetic> even, DeviceLane<T, TArithmetic> odd, out DeviceLane<T, TArithmetic> right) =>
        throw new NotSupportedException();

    /// <summary>Whether the left is greater; not if either is NaN.</summary>
    /// <remarks>
    /// ILGPU's compiler turns a comparison whose left is a constant around, and has NaN pass then. So NaN is asked for;
    /// of a constant on the right there is nothing to ask.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsGreater(T left, T right) => !T.IsNaN(right) & left > right;
}
