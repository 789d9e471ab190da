namespace LossKit.Internals.Nested;

/// <summary>
/// The order in which entries join the sums of their group, as keys to be sorted: the group, then when the entry joins,
/// then its place among the inputs, so that equals keep an order.
/// </summary>
/// <remarks>Sorted in place and without comparers, which would be allocated.</remarks>
internal static class JoiningOrder
{
    private const int WhenShift = 32;
    private const int GroupShift = 96;

    /// <param name="group">Any integer.</param>
    /// <param name="when">Small ones join first; 0 and −0 together.</param>
    /// <param name="tieBreak">
    /// Which of those that join at the same time is first, and no two of a group the same.
    /// </param>
    public static UInt128 Key(int group, double when, int tieBreak)
    {
        // The bits of negative numbers grow with their size.
        long bits = BitConverter.DoubleToInt64Bits(when + 0.0);
        ulong ascending = (ulong)(bits ^ ((bits >> 63) | long.MinValue));
        uint ofGroup = (uint)group ^ 0x8000_0000;
        return ((UInt128)ofGroup << GroupShift) | ((UInt128)ascending << WhenShift) | (uint)tieBreak;
    }

    public static int TieBreak(UInt128 key) => (int)(uint)key;

    public static int Group(UInt128 key) => (int)((uint)(key >> GroupShift) ^ 0x8000_0000);

    /// <summary>Whether two entries of a group join at the same time.</summary>
    public static bool IsTogether(UInt128 one, UInt128 other) => one >> WhenShift == other >> WhenShift;

    /// <summary>The ends of blocks of one entry each, as <see cref="NestedSums.Ends"/> has them.</summary>
    public static void OneByOne(ReadOnlySpan<UInt128> keys, Span<int> ends)
    {
        for (int j = 0; j < keys.Length; j++)
        {
            bool beginsGroup = j == 0 || Group(keys[j]) != Group(keys[j - 1]);
            ends[j] = beginsGroup ? ~(j + 1) : j + 1;
        }
    }

    /// <summary>The ends of the blocks of sorted keys, as <see cref="NestedSums.Ends"/> has them.</summary>
    public static void FindBlocks(ReadOnlySpan<UInt128> keys, Span<int> ends)
    {
        for (int start = 0, end; start < keys.Length; start = end)
        {
            bool beginsGroup = start == 0 || Group(keys[start]) != Group(keys[start - 1]);
            for (end = start + 1; end < keys.Length && IsTogether(keys[start], keys[end]);)
            {
                end++;
            }

            ends[start..end].Fill(beginsGroup ? ~end : end);
        }
    }
}
