namespace LossKit.Formulas;

/// <summary>Numbers with the sign of a difference.</summary>
internal static class Signed
{
    /// <summary><paramref name="size"/> where left &gt; right, its negative where left &lt; right, else 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Compare<TLane>(TLane left, TLane right, TLane size) where TLane : struct, ILane<TLane> =>
        TLane.SelectGreater(left, right, size, TLane.SelectGreater(right, left, -size, 0.0));
}
