namespace LossKit.Lanes;

/// <summary>The error function and the normal distribution, for lanes of every width.</summary>
/// <remarks>
/// All from one function: Φ(−a)·e^(a²/2) = P(q)/(a + 1¼) for a ≥ 0, in q = (a − c)/(a + c) (Shepherd and Laframboise
/// 1981), P minimax (relative error 2⁻²⁹ in float, 2⁻⁵⁷ in double); erf x = 1 − 2Φ(−√2·x), near 0 by a polynomial.
/// </remarks>
internal static class Normals<TLane, T>
    where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
    where T : unmanaged
{
    /// <summary>From here on <see cref="FarExcess"/> is good.</summary>
    public const double Far = 5;

    /// <summary>erf x, and e^(−x²).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Erf(TLane x, out TLane bell)
    {
        TLane size = TLane.Abs(x);
        TLane mantissa = Bell(size, 1, IeeeFormat<T>.IsSingle ? 10.6 : 27.6, out TLane n);
        bell = TLane.ScaleByPowerOfTwo(mantissa, n);
        TLane large = TLane.MultiplyAdd(bell * Tail(1.4142135623730951 * size), -2, 1);
        TLane small = TLane.MultiplyAdd(x, ErfRemainder(x * x), x);
        return TLane.SelectGreater(size, 0.75, TLane.SelectPositive(x, large, -large), small);
    }

    /// <summary>Φ(x), its tail Φ(−|x|), and e^(−x²/2).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Cdf(TLane x, out TLane tail, out TLane ratio, out TLane bell)
    {
        TLane size = TLane.Abs(x);
        TLane mantissa = Bell(size, 0.5, IeeeFormat<T>.IsSingle ? 15 : 39, out TLane n);
        bell = TLane.ScaleByPowerOfTwo(mantissa, n);
        ratio = Tail(size);

        // Near 0 the tail is nearly ½, and erf what is missing.
        TLane scaled = 0.35355339059327373 * size;
        TLane middle = TLane.MultiplyAdd(scaled, ErfRemainder(0.5 * size * size), scaled);
        tail = TLane.SelectGreater(0.6, size, 0.5 - middle, TLane.ScaleByPowerOfTwo(mantissa * ratio, n));
        return TLane.SelectPositive(x, 1.0 - tail, tail);
    }

    /// <summary>1/R(a) − a of Mills' ratio R for a ≥ <see cref="Far"/>, where the difference cancels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane FarExcess(TLane a)
    {
        TLane inverse = TLane.Reciprocal(a);
        return inverse * Excess(inverse * inverse);
    }

    /// <summary>e^(−factor·a²) / 2ⁿ: the square's rounding is taken back.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Bell(TLane a, double factor, double largest, out TLane n)
    {
        TLane bounded = TLane.Min(largest, a);
        TLane square = bounded * bounded;
        return Exponentials<TLane, T>.Mantissa(
            -factor * square, -factor * TLane.ProductError(bounded, bounded, square), out n);
    }

    /// <summary>Φ(−a)·e^(a²/2) for a ≥ 0: Mills' ratio over √(2π).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Tail(TLane a)
    {
        TLane bounded = TLane.Min(0.25 * IeeeFormat<T>.LargestFinite, a);
        double center = IeeeFormat<T>.IsSingle ? 3.5 : 5;
        return ScaledTail((bounded - center) / (bounded + center)) / (bounded + 1.25);
    }

    /// <summary>(a + 1¼)·Φ(−a)·e^(a²/2) in q = (a − c)/(a + c).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane ScaledTail(TLane q)
    {
        TLane p;
        if (IeeeFormat<T>.IsSingle)
        {
            p = TLane.Polynomial(
                q, -1.922299270518124e-05, -2.2139640350360423e-05, 0.0001781587052391842, 0.00017164666496682912,
                -0.0013147941790521145);
            p = TLane.MultiplyAdd(p, q, -7.794777775416151e-05);
            p = TLane.MultiplyAdd(p, q, 0.009986274875700474);
            p = TLane.MultiplyAdd(p, q, -0.02549062669277191);
            return TLane.Horner(
                p, q, 0.022638237103819847, 0.03225072845816612, -0.14449751377105713, 0.5051394701004028);
        }

        p = TLane.Polynomial(
            q, -3.563144170390181e-10, -3.171423014135069e-10, 4.150577902792035e-09, 3.999205006379391e-09,
            -2.9316627033836287e-08);
        p = TLane.MultiplyAdd(p, q, -2.8900874822886077e-08);
        p = TLane.MultiplyAdd(p, q, 1.862336561795322e-07);
        p = TLane.MultiplyAdd(p, q, 1.470360759374721e-07);
        p = TLane.Horner(
            p, q, -1.2464154546569772e-06, -2.3905202627524124e-07, 8.742202540169673e-06, -8.235013597418022e-06);
        p = TLane.Horner(
            p, q, -5.336721818107772e-05, 0.00016722727847535607, 4.1360799867327446e-05, -0.0016211846605237762);
        p = TLane.Horner(p, q, 0.005927289579801533, -0.012922572764865326, 0.01868348812166152, -0.014437204895263843);
        return TLane.Horner(
            p, q, -0.010218616930799044, 0.060047571397464444, -0.12741667065001205, 0.48074565609378933);
    }

    /// <summary>erf x / x − 1 in z = x², for |x| ≤ ¾.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane ErfRemainder(TLane z)
    {
        TLane p;
        if (IeeeFormat<T>.IsSingle)
        {
            p = TLane.Polynomial(
                z, -0.0006761091062799096, 0.005115981213748455, -0.026835434138774872, 0.11283393204212189,
                -0.3761261999607086);
            return TLane.MultiplyAdd(p, z, 0.12837916612625122);
        }

        p = TLane.Polynomial(
            z, 1.1475331447247954e-08, -1.594086280678269e-07, 1.6430779249172888e-06, -1.4924202590769828e-05,
            0.00012055289818556802);
        p = TLane.MultiplyAdd(p, z, -0.0008548326194960822);
        p = TLane.MultiplyAdd(p, z, 0.005223977615513711);
        return TLane.Horner(p, z, -0.02686617064443651, 0.11283791670952631, -0.37612638903183715, 0.1283791670955126);
    }

    /// <summary>a·(1/R(a) − a) in w = 1/a².</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Excess(TLane w)
    {
        TLane p;
        if (IeeeFormat<T>.IsSingle)
        {
            p = TLane.Polynomial(
                w, -2365.543701171875, 519.8846435546875, -70.762939453125, 9.972855567932129, -1.9999144077301025);
            return TLane.MultiplyAdd(p, w, 0.9999999403953552);
        }

        p = TLane.Polynomial(
            w, 16609476230462.266, -5700100204782.204, 925218985302.3796, -96244745339.89355, 7432261823.201166);
        p = TLane.MultiplyAdd(p, w, -476458627.1674195);
        p = TLane.MultiplyAdd(p, w, 28168183.034375973);
        p = TLane.Horner(p, w, -1689486.399387774, 110245.90726408467, -8161.0049416535885, 705.9960116895359);
        return TLane.Horner(p, w, -73.99999029199212, 9.999999987558377, -1.9999999999936877, 0.9999999999999994);
    }
}

internal readonly struct ErfFunction : IElementary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Derivatives<TLane> At<TLane, T, TJet>(TLane x)
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where T : unmanaged
    {
        TLane erf = Normals<TLane, T>.Erf(x, out TLane bell);
        TLane slope = 1.1283791670955126 * bell;
        return new() { Value = erf, First = slope, Second = -2.0 * TLane.Weigh(slope, x) };
    }
}

internal readonly struct NormalCdfFunction : IElementary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Derivatives<TLane> At<TLane, T, TJet>(TLane x)
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where T : unmanaged
    {
        TLane cdf = Normals<TLane, T>.Cdf(x, out _, out _, out TLane bell);
        TLane density = 0.3989422804014327 * bell;
        return new() { Value = cdf, First = density, Second = -TLane.Weigh(density, x) };
    }
}

internal readonly struct LogNormalCdfFunction : IElementary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Derivatives<TLane> At<TLane, T, TJet>(TLane x)
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where T : unmanaged
    {
        // Below 0 the logarithm of the ratio and −½x² apart; above it log(1 − tail), what rounding has lost included.
        TLane cdf = Normals<TLane, T>.Cdf(x, out TLane tail, out TLane ratio, out TLane bell);
        TLane one = TLane.SelectPositive(x, cdf, ratio);
        TLane rest = TLane.SelectPositive(x, (1.0 - cdf - tail) / one, -0.5 * (x * x));
        TLane slope = 0.3989422804014327 * TLane.SelectPositive(x, bell, 1.0) / one;
        TLane excess = x + slope;
        if (Carried<TJet, TLane>.HasSecond)
        {
            excess = TLane.SelectGreater(-Normals<TLane, T>.Far, x, Normals<TLane, T>.FarExcess(-x), excess);
        }

        return new() { Value = TLane.Log(one) + rest, First = slope, Second = -TLane.Weigh(slope, excess) };
    }
}
