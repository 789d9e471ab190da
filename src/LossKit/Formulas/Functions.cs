namespace LossKit.Formulas;

/// <summary>Functions for formulas, beside those that every lane has: with both derivatives, at every width.</summary>
public static class Functions
{
    /// <summary>The arctangent, in (−½π, ½π).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Atan<TLane>(TLane x) where TLane : struct, ILane<TLane> =>
        TLane.ApplyElementary<AtanFunction>(x);

    /// <summary>
    /// eˣ of a log-scale, but never infinite: times an error of 0 that would be NaN. Where it is beyond the range of
    /// the numbers it is next to the largest, and so are its derivatives.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TLane BoundedExp<TLane>(TLane x) where TLane : struct, ILane<TLane> =>
        TLane.ApplyElementary<BoundedExpFunction>(x);

    /// <summary>sin x, of radians.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Sin<TLane>(TLane x) where TLane : struct, ILane<TLane> =>
        TLane.ApplyElementary<SinFunction>(x);

    /// <summary>cos x, of radians.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Cos<TLane>(TLane x) where TLane : struct, ILane<TLane> =>
        TLane.ApplyElementary<CosFunction>(x);

    /// <summary>The error function 2/√π·∫₀ˣ e^(−t²) dt.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Erf<TLane>(TLane x) where TLane : struct, ILane<TLane> =>
        TLane.ApplyElementary<ErfFunction>(x);

    /// <summary>Φ(x), the standard normal distribution, accurate in its tail as well.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane NormalCdf<TLane>(TLane x) where TLane : struct, ILane<TLane> =>
        TLane.ApplyElementary<NormalCdfFunction>(x);

    /// <summary>log Φ(x), finite where Φ itself is 0 in the format.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane LogNormalCdf<TLane>(TLane x) where TLane : struct, ILane<TLane> =>
        TLane.ApplyElementary<LogNormalCdfFunction>(x);

    /// <summary>log Γ(x) for x ≥ 0: ∞ at 0, NaN below.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane LogGamma<TLane>(TLane x) where TLane : struct, ILane<TLane> =>
        TLane.ApplyElementary<LogGammaFunction>(x);

    /// <summary>ψ(x), the derivative of log Γ, for x ≥ 0: −∞ at 0, NaN below.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Digamma<TLane>(TLane x) where TLane : struct, ILane<TLane> =>
        TLane.ApplyElementary<DigammaFunction>(x);
}
