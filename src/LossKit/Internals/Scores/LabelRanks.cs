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
        using Rented<int> sorted = new(labels.Length);
        using Rented<int> rows = new(labels.Length);
        labels.CopyTo(sorted.Span);
        for (int row = 0; row < labels.Length; row++)
        {
            rows.Span[row] = row;
        }

        sorted.Span.Sort(rows.Span);
        ranks.Clear();
        partners.Clear();
        T rank = T.Zero;
        for (int start = 0, end; start < labels.Length; start = end)
        {
            end = start + 1;
            while (end < labels.Length && sorted.Span[end] == sorted.Span[start])
            {
                end++;
            }

            foreach (int row in rows.Span[start..end])
            {
                ranks[row] = rank;
                partners[row] = T.CreateTruncating(end - start - 1);
            }

            rank += T.One;
        }
    }
}
