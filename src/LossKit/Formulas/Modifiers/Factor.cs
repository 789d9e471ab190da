namespace LossKit.Formulas;

/// <summary>The factor of a loss. A factor of 0 leaves out even an infinite loss and its derivatives.</summary>
internal static class Factor
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Times<TLane>(Parameter factor, TLane loss) where TLane : struct, ILane<TLane> =>
        factor.Value == 0 ? 0.0 : factor * loss;
}
