namespace LossKit.Internals;

/// <summary>Sums within a block of at most <see cref="LaneWidths.AddedInLane"/> lanes.</summary>
internal static class LaneSum<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Adds to the sum of a block, in which floats are kept with what rounding loses of them.</summary>
    /// <remarks>
    /// Equal numbers would all be rounded the same way, which is more than a mean may be off. The sum of floats is kept
    /// at a fraction of its size, so that a block of the largest ones does not overflow.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add<TLane>(TLane value, ref TLane sum, ref TLane lost)
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
    {
        if (typeof(T) == typeof(double))
        {
            sum += value;
            return;
        }

        TLane next = TLane.MultiplyAdd(value, 1.0 / LaneWidths.AddedInLane, sum);
        lost += TLane.MultiplyAdd(value, 1.0 / LaneWidths.AddedInLane, sum - next);
        sum = next;
    }

    /// <summary>The sum of a block; where it is infinite or NaN, what was lost says nothing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Total<TLane>(TLane sum, TLane lost) where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
    {
        double total = TLane.Sum(sum);
        if (typeof(T) == typeof(double))
        {
            return total;
        }

        return LaneWidths.AddedInLane * (double.IsFinite(total) ? total + TLane.Sum(lost) : total);
    }
}
