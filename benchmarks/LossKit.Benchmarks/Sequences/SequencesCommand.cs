using System.Globalization;
using LossKit.Benchmarks.Reporting;
using LossKit.Benchmarks.Timing;

namespace LossKit.Benchmarks.Sequences;

/// <summary>CTC beside the softmax of the same frames, which is a part of it.</summary>
internal static class SequencesCommand
{
    public const string Name = "sequences";

    private const int Seed = 20250711;

    private static readonly (int Sequences, int Frames, int Classes, int Labels)[] s_shapes =
        [(32, 400, 64, 50), (16, 1_000, 500, 100)];

    public static void Run(ReadOnlySpan<string> arguments)
    {
        string load = Machine.Load();
        string? file = Options.MarkdownFile(arguments);
        string[][] rows =
            [.. s_shapes.Select(shape => Measure(shape.Sequences, shape.Frames, shape.Classes, shape.Labels))];
        string report = string.Join(Environment.NewLine,
        [
            "# Losses of sequences",
            "",
            .. Machine.Describe().Select(line => $"- {line}"),
            $"- Load {load} before, {Machine.Load()} after",
            "",
            "ns per frame and class, floats, one thread, medians of timings that take turns, in time of the CPU.",
            "`softmax` is `SoftmaxCrossEntropy()` on the frames as rows, value + gradient; the lattice is what CTC",
            "takes on top of it, which is once more given by frame and state.",
            "",
            "| sequences × frames × classes, labels | value | value + gradient | `softmax` | lattice | by state |",
            "|---|---:|---:|---:|---:|---:|",
            .. rows.Select(row => $"| {string.Join(" | ", row)} |"),
            "",
        ]);
        Console.WriteLine(report);
        if (file is not null)
        {
            File.WriteAllText(file, report);
        }
    }

    private static string[] Measure(int sequences, int frames, int classes, int labels)
    {
        Random random = new(Seed);
        float[] logits =
            [.. Enumerable.Range(0, sequences * frames * classes).Select(_ => 8 * random.NextSingle() - 4)];
        float[] gradient = new float[logits.Length];
        int[] targets = [.. Enumerable.Range(0, sequences * labels).Select(_ => random.Next(1, classes))];
        int[] inputLengths = [.. Enumerable.Repeat(frames, sequences)];
        int[] targetLengths = [.. Enumerable.Repeat(labels, sequences)];
        int[] rowLabels = [.. Enumerable.Range(0, sequences * frames).Select(_ => random.Next(classes))];
        LatticeLoss<float> ctc = Loss.Ctc<float>(classes);
        RowLoss<float, int> softmax = Loss.SoftmaxCrossEntropy<float>(classes);
        IContender[] contenders =
        [
            new Local(() => ctc.Value(Batch()).Mean),
            new Local(() => ctc.ValueAndGradient(Batch(), new() { Logits = gradient }).Mean),
            new Local(() => softmax.ValueAndGradient(logits, rowLabels, gradient).Mean),
        ];
        Compilation.Finish(contenders);
        (double Median, double Best)[] times = Interleaved.Measure(contenders, Interleaved.Rounds(logits.Length));
        double[] each = [.. times.Select(time => time.Median / logits.Length)];
        double lattice = each[1] - each[2];
        double ofState = lattice * classes / (2 * labels + 1);
        return
        [
            string.Create(CultureInfo.InvariantCulture, $"{sequences} × {frames:N0} × {classes}, {labels}"),
            .. each.Append(lattice).Append(ofState).Select(time => time.ToString("F2", CultureInfo.InvariantCulture)),
        ];

        Sequences<float> Batch() => new()
        {
            Logits = logits,
            InputLengths = inputLengths,
            Labels = targets,
            TargetLengths = targetLengths,
        };
    }
}
