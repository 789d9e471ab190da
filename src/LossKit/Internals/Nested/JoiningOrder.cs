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

    /// <summary>Floats differ in some 35 bits: three digits, which take less time than four or five.</summary>
    private const int MostBitsOfDigit = 12;

    private const int BitsOfWord = 64;

    private const int WhenShift = 32;
    private const int GroupShift = 96;

    /// <param name="group">Any integer.</param>
    /// <param name="when">Small ones join first; 0 and −0 together.</param>
    /// <param name="tieBreak">
    /// Which of those that join at the same time is first, and no two of a group the same.
    /// </param>
    public static UInt128 Key(int group, double when, int tieBreak)
    {
        // The bits of negative numbers grow with their size. Turned round by a difference, not by a complement, what is
        // 0 at their end stays 0, as it is of floats, and needs no sorting.
        long bits = BitConverter.DoubleToInt64Bits(when + 0.0);
        long ordered = bits < 0 ? long.MinValue - bits : bits;
        ulong ascending = (ulong)(ordered ^ long.MinValue);
        uint ofGroup = (uint)group ^ 0x8000_0000;
        return ((UInt128)ofGroup << GroupShift) | ((UInt128)ascending << WhenShift) | (uint)tieBreak;
    }

    /// <summary>Sorts keys. Many of them take twice as many from the pool.</summary>
    /// <remarks>
    /// Digit by digit, the least significant first, and keeping the order that there was among equals. What is moved is
    /// not keys but the bits in which they differ together with their places, in one word; where those are more than a
    /// word holds, one word's worth after the other. Ties that ascend as they are given are in order already.
    /// </remarks>
    public static void Sort(Span<UInt128> keys)
    {
        if (keys.Length < FewestCounted)
        {
            keys.Sort();
            return;
        }

        using Rented<ulong> words = new(keys.Length);
        using Rented<ulong> others = new(keys.Length);
        Span<ulong> from = words.Span;
        Span<ulong> to = others.Span;
        for (int i = 0; i < from.Length; i++)
        {
            from[i] = (uint)i;
        }

        int ofPlaces = BitOperations.Log2((uint)keys.Length - 1) + 1;
        ulong places = (1UL << ofPlaces) - 1;
        for (UInt128 left = Differing(keys); left != 0;)
        {
            int shift = (int)UInt128.TrailingZeroCount(left);
            ulong differs = Word(left, shift) << ofPlaces;
            foreach (ref ulong word in from)
            {
                ulong place = word & places;
                word = place | ((Word(keys[(int)place], shift) << ofPlaces) & differs);
            }

            SortWords(ref from, ref to, differs);
            left ^= (UInt128)(differs >> ofPlaces) << shift;
        }

        using Rented<UInt128> sorted = new(keys.Length);
        for (int i = 0; i < from.Length; i++)
        {
            sorted.Span[i] = keys[(int)(from[i] & places)];
        }

        sorted.Span.CopyTo(keys);
    }

    /// <summary>The bits in which keys differ, without those of ties that ascend as they are given.</summary>
    private static UInt128 Differing(ReadOnlySpan<UInt128> keys)
    {
        UInt128 first = keys[0];
        (ulong low, ulong high) = (0, 0);
        bool isInOrderOfTies = true;
        uint tieBefore = 0;
        foreach (UInt128 key in keys)
        {
            low |= (ulong)key ^ (ulong)first;
            high |= Word(key, BitsOfWord) ^ Word(first, BitsOfWord);
            isInOrderOfTies &= tieBefore <= (uint)key;
            tieBefore = (uint)key;
        }

        UInt128 differing = ((UInt128)high << BitsOfWord) | low;
        return isInOrderOfTies ? differing >> WhenShift << WhenShift : differing;
    }

    /// <summary>The bits of a key from one on: without the branches of a shift of 128 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Word(UInt128 key, int shift)
    {
        ulong low = (ulong)key;
        ulong high = (ulong)(key >> BitsOfWord);
        return shift < BitsOfWord
            ? (low >> shift) | (high << 1 << (BitsOfWord - 1 - shift))
            : high >> (shift - BitsOfWord);
    }

    /// <summary>
    /// By the bits in which they differ, digits without any left out; what is sorted is then in
    /// <paramref name="from"/>.
    /// </summary>
    [SkipLocalsInit]
    private static void SortWords(ref Span<ulong> from, ref Span<ulong> to, ulong differs)
    {
        // No more counts than words, or clearing them would take the time.
        int most = Math.Min(MostBitsOfDigit, BitOperations.Log2((uint)from.Length));
        Span<int> starts = stackalloc int[1 << MostBitsOfDigit];
        for (ulong left = differs; left != 0;)
        {
            int shift = BitOperations.TrailingZeroCount(left);
            int bits = BitsOfWord - BitOperations.LeadingZeroCount(left) - shift;
            int digits = (bits + most - 1) / most;
            int ofDigit = (bits + digits - 1) / digits;
            Span<int> counts = starts[..(1 << ofDigit)];
            counts.Clear();
            SortByDigit(from, to, shift, counts);
            Span<ulong> sorted = to;
            to = from;
            from = sorted;
            left &= ulong.MaxValue << shift << ofDigit;
        }
    }

    /// <param name="from">Words.</param>
    /// <param name="to">The same in order of the digit.</param>
    /// <param name="shift">Where the digit begins.</param>
    /// <param name="starts">Zeros, one a digit.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SortByDigit(ReadOnlySpan<ulong> from, Span<ulong> to, int shift, Span<int> starts)
    {
        // A digit is never beyond its counts, nor its count beyond the words.
        ulong digit = (ulong)starts.Length - 1;
        ref int first = ref MemoryMarshal.GetReference(starts);
        ref ulong sorted = ref MemoryMarshal.GetReference(to);
        foreach (ulong word in from)
        {
            Unsafe.Add(ref first, (nuint)((word >> shift) & digit))++;
        }

        int start = 0;
        foreach (ref int count in starts)
        {
            (count, start) = (start, start + count);
        }

        foreach (ulong word in from)
        {
            Unsafe.Add(ref sorted, Unsafe.Add(ref first, (nuint)((word >> shift) & digit))++) = word;
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
