using System.Runtime.CompilerServices;

namespace LossKit.Lanes;

/// <summary>log x and log(1 + x) to better than 2 ulp over the whole range, for lanes of every width.</summary>
/// <remarks>
/// x = 2ⁿ·(1 + f) with 1 + f in [√½, √2]; log(1 + f) = f − ½f² + f³·P(f), P minimax (relative error 2⁻²⁷ in float,
/// 2⁻⁵⁶ in double).
/// </remarks>
internal static class Logarithms<TLane, T>
    where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
    where T : unmanaged
{
    private const double Sqrt2 = 1.4142135623730951;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Log(TLane x)
    {
        TLane f = Split(x, out TLane n);
        return WithEdges(x, Combine(f, n));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Log1p(TLane x)
    {
        // What rounding 1 + x has lost, exactly: the larger of the two stands first.
        TLane sum = 1.0 + x;
        TLane lost = TLane.SelectGreater(x, 1.0, 1.0 - (sum - x), x - (sum - 1.0));
        TLane f = Split(sum, out TLane n) + TLane.ScaleByPowerOfTwo(lost, -n);
        return WithEdges(sum, Combine(f, n));
    }

    /// <summary>log(1 + x) for x in [0, 1].</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Log1pOfUnit(TLane x)
    {
        TLane f = TLane.SelectGreater(x, Sqrt2 - 1, TLane.MultiplyAdd(0.5, x, -0.5), x);
        return Combine(f, TLane.SelectGreater(x, Sqrt2 - 1, 1.0, 0.0));
    }

    /// <summary>log(1 + f) for 1 + f in [√½, √2].</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Reduced(TLane f) => Combine(f, 0.0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Split(TLane x, out TLane n)
    {
        TLane m = TLane.SplitExponent(x, out n);
        n = TLane.SelectGreater(m, Sqrt2, n + 1.0, n);
        return TLane.SelectGreater(m, Sqrt2, 0.5 * m, m) - 1.0;
    }

    /// <summary>n·log 2 + log(1 + f).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Combine(TLane f, TLane n)
    {
        TLane square = f * f;
        TLane rest = TLane.MultiplyAdd(square * f, Remainder(f), IeeeFormat<T>.Log2Low * n);
        return TLane.MultiplyAdd(n, IeeeFormat<T>.Log2High, f + TLane.MultiplyAdd(-0.5, square, rest));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane WithEdges(TLane x, TLane log)
    {
        TLane upTo0 = TLane.SelectGreater(0.0, x, double.NaN, double.NegativeInfinity);
        TLane edged = TLane.SelectGreater(x, 0.0, log, upTo0);
        return TLane.PropagateNaN(x, TLane.SelectGreater(x, IeeeFormat<T>.LargestFinite, x, edged));
    }

    /// <summary>(log(1 + f) − f + ½f²) / f³.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Remainder(TLane f)
    {
        TLane p;
        if (IeeeFormat<T>.IsSingle)
        {
            p = TLane.MultiplyAdd(f, -0.07635923475027084, 0.12763486802577972);
            p = TLane.MultiplyAdd(p, f, -0.13160552084445953);
            p = TLane.MultiplyAdd(p, f, 0.1420152634382248);
            p = TLane.MultiplyAdd(p, f, -0.16623298823833466);
            p = TLane.MultiplyAdd(p, f, 0.20001234114170074);
            p = TLane.MultiplyAdd(p, f, -0.250008225440979);
            return TLane.MultiplyAdd(p, f, 0.3333333134651184);
        }

        p = TLane.MultiplyAdd(f, 0.026159883525264813, -0.05983682165831103);
        p = TLane.MultiplyAdd(p, f, 0.06504615818022814);
        p = TLane.MultiplyAdd(p, f, -0.056775023223388864);
        p = TLane.MultiplyAdd(p, f, 0.05667957301655821);
        p = TLane.MultiplyAdd(p, f, -0.06196637096827271);
        p = TLane.MultiplyAdd(p, f, 0.06684646057312811);
        p = TLane.MultiplyAdd(p, f, -0.07149451743242694);
        p = TLane.MultiplyAdd(p, f, 0.07691525981915058);
        p = TLane.MultiplyAdd(p, f, -0.08332912401271489);
        p = TLane.MultiplyAdd(p, f, 0.09090924067819356);
        p = TLane.MultiplyAdd(p, f, -0.10000015259327281);
        p = TLane.MultiplyAdd(p, f, 0.11111111145110865);
        p = TLane.MultiplyAdd(p, f, -0.12499999690141221);
        p = TLane.MultiplyAdd(p, f, 0.14285714280107104);
        p = TLane.MultiplyAdd(p, f, -0.16666666669841393);
        p = TLane.MultiplyAdd(p, f, 0.2000000000006666);
        p = TLane.MultiplyAdd(p, f, -0.2499999999998791);
        return TLane.MultiplyAdd(p, f, 0.3333333333333314);
    }
}
