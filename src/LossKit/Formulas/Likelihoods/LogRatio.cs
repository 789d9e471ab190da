namespace LossKit.Formulas;

/// <summary>Logarithms of ratios that may be near to 1, or may not.</summary>
internal static class LogRatio
{
    /// <summary>
    /// weight·(a − log(1 + a)), accurate near 0; <paramref name="log"/> is the logarithm where a is no small number:
    /// there 1 + a has lost what it is made of, and only <paramref name="product"/>, weight·a, may be in range.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Deficit<TLane>(TLane weight, TLane product, TLane a, TLane log)
        where TLane : struct, IRealLane<TLane>, ILane<TLane>
    {
        TLane near = TLane.Clamp(a, -0.5, 1.0);
        return TLane.SelectGreater(
            TLane.Abs(a - near), 0.0, product - weight * log, weight * TLane.Log1pDeficit(near));
    }
}
