using System.Globalization;
using LossKit.Benchmarks.Reporting;
using LossKit.Benchmarks.Timing;

namespace LossKit.Benchmarks.Embeddings;

/// <summary>
/// Value and gradient of the losses of embeddings, and how near their products come to the machine's peak.
/// </summary>
internal static class EmbeddingsCommand
{
    public const string Name = "embeddings";

    public static void Run(ReadOnlySpan<string> arguments)
    {
        string load = Processor.Load();
        string? file = Options.MarkdownFile(arguments);
        EmbeddingShape shape = EmbeddingShape.Usual;
        IReadOnlyList<EmbeddingEntry> entries = EmbeddingEntry.All(new(shape));
        IContender[] contenders =
            [new Local(PeakRate.Run), .. entries.Select(entry => new Local(entry.ValueAndGradient))];
        Compilation.Finish(contenders);
        (double Median, double Best)[] times = Interleaved.Measure(contenders, Interleaved.Rounds(shape.Elements));
        string report = Report(shape, entries, times, load);
        Console.WriteLine(report);
        if (file is not null)
        {
            File.WriteAllText(file, report);
        }
    }

    private static string Report(
        EmbeddingShape shape,
        IReadOnlyList<EmbeddingEntry> entries,
        IReadOnlyList<(double Median, double Best)> times,
        string load)
    {
        double peak = PeakRate.Operations / times[0].Best;
        IEnumerable<string[]> rows = entries.Zip(times.Skip(1), (entry, time) => new[]
        {
            $"`{entry.Call}`",
            Format(time.Median / 1e6, "F2"),
            entry.Operations == 0 ? "" : Format(entry.Operations / time.Median, "F0"),
            entry.Operations == 0 ? "" : Format(100 * entry.Operations / time.Median / peak, "F0"),
        });
        return string.Join(Environment.NewLine,
        [
            "# Losses of embeddings, value and gradient",
            "",
            .. Machine.Describe().Select(line => $"- {line}"),
            $"- Load {load} before, {Processor.Load()} after",
            string.Create(
                CultureInfo.InvariantCulture, $"- Peak: {peak:F0} GFlop/s, of multiplications fused with additions"),
            "",
            $"{shape.Rows} pairs, triplets or rows of {shape.Dimension} floats, or {EmbeddingData.Scores} pairs of",
            "scores; one thread, medians of timings that take turns, in time of the CPU. The operations counted are",
            "those of the products of all rows with all, which distances need too; a difference is one, so that",
            "distances cannot reach the peak.",
            "",
            MarkdownTable.Write([["loss", "ms", "GFlop/s", "% of the peak"], .. rows]),
        ]);
    }

    private static string Format(double number, string format) => number.ToString(format, CultureInfo.InvariantCulture);
}
