namespace LossKit.Formulas;

/// <summary>Losses of the logarithm of a mean, where they are infinite.</summary>
internal static class LogLink
{
    /// <summary>
    /// The prediction, but finite where it is −∞: the exponential that it is added to is infinite there.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Line<TLane>(TLane prediction) where TLane : struct, ILane<TLane> =>
        TLane.Max(-1e38, prediction);

    /// <summary>e^p − t·p, given e^p: beyond 1,000 it is infinite, whatever t·p is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Poisson<TLane>(TLane rate, TLane prediction, TLane target)
        where TLane : struct, ILane<TLane> => rate - TLane.Weigh(target, TLane.Min(1000.0, prediction));
}
