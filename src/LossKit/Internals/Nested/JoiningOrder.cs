using System.Runtime.InteropServices;

namespace LossKit.Internals.Nested;

/// <summary>
/// The order in which entries join the sums of their group, as keys to be sorted: the group, then when the entry joins,
/// then its place among the inputs, so that equals keep an order.
/// </summary>
internal static class JoiningOrder
{
    /// <summary>Fewer keys are compared with each other sooner than they are counted.</summary>
    private const int FewestCounted = 256;

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

    /// <summary>Sorts keys. Many of them take as many numbers from the pool once more.</summary>
    /// <remarks>
    /// By the least significant byte first, and keeping the order that there was among equals; bytes that all keys
    /// share are left out, of times that are floats most. Ties that ascend as they are given are in order already.
    /// </remarks>
    public static void Sort(Span<UInt128> keys)
    {
        if (keys.Length < FewestCounted)
        {
            keys.Sort();
            return;
        }

        UInt128 differing = 0;
        bool isInOrderOfTies = true;
        for (int i = 1; i < keys.Length; i++)
        {
            differing |= keys[i] ^ keys[0];
            isInOrderOfTies &= TieBreak(keys[i - 1]) <= TieBreak(keys[i]);
        }

        using Rented<UInt128> rented = new(keys.Length);
        Span<UInt128> from = keys;
        Span<UInt128> to = rented.Span;
        for (int bits = isInOrderOfTies ? WhenShift : 0; bits < 8 * Unsafe.SizeOf<UInt128>(); bits += 8)
        {
            if ((byte)(differing >> bits) != 0)
            {
                SortByByte(from, to, bits / 8);
                Span<UInt128> sorted = to;
                to = from;
                from = sorted;
            }
        }

        if (from != keys)
        {
            from.CopyTo(keys);
        }
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SortByByte(ReadOnlySpan<UInt128> from, Span<UInt128> to, int significance)
    {
        Span<int> starts = stackalloc int[byte.MaxValue + 1];
        starts.Clear();
        int place = BitConverter.IsLittleEndian ? significance : Unsafe.SizeOf<UInt128>() - 1 - significance;
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(from);
        for (int at = place; at < bytes.Length; at += Unsafe.SizeOf<UInt128>())
        {
            starts[bytes[at]]++;
        }

        int start = 0;
        foreach (ref int count in starts)
        {
            (count, start) = (start, start + count);
        }

        for (int i = 0, at = place; i < from.Length; i++, at += Unsafe.SizeOf<UInt128>())
        {
            to[starts[bytes[at]]++] = from[i];
        }
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
