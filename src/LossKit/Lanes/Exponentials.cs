namespace LossKit.Lanes;

/// <summary>eˣ and eˣ − 1 to better than 2 ulp over the whole range, for lanes of every width.</summary>
/// <remarks>
/// x = n·log 2 + r with |r| ≤ ½ log 2; eʳ = 1 + r + r²·P(r), P minimax (relative error 2⁻²⁸ in float, 2⁻⁵⁸ in double).
/// </remarks>
internal static class Exponentials<TLane, T>
    where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
    where T : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Exp(TLane x)
    {
        // Beyond these bounds the result is 0 or infinite anyway, and 2ⁿ could not be formed.
        return ExpWithin(IeeeFormat<T>.IsSingle ? TLane.Clamp(x, -104, 89) : TLane.Clamp(x, -746, 710));
    }

    /// <summary>The same, but finite: what is beyond the range of the numbers is next to its end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane BoundedExp(TLane x) => ExpWithin(
        IeeeFormat<T>.IsSingle ? TLane.Clamp(x, -104, 88.72283) : TLane.Clamp(x, -746, 709.782712893384));

    /// <summary>eˣ for x ≤ 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane ExpOfNegative(TLane x) =>
        ExpWithin(IeeeFormat<T>.IsSingle ? TLane.AtLeast(x, -104) : TLane.AtLeast(x, -746));

    /// <summary>The same, and 4·eˣ, which loses nothing where eˣ is a subnormal number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane ExpOfNegative(TLane x, out TLane quadruple)
    {
        TLane mantissa = Mantissa(IeeeFormat<T>.IsSingle ? TLane.AtLeast(x, -106) : TLane.AtLeast(x, -748), out TLane n);
        quadruple = TLane.ScaleByPowerOfTwo(mantissa, n + 2.0);
        return TLane.ScaleByPowerOfTwo(mantissa, n);
    }

    /// <summary>eˣ = m · 2ⁿ for x ≤ 0 of any size, −∞ included: m is between ½ and 2 and n an integer or −∞.</summary>
    /// <remarks>Where x has hardly a digit behind the point, m is 1.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane SplitExp(TLane x, out TLane n)
    {
        double bound = IeeeFormat<T>.IsSingle ? -(1 << 21) : -(double)(1L << 49);
        TLane bounded = TLane.AtLeast(x, bound);
        TLane most = Reduce(bounded, out n);
        TLane r = TLane.MultiplyAdd(n, -IeeeFormat<T>.Log2Low, most);
        TLane shift = IeeeFormat<T>.RoundingShift;
        TLane half = TLane.MultiplyAdd(x, 0.7213475204444817, shift) - shift;
        n = TLane.SelectGreater(x, bound, n, half + half);
        return TLane.SelectGreater(x, bound, TLane.MultiplyAdd(TLane.MultiplyAdd(r, Remainder(r), 1), r, 1), 1.0);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane ExpWithin(TLane x)
    {
        TLane mantissa = Mantissa(x, out TLane n);
        return TLane.ScaleByPowerOfTwo(mantissa, n);
    }

    /// <summary>eˣ / 2ⁿ.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Mantissa(TLane x, out TLane n)
    {
        TLane most = Reduce(x, out n);
        TLane r = TLane.MultiplyAdd(n, -IeeeFormat<T>.Log2Low, most);
        return TLane.MultiplyAdd(TLane.MultiplyAdd(r, Remainder(r), 1), r, 1);
    }

    /// <summary>The same of the sum of a number within bounds and a <paramref name="low"/> one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Mantissa(TLane x, TLane low, out TLane n)
    {
        TLane most = Reduce(x, out n);
        TLane r = TLane.MultiplyAdd(n, -IeeeFormat<T>.Log2Low, most) + low;
        return TLane.MultiplyAdd(TLane.MultiplyAdd(r, Remainder(r), 1), r, 1);
    }

    /// <summary>e to the sum of a number and a <paramref name="low"/> one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Exp(TLane x, TLane low)
    {
        double bound = IeeeFormat<T>.IsSingle ? 104 : 746;
        TLane mantissa = Mantissa(
            TLane.Clamp(x, -bound, bound), TLane.SelectGreater(bound, TLane.Abs(x), low, 0.0), out TLane n);
        return TLane.ScaleByPowerOfTwo(mantissa, n);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Expm1(TLane x, out TLane exp)
    {
        TLane bounded = IeeeFormat<T>.IsSingle ? TLane.Clamp(x, -104, 89) : TLane.Clamp(x, -746, 710);
        TLane most = Reduce(bounded, out TLane n);
        TLane r = TLane.MultiplyAdd(n, -IeeeFormat<T>.Log2Low, most);
        TLane lost = TLane.MultiplyAdd(n, -IeeeFormat<T>.Log2Low, most - r);
        TLane expm1 = r + TLane.MultiplyAdd(r * r, Remainder(r), lost);

        exp = TLane.ScaleByPowerOfTwo(expm1 + 1.0, n);

        // 2ⁿ·(eʳ − 1) + (2ⁿ − 1), at half the size, because 2ⁿ may be out of range where the result is not.
        TLane halfPower = TLane.ScaleByPowerOfTwo(0.5, n);
        TLane scaled = 2.0 * TLane.MultiplyAdd(halfPower, expm1, halfPower - 0.5);

        // Keeps the sign of −0 and subnormal numbers exact.
        TLane small = TLane.SelectGreater(TLane.Abs(x), IeeeFormat<T>.SmallestNormal, expm1, x);
        return TLane.SelectPositive(TLane.Abs(n), scaled, small);
    }

    /// <summary>eˣ − 1 − x: where n is 0, r is x and the rest r²·P(r) what is asked for.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Expm1Excess(TLane x)
    {
        TLane bounded = IeeeFormat<T>.IsSingle ? TLane.Clamp(x, -104, 89) : TLane.Clamp(x, -746, 710);
        TLane most = Reduce(bounded, out TLane n);
        TLane r = TLane.MultiplyAdd(n, -IeeeFormat<T>.Log2Low, most);
        TLane rest = r * r * Remainder(r);
        TLane halfPower = TLane.ScaleByPowerOfTwo(0.5, n);
        TLane expm1 = 2.0 * TLane.MultiplyAdd(halfPower, r + rest, halfPower - 0.5);

        // Where eˣ is infinite, x may be as well.
        TLane line = IeeeFormat<T>.IsSingle ? TLane.Min(89.0, x) : TLane.Min(710.0, x);
        return TLane.SelectPositive(TLane.Abs(n), expm1 - line, rest);
    }

    /// <summary>x − n·log 2 but for the low part of log 2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Reduce(TLane x, out TLane n)
    {
        n = TLane.MultiplyAdd(x, 1.4426950408889634, IeeeFormat<T>.RoundingShift) - IeeeFormat<T>.RoundingShift;
        return TLane.MultiplyAdd(n, -IeeeFormat<T>.Log2High, x);
    }

    /// <summary>(eʳ − 1 − r) / r².</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Remainder(TLane r)
    {
        if (IeeeFormat<T>.IsSingle)
        {
            return TLane.Polynomial(
                r, 0.0013814496342092752, 0.0083687799051404, 0.04166839271783829, 0.1666651964187622,
                0.4999999403953552);
        }

        TLane p = TLane.Polynomial(
            r, 2.4999988775310957e-08, 2.7630379039924463e-07, 2.7557587256957847e-06, 2.480149276170725e-05,
            0.00019841269504878626);
        p = TLane.MultiplyAdd(p, r, 0.0013888888943923625);
        return TLane.Horner(
            p, r, 0.00833333333349556, 0.041666666666529184, 0.1666666666666641, 0.5000000000000011);
    }
}

internal readonly struct ExpFunction : IElementary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Derivatives<TLane> At<TLane, T, TJet>(TLane x)
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where T : unmanaged
    {
        TLane exp = Exponentials<TLane, T>.Exp(x);
        return new() { Value = exp, First = exp, Second = exp };
    }
}

/// <summary>eˣ, and next to the largest number where that is beyond it: its own derivatives there as well.</summary>
internal readonly struct BoundedExpFunction : IElementary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Derivatives<TLane> At<TLane, T, TJet>(TLane x)
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where T : unmanaged
    {
        TLane exp = Exponentials<TLane, T>.BoundedExp(x);
        return new() { Value = exp, First = exp, Second = exp };
    }
}

internal readonly struct Expm1Function : IElementary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Derivatives<TLane> At<TLane, T, TJet>(TLane x)
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where T : unmanaged
    {
        TLane expm1 = Exponentials<TLane, T>.Expm1(x, out TLane exp);
        return new() { Value = expm1, First = exp, Second = exp };
    }
}

internal readonly struct Expm1ExcessFunction : IElementary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Derivatives<TLane> At<TLane, T, TJet>(TLane x)
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where T : unmanaged
    {
        TLane expm1 = Exponentials<TLane, T>.Expm1(x, out TLane exp);
        return new() { Value = Exponentials<TLane, T>.Expm1Excess(x), First = expm1, Second = exp };
    }
}
