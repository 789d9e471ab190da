using System.Globalization;
using LossKit.Benchmarks.Reporting;
using LossKit.Benchmarks.Timing;

namespace LossKit.Benchmarks.Embeddings;

/// <summary>Value and gradient of the losses of embeddings, and how near their products come to the machine's peak.</summary>
internal static class EmbeddingsCommand
{
    public const string Name = "embeddings";

    private const int N = EmbeddingData.Rows;
    private const int D = EmbeddingData.Dimension;

    /// <summary>A product of all rows with all, one half of which is mirrored if they are the same.</summary>
    private const double Product = 2.0 * N * N * D;

    /// <summary>A difference, a multiplication and an addition for each term.</summary>
    private const double Differences = 3.0 * N * N * D;

    public static void Run(ReadOnlySpan<string> arguments)
    {
        string load = Machine.Load();
        string? file = Options.MarkdownFile(arguments);
        Entry[] entries = [.. Entries(new())];
        IContender[] contenders = [new Local(PeakRate.Run), .. entries.Select(entry => new Local(entry.Run))];
        Compilation.Finish(contenders);
        (double Median, double Best)[] times = Interleaved.Measure(contenders, Interleaved.Rounds(N * D));
        string report = Report(entries, times, load);
        Console.WriteLine(report);
        if (file is not null)
        {
            File.WriteAllText(file, report);
        }
    }

    private static IEnumerable<Entry> Entries(EmbeddingData data)
    {
        PairLoss<float> contrastive = Loss.Contrastive<float>(D);
        PairLoss<float> cosine = Loss.CosineEmbedding<float>(D);
        TripletLoss<float> triplet = Loss.Triplet<float>(D);
        TripletLoss<float> squared = Loss.TripletSquared<float>(D);
        MatchLoss<float> infoNce = Loss.InfoNce<float>(D);
        MatchLoss<float> ntXent = Loss.NtXent<float>(D);
        SupervisedContrastiveLoss<float> supervised = Loss.SupervisedContrastive<float>(D);
        return
        [
            Pairs("Contrastive()", contrastive, data.Similar),
            Pairs("CosineEmbedding()", cosine, data.Signs),
            Triplets("Triplet()", triplet),
            Triplets("TripletSquared()", squared),
            Matches("InfoNce()", infoNce, 3 * Product),
            Matches("NtXent()", ntXent, 4 * 1.5 * Product),
            new(
                "SupervisedContrastive()",
                () => supervised.ValueAndGradient(data.First, data.Labels, data.OfFirst).Mean,
                1.5 * Product),
            Mined("BatchContrastive(margin: 5)", Loss.BatchContrastive<float>(D, margin: 5), 1.5 * Differences),
            Mined("BatchHardTriplet()", Loss.BatchHardTriplet<float>(D), 0.5 * Differences),
            Mined("BatchAllTriplet()", Loss.BatchAllTriplet<float>(D), 1.5 * Differences),
            Mined("SemiHardTriplet()", Loss.SemiHardTriplet<float>(D), 0.5 * Differences),
        ];

        Entry Pairs(string call, PairLoss<float> loss, int[] labels) => new(
            call,
            () => loss.ValueAndGradient(data.First, data.Second, labels, data.OfFirst, data.OfSecond).Mean);

        Entry Triplets(string call, TripletLoss<float> loss) => new(
            call,
            () => loss.ValueAndGradient(
                data.First, data.Second, data.Third, data.OfFirst, data.OfSecond, data.OfThird).Mean);

        Entry Matches(string call, MatchLoss<float> loss, double operations) => new(
            call,
            () => loss.ValueAndGradient(data.First, data.Second, data.OfFirst, data.OfSecond).Mean,
            operations);

        Entry Mined(string call, MinedLoss<float> loss, double operations) => new(
            call, () => loss.ValueAndGradient(data.First, data.Labels, data.OfFirst).Mean, operations);
    }

    private static string Report(
        IReadOnlyList<Entry> entries, IReadOnlyList<(double Median, double Best)> times, string load)
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
            $"- Load {load} before, {Machine.Load()} after",
            string.Create(
                CultureInfo.InvariantCulture, $"- Peak: {peak:F0} GFlop/s, of multiplications fused with additions"),
            "",
            $"{N} pairs, triplets or rows of {D} floats, one thread, medians of timings that take turns, in time of the",
            "CPU. The operations counted are those of the products of all rows with all, which distances need too; a",
            "difference is one, so that distances cannot reach the peak.",
            "",
            MarkdownTable.Write([["loss", "ms", "GFlop/s", "% of the peak"], .. rows]),
        ]);
    }

    private static string Format(double number, string format) => number.ToString(format, CultureInfo.InvariantCulture);

    private sealed record Entry(string Call, Func<double> Run, double Operations = 0);
}
