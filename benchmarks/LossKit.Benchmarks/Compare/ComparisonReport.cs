using System.Globalization;
using LossKit.Benchmarks.Reporting;
using LossKit.Benchmarks.Timing;

namespace LossKit.Benchmarks.Compare;

/// <summary>A comparison in tables: LossKit's times, and how many times as long the others take.</summary>
internal static class ComparisonReport
{
    private const double NearBound = 1.15;

    /// <summary>Below, what a call costs matters more than what an element does.</summary>
    private const int SmallElements = 100;

    private static readonly string[] s_peers = [Run.Scalar, Run.Tensors, Run.MathNet, Run.PyTorch];

    /// <summary>A table of a shape: a line for each loss.</summary>
    public static string Table(Comparison comparison, string shape)
    {
        (Order Order, string Contender)[] columns =
        [
            .. Enum.GetValues<Order>().SelectMany(order =>
                comparison.Contenders(shape, order).Select(contender => (order, contender))),
        ];
        List<string[]> rows =
        [
            [shape, .. columns.Select(column => Title(column.Order, column.Contender))],
            .. comparison.Losses(shape).Select(loss => (string[])
            [
                $"`{loss}`",
                .. columns.Select(column => Cell(comparison, loss, shape, column.Order, column.Contender)),
            ]),
            [
                "*geometric mean*",
                .. columns.Select(column => column.Contender == Run.LossKit
                    ? ""
                    : Format(GeometricMean(comparison.Ratios(shape, column.Order, column.Contender)))),
            ],
        ];
        return MarkdownTable.Write(rows);
    }

    /// <summary>The geometric means of all shapes, and for how many losses LossKit is ahead.</summary>
    public static string Summary(Comparison comparison) => Means(comparison, "peer / LossKit", s_peers, ratios =>
        $"{Format(GeometricMean(ratios))} ({ratios.Count(ratio => ratio > 1)} of {ratios.Length})");

    /// <summary>The same of what the machine can do, and how many losses are near it.</summary>
    public static string Bounds(Comparison comparison) => Means(comparison, "LossKit / bound", [Run.Bound], ratios =>
        $"{Format(1 / GeometricMean(ratios))} ({ratios.Count(ratio => ratio * NearBound >= 1)} of {ratios.Length})");

    /// <summary>Where a peer takes no longer than LossKit, worst first.</summary>
    public static string NotAhead(Comparison comparison)
    {
        List<string[]> rows =
        [
            ["peer", "loss", "shape", "", "LossKit", "peer", "ratio"],
            .. comparison.Measurements
                .Where(m => s_peers.Contains(m.Contender) && comparison.Ratio(m) <= 1)
                .OrderBy(m => Array.IndexOf(s_peers, m.Contender))
                .ThenBy(comparison.Ratio)
                .Select(m => (string[])
                [
                    m.Contender,
                    $"`{m.Loss}`",
                    m.Shape,
                    m.Order.Describe(),
                    Nanoseconds(comparison.Of(m.Loss, m.Shape, m.Order)!),
                    Nanoseconds(m),
                    Format(comparison.Ratio(m)),
                ]),
        ];
        return rows.Count > 1
            ? MarkdownTable.Write(rows)
            : $"Nowhere: LossKit is ahead of every peer in every cell.{Environment.NewLine}";
    }

    /// <summary>What the machine can move.</summary>
    public static string Bandwidths(Roofline roofline)
    {
        int[] counts = [.. roofline.Bandwidths.Select(stream => stream.Elements).Distinct()];
        List<string[]> rows =
        [
            ["", .. counts.Select(count => count.ToString("N0", CultureInfo.InvariantCulture))],
            .. roofline.Bandwidths.GroupBy(stream => (stream.Reads, stream.Writes)).Select(group => (string[])
            [
                $"{group.Key.Reads} read, {group.Key.Writes} written",
                .. counts.Select(count => string.Concat(group
                    .Where(stream => stream.Elements == count)
                    .Select(stream => stream.Bandwidth.ToString("F1", CultureInfo.InvariantCulture)))),
            ]),
        ];
        return MarkdownTable.Write(rows);
    }

    private static double GeometricMean(IEnumerable<double> ratios) =>
        Math.Exp(ratios.Select(ratio => Math.Log(ratio)).DefaultIfEmpty(double.NaN).Average());

    private static string Format(double number) => number.ToString("F2", CultureInfo.InvariantCulture);

    private static string Title(Order order, string contender)
    {
        string title = order switch { Order.Value => "v", Order.Gradient => "vg", _ => "vgH" };
        return contender == Run.LossKit ? $"{title}, ns" : $"{title}: {contender}";
    }

    private static string Cell(Comparison comparison, string loss, string shape, Order order, string contender) =>
        comparison.Of(loss, shape, order, contender) switch
        {
            null => "",
            { Contender: Run.LossKit } ours => Nanoseconds(ours),
            { } measurement => Format(comparison.Ratio(measurement)),
        };

    private static string Means(
        Comparison comparison, string title, string[] contenders, Func<double[], string> cell)
    {
        string[] shapes = [.. comparison.Shapes];
        List<string[]> rows = [[title, .. shapes]];
        foreach (string contender in contenders)
        {
            foreach (Order order in Enum.GetValues<Order>())
            {
                double[][] ratios = [.. shapes.Select(shape => comparison.Ratios(shape, order, contender).ToArray())];
                if (ratios.Any(some => some.Length > 0))
                {
                    rows.Add(
                    [
                        $"{contender}, {order.Describe()}",
                        .. ratios.Select(some => some.Length == 0 ? "" : cell(some)),
                    ]);
                }
            }
        }

        return MarkdownTable.Write(rows);
    }

    private static string Nanoseconds(Measurement measurement) => measurement.Elements < SmallElements
        ? measurement.Nanoseconds.ToString("F1", CultureInfo.InvariantCulture)
        : (measurement.Nanoseconds / measurement.Elements).ToString("F3", CultureInfo.InvariantCulture);
}
