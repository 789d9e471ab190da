using System.Globalization;
using System.Text;

namespace LossKit.Benchmarks.Goals;

/// <summary>The table of all processes, in markdown that is aligned for a terminal too.</summary>
internal static class GoalsReport
{
    public static string Write(IReadOnlyList<IReadOnlyDictionary<string, double>> processes)
    {
        List<string[]> rows =
        [
            ["", .. processes.Select((_, i) => $"#{i + 1}"), "min", "median", "max", "goal", "in every process"],
            .. Quantity.All.Select(quantity => Row(quantity, processes)),
        ];
        int[] widths = [.. Enumerable.Range(0, rows[0].Length).Select(i => rows.Max(row => row[i].Length))];
        rows.Insert(1, [.. widths.Select((width, i) => new string('-', width - (i > 0 ? 1 : 0)) + (i > 0 ? ":" : ""))]);

        StringBuilder text = new();
        foreach (string[] row in rows)
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

    private static string[] Row(Quantity quantity, IReadOnlyList<IReadOnlyDictionary<string, double>> processes)
    {
        double[] numbers = [.. processes.Select(quantity.Of)];
        double[] sorted = [.. numbers.Order()];
        double median = (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
        return
        [
            quantity.Title,
            .. numbers.Select(Format),
            Format(sorted[0]),
            Format(median),
            Format(sorted[^1]),
            quantity.Goal,
            Verdict(quantity, numbers),
        ];
    }

    private static string Verdict(Quantity quantity, double[] numbers)
    {
        if (quantity.IsMet is null)
        {
            return "";
        }

        int met = numbers.Count(quantity.IsMet);
        return met == numbers.Length ? "met" : $"not met: in {met} of {numbers.Length}";
    }

    private static string Format(double number) => number.ToString("F2", CultureInfo.InvariantCulture);
}
