using System.Runtime.CompilerServices;

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
        TLane bounded = IeeeFormat<T>.IsSingle ? TLane.Clamp(x, -104.0, 89.0) : TLane.Clamp(x, -746.0, 710.0);
        TLane r = Reduce(bounded, out TLane n, out _);
        return TLane.ScaleByPowerOfTwo(TLane.MultiplyAdd(r * r, Remainder(r), r) + 1.0, n);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Expm1(TLane x)
    {
        TLane bounded = IeeeFormat<T>.IsSingle ? TLane.Clamp(x, -18.0, 89.0) : TLane.Clamp(x, -38.0, 710.0);
        TLane r = Reduce(bounded, out TLane n, out TLane rest);
        TLane expm1 = r + TLane.MultiplyAdd(r * r, Remainder(r), rest);

        // 2ⁿ·(eʳ − 1) + (2ⁿ − 1), at half the size, because 2ⁿ may be out of range where the result is not.
        TLane halfPower = TLane.ScaleByPowerOfTwo(0.5, n);
        TLane scaled = 2.0 * TLane.MultiplyAdd(halfPower, expm1, halfPower - 0.5);
        return TLane.SelectGreater(TLane.Abs(n), 0.0, scaled, Tiny(x, expm1));
    }

    // Keeps the sign of −0 and subnormal numbers exact.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Tiny(TLane x, TLane expm1) =>
        TLane.SelectGreater(TLane.Abs(x), IeeeFormat<T>.SmallestNormal, expm1, x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Reduce(TLane x, out TLane n, out TLane rest)
    {
        n = TLane.Round(1.4426950408889634 * x);
        TLane most = TLane.MultiplyAdd(n, -IeeeFormat<T>.Log2High, x);
        TLane r = TLane.MultiplyAdd(n, -IeeeFormat<T>.Log2Low, most);
        rest = TLane.MultiplyAdd(n, -IeeeFormat<T>.Log2Low, most - r);
        return r;
    }

    /// <summary>(eʳ − 1 − r) / r².</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Remainder(TLane r)
    {
        TLane p;
        if (IeeeFormat<T>.IsSingle)
        {
            p = TLane.MultiplyAdd(r, 0.0013814496342092752, 0.0083687799051404);
            p = TLane.MultiplyAdd(p, r, 0.04166839271783829);
            p = TLane.MultiplyAdd(p, r, 0.1666651964187622);
            return TLane.MultiplyAdd(p, r, 0.4999999403953552);
        }

        p = TLane.MultiplyAdd(r, 2.4999988775310957e-08, 2.7630379039924463e-07);
        p = TLane.MultiplyAdd(p, r, 2.7557587256957847e-06);
        p = TLane.MultiplyAdd(p, r, 2.480149276170725e-05);
        p = TLane.MultiplyAdd(p, r, 0.00019841269504878626);
        p = TLane.MultiplyAdd(p, r, 0.0013888888943923625);
        p = TLane.MultiplyAdd(p, r, 0.00833333333349556);
        p = TLane.MultiplyAdd(p, r, 0.041666666666529184);
        p = TLane.MultiplyAdd(p, r, 0.1666666666666641);
        return TLane.MultiplyAdd(p, r, 0.5000000000000011);
    }
}
