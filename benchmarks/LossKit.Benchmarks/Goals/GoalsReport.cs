using System.Globalization;
using LossKit.Benchmarks.Reporting;

namespace LossKit.Benchmarks.Goals;

/// <summary>The table of all processes.</summary>
internal static class GoalsReport
{
    public static string Write(IReadOnlyList<IReadOnlyDictionary<string, double>> processes)
    {
        List<string[]> rows =
        [
            ["", .. processes.Select((_, i) => $"#{i + 1}"), "min", "median", "max", "goal", "in every process"],
            .. Quantity.All.Select(quantity => Row(quantity, processes)),
        ];
        return MarkdownTable.Write(rows);
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
