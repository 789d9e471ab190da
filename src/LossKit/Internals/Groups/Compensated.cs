namespace LossKit.Internals.Groups;

/// <summary>Sums in lanes, with what rounding loses of them beside them.</summary>
internal static class Compensated<T, TLane>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
{
    /// <summary>Adds a number (Knuth's sum of two numbers, which need not be in order).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add(TLane value, ref TLane sum, ref TLane lost)
    {
        TLane next = sum + value;
        TLane kept = next - sum;
        lost += (sum - (next - kept)) + (value - kept);
        sum = next;
    }

    /// <summary>Takes back into the sum what has gathered; after an overflow that says nothing any more.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Settle(ref TLane sum, ref TLane lost)
    {
        TLane next = sum + lost;
        TLane size = TLane.Abs(sum);
        lost = TLane.SelectGreater(double.PositiveInfinity, size, lost - (next - sum), default);
        sum = TLane.SelectGreater(double.PositiveInfinity, size, next, sum);
    }

    /// <summary>The sum of all places of the lane, in all of them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SumAlong(ref TLane sum, ref TLane lost)
    {
        double total = TLane.Sum(sum) + TLane.Sum(lost);
        sum = total;
        lost = total - double.CreateTruncating(T.CreateTruncating(total));
    }
}
