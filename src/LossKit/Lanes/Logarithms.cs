namespace LossKit.Lanes;

/// <summary>log x and log(1 + x) to better than 2 ulp over the whole range, for lanes of every width.</summary>
/// <remarks>
/// x = 2ⁿ·(1 + f) with 1 + f in [√½, √2]; log(1 + f) = f − ½f² + f³·P(f), P minimax (relative error 2⁻³⁰ in float,
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
        return Combine(f, n);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Log1p(TLane x) => Combine(SplitOnePlus(x, out TLane n), n);

    /// <summary>x − log(1 + x): where n is 0, f is x and ½f² − f³·P(f) what is asked for.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Log1pDeficit(TLane x)
    {
        TLane f = SplitOnePlus(x, out TLane n);
        TLane square = f * f;
        TLane rest = TLane.MultiplyAdd(square, 0.5, -(square * f * Remainder(f, square)));
        TLane log = TLane.MultiplyAdd(n, IeeeFormat<T>.Log2High, f - (rest - IeeeFormat<T>.Log2Low * n));

        // From here on the logarithm is lost beside x, and both may be infinite.
        TLane deficit = TLane.SelectPositive(x - 1e18, x, x - log);
        return TLane.SelectPositive(TLane.Abs(n), deficit, rest);
    }

    /// <summary>log(1 + x) for x in [0, 1].</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Log1pOfUnit(TLane x)
    {
        TLane beyond = x - (Sqrt2 - 1);
        TLane f = TLane.SelectPositive(beyond, TLane.MultiplyAdd(x, 0.5, -0.5), x);
        return Combine(f, TLane.SelectPositive(beyond, 1.0, default));
    }

    /// <summary>log(1 + f) for 1 + f in [√½, √2].</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Reduced(TLane f)
    {
        TLane square = f * f;
        return f + TLane.MultiplyAdd(square, -0.5, square * f * Remainder(f, square));
    }

    /// <summary>f and n of x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Split(TLane x, out TLane n)
    {
        TLane m = TLane.SplitExponent(x, out n);
        TLane beyond = m - Sqrt2;
        n = TLane.SelectPositive(beyond, n + 1.0, n);
        return TLane.SelectPositive(beyond, TLane.MultiplyAdd(m, 0.5, -1), m - 1.0);
    }

    /// <summary>f and n of 1 + x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane SplitOnePlus(TLane x, out TLane n)
    {
        // What rounding 1 + x has lost, exactly: the larger of the two stands first.
        TLane sum = 1.0 + x;
        TLane lost = TLane.SelectGreater(x, 1.0, 1.0 - (sum - x), x - (sum - 1.0));
        TLane f = Split(sum, out n);
        TLane complete = f + TLane.ScaleByPowerOfTwo(lost, -n);
        return TLane.SelectGreater(IeeeFormat<T>.LargestFinite, TLane.Abs(n), complete, f);
    }

    /// <summary>n·log 2 + log(1 + f).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Combine(TLane f, TLane n)
    {
        TLane square = f * f;
        TLane rest = TLane.MultiplyAdd(square * f, Remainder(f, square), IeeeFormat<T>.Log2Low * n);
        return TLane.MultiplyAdd(n, IeeeFormat<T>.Log2High, f + TLane.MultiplyAdd(square, -0.5, rest));
    }

    /// <summary>
    /// (log(1 + f) − f + ½f²) / f³: odd and even terms apart, so that they need not wait for each other.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Remainder(TLane f, TLane square)
    {
        TLane even;
        TLane odd;
        if (IeeeFormat<T>.IsSingle)
        {
            even = TLane.Polynomial(
                square, 0.06747717410326004, 0.11888687312602997, 0.14219455420970917, 0.20002123713493347,
                0.3333331346511841);
            odd = TLane.MultiplyAdd(square, -0.11677496135234833, -0.12405341118574142);
            odd = TLane.MultiplyAdd(odd, square, -0.16668005287647247);
            odd = TLane.MultiplyAdd(odd, square, -0.25000008940696716);
            return TLane.MultiplyAdd(odd, f, even);
        }

        even = TLane.Polynomial(
            square, 0.026159883525264813, 0.06504615818022814, 0.05667957301655821, 0.06684646057312811,
            0.07691525981915058);
        even = TLane.Horner(
            even, square, 0.09090924067819356, 0.11111111145110865, 0.14285714280107104, 0.2000000000006666);
        odd = TLane.Polynomial(
            square, -0.05983682165831103, -0.056775023223388864, -0.06196637096827271, -0.07149451743242694,
            -0.08332912401271489);
        odd = TLane.Horner(
            odd, square, -0.10000015259327281, -0.12499999690141221, -0.16666666669841393, -0.2499999999998791);
        return TLane.MultiplyAdd(odd, f, TLane.MultiplyAdd(even, square, 0.3333333333333314));
    }
}

internal readonly struct Log1pDeficitFunction : IElementary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Derivatives<TLane> At<TLane, T, TJet>(TLane x)
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where T : unmanaged
    {
        TLane inverse = TLane.Reciprocal(x + 1.0);
        return new()
        {
            Value = Logarithms<TLane, T>.Log1pDeficit(x),
            First = TLane.Reciprocal(TLane.Reciprocal(x) + 1.0),
            Second = inverse * inverse,
        };
    }
}
