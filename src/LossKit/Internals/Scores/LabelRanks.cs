namespace LossKit.Internals.Scores;

/// <summary>Labels, which are any integers, as small ones that numbers of any type can hold.</summary>
internal static class LabelRanks
{
    /// <summary>
    /// Numbers the labels from 0 on, and counts the other columns of each; beyond the rows it writes zeros.
    /// </summary>
    /// <param name="columns">The labels of what rows are compared with.</param>
    /// <param name="rows">The labels of rows that come after these; none if rows are columns.</param>
    /// <param name="ranks">Receives the small ones.</param>
    /// <param name="partners">Receives the counts.</param>
    public static void Rank<T>(
        ReadOnlySpan<int> columns, ReadOnlySpan<int> rows, Span<T> ranks, Span<T> partners)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        using Rented<int> labels = new(columns.Length + rows.Length);
        using Rented<long> sorted = new(labels.Span.Length);
        columns.CopyTo(labels.Span);
        rows.CopyTo(labels.Span[columns.Length..]);
        Sort(labels.Span, sorted.Span);
        ranks.Clear();
        partners.Clear();
        T rank = T.Zero;
        for (int start = 0, end; start < sorted.Span.Length; start = end)
        {
            int all = 0;
            for (end = start; end < sorted.Span.Length && sorted.Span[end] >> 32 == sorted.Span[start] >> 32; end++)
            {
                all += (int)sorted.Span[end] < columns.Length ? 1 : 0;
            }

            foreach (long key in sorted.Span[start..end])
            {
                int row = (int)key;
                ranks[row] = rank;
                partners[row] = T.CreateTruncating(row < columns.Length ? all - 1 : all);
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
