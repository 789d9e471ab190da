using System.Text;

namespace LossKit.Benchmarks.Reporting;

/// <summary>A table in markdown that is aligned for a terminal too: words on the left, then numbers.</summary>
internal static class MarkdownTable
{
    /// <param name="rows">The heading first.</param>
    public static string Write(IReadOnlyList<string[]> rows)
    {
        int[] widths =
            [.. Enumerable.Range(0, rows[0].Length).Select(i => Math.Max(2, rows.Max(row => row[i].Length)))];
        string[] rule =
            [.. widths.Select((width, i) => new string('-', width - (i > 0 ? 1 : 0)) + (i > 0 ? ":" : ""))];

        StringBuilder text = new();
        foreach (string[] row in rows.Take(1).Append(rule).Concat(rows.Skip(1)))
        {
            text.Append("| ").Append(row[0].PadRight(widths[0]));
            for (int i = 1; i < row.Length; i++)
            {
                text.Append(" | ").Append(row[i].PadLeft(widths[i]));
            }

            text.AppendLine(" |");
        }

        return text.ToString();
    }
}
