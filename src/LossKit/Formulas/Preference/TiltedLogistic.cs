namespace LossKit.Formulas;

/// <summary>The logistic loss of pairs some of which are confused.</summary>
internal static class TiltedLogistic
{
    /// <summary>
    /// (1 − t)·softplus(−h) + t·softplus(h), as softplus(−h) + t·h: without the difference of two large numbers, and
    /// without the second of them where nothing is confused.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Loss<TLane>(TLane h, Parameter tilt) where TLane : struct, ILane<TLane> =>
        TLane.Softplus(-h) + TLane.Weigh(tilt, h);
}
