namespace LossKit.Lanes;

/// <summary>One number a lane: for a single example, and for machines without accelerated vectors.</summary>
internal struct ScalarLane<T> : IVectorLane<ScalarLane<T>, T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public T Number;

    public static int Count => 1;

    public static ScalarLane<T> Indices => default;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static implicit operator ScalarLane<T>(double value) => new() { Number = T.CreateTruncating(value) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static implicit operator ScalarLane<T>(Parameter value) => typeof(T) == typeof(float)
        ? new() { Number = T.CreateTruncating(value.Single) }
        : new() { Number = T.CreateTruncating(value.Value) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane<T> operator +(ScalarLane<T> left, ScalarLane<T> right) =>
        new() { Number = left.Number + right.Number };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane<T> operator +(ScalarLane<T> left, double right) => left + (ScalarLane<T>)right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane<T> operator -(ScalarLane<T> left, double right) => left - (ScalarLane<T>)right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane<T> operator -(ScalarLane<T> left, ScalarLane<T> right) =>
        new() { Number = left.Number - right.Number };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane<T> operator -(ScalarLane<T> value) => new() { Number = -value.Number };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane<T> operator *(ScalarLane<T> left, ScalarLane<T> right) =>
        new() { Number = left.Number * right.Number };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane<T> operator *(double left, ScalarLane<T> right) => (ScalarLane<T>)left * right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane<T> operator *(Parameter left, ScalarLane<T> right) => (ScalarLane<T>)left * right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane<T> operator /(ScalarLane<T> left, ScalarLane<T> right) =>
        new() { Number = left.Number / right.Number };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane<T> MultiplyAdd(ScalarLane<T> left, ScalarLane<T> right, ScalarLane<T> addend) =>
        new() { Number = T.MultiplyAddEstimate(left.Number, right.Number, addend.Number) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane<T> MultiplyAdd(ScalarLane<T> left, ScalarLane<T> right, double addend) =>
        MultiplyAdd(left, right, (ScalarLane<T>)addend);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane<T> MultiplyAdd(ScalarLane<T> left, double right, ScalarLane<T> addend) =>
        MultiplyAdd(left, (ScalarLane<T>)right, addend);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane<T> MultiplyAdd(ScalarLane<T> left, double right, double addend) =>
        MultiplyAdd(left, (ScalarLane<T>)right, (ScalarLane<T>)addend);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane<T> Horner(
        ScalarLane<T> p, ScalarLane<T> x, double c3, double c2, double c1, double c0) =>
        MultiplyAdd(MultiplyAdd(MultiplyAdd(MultiplyAdd(p, x, c3), x, c2), x, c1), x, c0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane<T> Polynomial(
        ScalarLane<T> x, double c4, double c3, double c2, double c1, double c0) => Horner(c4, x, c3, c2, c1, c0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane<T> Reciprocal(ScalarLane<T> x) => new() { Number = T.One / x.Number };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane<T> Clamp(ScalarLane<T> x, double low, double high) =>
        Clamp(x, (ScalarLane<T>)low, (ScalarLane<T>)high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane<T> AtLeast(ScalarLane<T> x, double low) => Max(low, x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane<T> SelectPositive(ScalarLane<T> x, ScalarLane<T> ifPositive, ScalarLane<T> otherwise) =>
        x.Number > T.Zero ? ifPositive : otherwise;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane<T> SelectGreater(
        ScalarLane<T> left, ScalarLane<T> right, ScalarLane<T> ifGreater, ScalarLane<T> otherwise) =>
        left.Number > right.Number ? ifGreater : otherwise;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane<T> Weigh(ScalarLane<T> weight, ScalarLane<T> value) =>
        weight.Number == T.Zero ? default : weight * value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane<T> Abs(ScalarLane<T> x) => new() { Number = T.Abs(x.Number) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane<T> PositivePart(ScalarLane<T> x) => Max(0.0, x);

    // As the vector instructions have it: the second operand if either is NaN.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane<T> Min(ScalarLane<T> left, ScalarLane<T> right) =>
        SelectGreater(right, left, left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane<T> Max(ScalarLane<T> left, ScalarLane<T> right) =>
        SelectGreater(left, right, left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane<T> Clamp(ScalarLane<T> x, ScalarLane<T> low, ScalarLane<T> high) =>
        Min(high, Max(low, x));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane<T> Sqrt(ScalarLane<T> x) => new() { Number = T.Sqrt(x.Number) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane<T> Load(ref readonly T source, nuint index) =>
        new() { Number = Unsafe.Add(ref Unsafe.AsRef(in source), index) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane<T> Split(ScalarLane<T> left, ScalarLane<T> right, out ScalarLane<T> odd)
    {
        odd = right;
        return left;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane<T> Join(ScalarLane<T> even, ScalarLane<T> odd, out ScalarLane<T> right)
    {
        right = odd;
        return even;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane<T> Broadcast(ref readonly T source, nuint index) => Load(in source, index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane<T> Maximum(ScalarLane<T> value) => value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(ScalarLane<T> value, ref T destination, nuint index) =>
        Unsafe.Add(ref destination, index) = value.Number;

    public static void Prefetch(ref readonly T address, nuint index)
    {
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Sum(ScalarLane<T> value) => double.CreateTruncating(value.Number);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane<T> PropagateNaN(ScalarLane<T> source, ScalarLane<T> value) =>
        T.IsNaN(source.Number) ? source : value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane<T> ScaleByPowerOfTwo(ScalarLane<T> x, ScalarLane<T> n) =>
        new() { Number = T.ScaleB(x.Number, int.CreateTruncating(n.Number)) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane<T> SplitExponent(ScalarLane<T> x, out ScalarLane<T> exponent)
    {
        T number = x.Number;
        if (!(number > T.Zero) || T.IsInfinity(number))
        {
            exponent = number == T.Zero ? double.NegativeInfinity : x;
            return number >= T.Zero ? 1.0 : double.NaN;
        }

        int n = T.ILogB(number);
        exponent = n;
        return new() { Number = T.ScaleB(number, -n) };
    }
}
