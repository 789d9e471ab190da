namespace LossKit.Internals;

/// <summary>Sums within a block of at most <see cref="LaneWidths.AddedInLane"/> lanes.</summary>
internal static class LaneSum<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>How many lanes are added up as they are before what rounding loses is kept.</summary>
    /// <remarks>
    /// The sum of four loses at most 6e-8 of itself, even of equal numbers, which are all rounded the same
    /// way. Keeping what is lost at each would take as long as the cheapest losses.
    /// </remarks>
    public const int Grouped = 4;

    /// <summary>Adds to the sum of at most <see cref="Grouped"/> lanes.</summary>
    /// <remarks>
    /// Floats are kept at a fraction of their size, so that a block of the largest ones does not overflow.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Group<TLane>(TLane group, TLane value)
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane> => typeof(T) == typeof(double)
        ? group + value
        : TLane.MultiplyAdd(value, 1.0 / LaneWidths.AddedInLane, group);

    /// <summary>
    /// Adds a group to the sum of a block, in which floats are kept with what rounding loses of them.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddGroup<TLane>(TLane group, ref TLane sum, ref TLane lost)
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
    {
        TLane next = sum + group;
        if (typeof(T) == typeof(float))
        {
            lost += group - (next - sum);
        }

        sum = next;
    }

    /// <summary>Adds one lane to the sum of a block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add<TLane>(TLane value, ref TLane sum, ref TLane lost)
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane> => AddGroup(Group<TLane>(0.0, value), ref sum, ref lost);

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
