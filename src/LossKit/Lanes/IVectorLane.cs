using System.Runtime.Intrinsics.X86;

namespace LossKit.Lanes;

/// <summary>
/// A lane of <see cref="Count"/> numbers of type <typeparamref name="T"/> in memory. A width supplies what is here and
/// the arithmetic; the functions of <see cref="ILane{TSelf}"/> follow, once for all widths.
/// </summary>
internal interface IVectorLane<TSelf, T> : IRealLane<TSelf>
    where TSelf : struct, IVectorLane<TSelf, T>, ILane<TSelf>
    where T : unmanaged
{
    static abstract int Count { get; }

    /// <summary>0, 1, 2, … in the order of memory.</summary>
    static abstract TSelf Indices { get; }

    static abstract TSelf Load(ref readonly T source, nuint index);

    /// <summary>One number of memory in every place.</summary>
    static abstract TSelf Broadcast(ref readonly T source, nuint index);

    static abstract void Store(TSelf value, ref T destination, nuint index);

    /// <summary>
    /// Whether a lane is a cache line. Then inputs can be asked for lane by lane, and <see cref="Splice"/> and
    /// <see cref="StoreStreaming"/> are there: a machine's fast way to whole lines.
    /// </summary>
    static virtual bool FillsLine => false;

    /// <summary>For <see cref="Splice"/>.</summary>
    static virtual TSelf SpliceFrom(nuint first) => throw new NotSupportedException();

    /// <summary>
    /// <see cref="Count"/> numbers of <paramref name="left"/> and, after it, <paramref name="right"/>, beginning where
    /// <paramref name="from"/> says.
    /// </summary>
    static virtual TSelf Splice(TSelf left, TSelf right, TSelf from) => throw new NotSupportedException();

    /// <summary>
    /// The numbers in even places of <paramref name="left"/> and then of <paramref name="right"/>, and those in odd
    /// ones: what takes pairs apart.
    /// </summary>
    static abstract TSelf Split(TSelf left, TSelf right, out TSelf odd);

    /// <summary>The inverse of <see cref="Split"/>: left, and right.</summary>
    static abstract TSelf Join(TSelf even, TSelf odd, out TSelf right);

    /// <summary>Stores to an address that is a multiple of the lane's size, past the caches.</summary>
    static virtual void StoreStreaming(TSelf value, ref T destination, nuint index) =>
        throw new NotSupportedException();

    /// <summary>Makes what was stored past the caches visible to other threads.</summary>
    static virtual void EndStreaming()
    {
    }

    /// <summary>Asks for the cache line of an address that will be used soon; it need not exist.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual unsafe void Prefetch(ref readonly T address, nuint index)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(Unsafe.AsPointer(ref Unsafe.Add(ref Unsafe.AsRef(in address), index)));
        }
    }

    /// <summary>The sum of all numbers, in double and in a fixed order.</summary>
    static abstract double Sum(TSelf value);

    /// <summary>The largest of all numbers, in every place; NaN may be left out.</summary>
    static abstract TSelf Maximum(TSelf value);

    /// <summary><paramref name="value"/>, but NaN where <paramref name="source"/> is.</summary>
    static abstract TSelf PropagateNaN(TSelf source, TSelf value);

    /// <summary>x · 2ⁿ for an integral n, gradual underflow and overflow included.</summary>
    static abstract TSelf ScaleByPowerOfTwo(TSelf x, TSelf n);

    /// <summary>
    /// x = m · 2ⁿ with m in [1, 2), subnormal numbers included; n is −∞ for 0 and ∞ for ∞, m is NaN for negative
    /// numbers and NaN.
    /// </summary>
    static abstract TSelf SplitExponent(TSelf x, out TSelf exponent);

    static TSelf ILane<TSelf>.SmallestNormal
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => IeeeFormat<T>.SmallestNormal;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static TSelf IRealLane<TSelf>.Ratio(TSelf numerator, TSelf x) =>
        TSelf.SelectPositive(TSelf.Abs(numerator), numerator / x, numerator);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static TSelf IRealLane<TSelf>.ProductError(TSelf left, TSelf right, TSelf product)
    {
        if (IeeeFormat<T>.IsFused)
        {
            return TSelf.MultiplyAdd(left, right, -product);
        }

        TSelf high = Half(left);
        TSelf otherHigh = Half(right);
        TSelf low = left - high;
        TSelf otherLow = right - otherHigh;
        return high * otherHigh - product + high * otherLow + low * otherHigh + low * otherLow;

        static TSelf Half(TSelf x)
        {
            TSelf scaled = IeeeFormat<T>.Splitter * x;
            return scaled - (scaled - x);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Derivatives<TSelf> IRealLane<TSelf>.At<TFunction, TJet>(TSelf x) =>
        TFunction.At<TSelf, T, TJet>(x);

    // As jets do, in fewer steps, each of which costs locals.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static TSelf ILane<TSelf>.ApplyElementary<TFunction>(TSelf x) => TFunction.At<TSelf, T, TSelf>(x).Value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static TSelf ILane<TSelf>.Pow(TSelf x, Parameter exponent) => Powers<TSelf, T>.Of(x, exponent);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static TSelf ILane<TSelf>.Log(TSelf x) => Logarithms<TSelf, T>.Log(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static TSelf ILane<TSelf>.Log1p(TSelf x) => Logarithms<TSelf, T>.Log1p(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Logistic<TSelf> ILane<TSelf>.Logistic(TSelf x) => Sigmoids<TSelf, T>.Logistic(x);
}
