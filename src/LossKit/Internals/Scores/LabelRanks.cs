namespace LossKit.Internals.Scores;

/// <summary>Labels, which are any integers, as small ones that numbers of any type can hold.</summary>
internal static class LabelRanks
{
    /// <summary>
    /// Numbers the labels from 0 on, and counts the other rows of each; beyond the rows it writes zeros.
    /// </summary>
    public static void Rank<T>(ReadOnlySpan<int> labels, Span<T> ranks, Span<T> partners)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        using Rented<long> sorted = new(labels.Length);
        Sort(labels, sorted.Span);
        ranks.Clear();
        partners.Clear();
        T rank = T.Zero;
        for (int start = 0, end; start < labels.Length; start = end)
        {
            end = start + 1;
            while (end < labels.Length && sorted.Span[end] >> 32 == sorted.Span[start] >> 32)
            {
                end++;
            }

            foreach (long key in sorted.Span[start..end])
            {
                ranks[(int)key] = rank;
                partners[(int)key] = T.CreateTruncating(end - start - 1);
            }

            rank += T.One;
        }
    }

    /// <summary>Sorts the rows by their labels, which become the upper halves of their numbers.</summary>
    public static void Sort(ReadOnlySpan<int> labels, Span<long> rows)
    {
        for (int row = 0; row < labels.Length; row++)
        {
            rows[row] = ((long)labels[row] << 32) + row;
        }

        rows.Sort();
    }
}
