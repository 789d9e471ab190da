using System.Globalization;
using LossKit.Benchmarks.Reporting;
using LossKit.Benchmarks.Timing;

namespace LossKit.Benchmarks.Sequences;

/// <summary>
/// CTC beside the softmax of the same frames, which is a part of it; RNN-T, CRF and soft-DTW by themselves.
/// </summary>
internal static class SequencesCommand
{
    public const string Name = "sequences";

    private const int Seed = 20250711;

    private static readonly (int Sequences, int Frames, int Classes, int Labels)[] s_shapes =
        [(32, 400, 64, 50), (16, 1_000, 500, 100), (16, 1_000, 5_000, 100)];

    public static void Run(ReadOnlySpan<string> arguments)
    {
        string load = Processor.Load();
        string? file = Options.MarkdownFile(arguments);
        string[][] rows =
            [.. s_shapes.Select(shape => Measure(shape.Sequences, shape.Frames, shape.Classes, shape.Labels))];
        string report = string.Join(Environment.NewLine,
        [
            "# Losses of sequences",
            "",
            .. Machine.Describe().Select(line => $"- {line}"),
            $"- Load {load} before, {Processor.Load()} after",
            "",
            "ns per frame and class, floats, one thread, medians of timings that take turns, in time of the CPU.",
            "`softmax` is `SoftmaxCrossEntropy()` on the frames as rows, value + gradient; the lattice is what CTC",
            "takes on top of it, which is once more given by frame and state.",
            "",
            "| sequences × frames × classes, labels | value | value + gradient | `softmax` | lattice | by state |",
            "|---|---:|---:|---:|---:|---:|",
            .. rows.Select(row => $"| {string.Join(" | ", row)} |"),
            "",
            "The others, in ns per what they go through: places and classes of a grid, arcs between tags, pairs of points.",
            "",
            "| | value | value + gradient |",
            "|---|---:|---:|",
            .. new[] { Transducer(), Field(9), Field(40), Warping(1), Warping(16) }
                .Select(row => $"| {string.Join(" | ", row)} |"),
            "",
        ]);
        Console.WriteLine(report);
        if (file is not null)
        {
            File.WriteAllText(file, report);
        }
    }

    private static string[] Transducer()
    {
        const int Sequences = 4;
        const int Frames = 100;
        const int Labels = 30;
        const int Classes = 64;
        Random random = new(Seed);
        float[] logits = Numbers(random, Sequences * Frames * (Labels + 1) * Classes);
        float[] gradient = new float[logits.Length];
        int[] targets = [.. Enumerable.Range(0, Sequences * Labels).Select(_ => random.Next(1, Classes))];
        int[] frames = [.. Enumerable.Repeat(Frames, Sequences)];
        int[] labels = [.. Enumerable.Repeat(Labels, Sequences)];
        LatticeLoss<float> loss = Loss.RnnTransducer<float>(Classes);
        return Measure(
            $"RNN-T, {Sequences} × {Frames} × {Labels + 1} × {Classes}",
            logits.Length,
            () => loss.Value(Batch()),
            () => loss.ValueAndGradient(Batch(), new() { Logits = gradient }));

        Sequences<float> Batch() => new()
        {
            Logits = logits,
            InputLengths = frames,
            Labels = targets,
            TargetLengths = labels,
        };
    }

    private static string[] Field(int classes)
    {
        const int Sequences = 64;
        const int Frames = 50;
        Random random = new(Seed);
        float[] emissions = Numbers(random, Sequences * Frames * classes);
        float[] transitions = Numbers(random, classes * classes);
        float[] gradient = new float[emissions.Length];
        float[] ofTransitions = new float[transitions.Length];
        int[] frames = [.. Enumerable.Repeat(Frames, Sequences)];
        int[] labels = [.. Enumerable.Range(0, Sequences * Frames).Select(_ => random.Next(classes))];
        CrfLoss<float> loss = Loss.Crf<float>(classes);
        return Measure(
            $"CRF, {Sequences} × {Frames} × {classes}²",
            Sequences * Frames * classes * classes,
            () => loss.Value(Batch()),
            () => loss.ValueAndGradient(Batch(), new() { Emissions = gradient, Transitions = ofTransitions }));

        TaggedSequences<float> Batch() => new()
        {
            Emissions = emissions,
            Transitions = transitions,
            InputLengths = frames,
            Labels = labels,
        };
    }

    private static string[] Warping(int dimension)
    {
        const int Pairs = 16;
        const int Points = 150;
        Random random = new(Seed);
        float[] first = Numbers(random, Pairs * Points * dimension);
        float[] second = Numbers(random, first.Length);
        float[] ofFirst = new float[first.Length];
        float[] ofSecond = new float[first.Length];
        int[] lengths = [.. Enumerable.Repeat(Points, Pairs)];
        SoftDtwLoss<float> loss = Loss.SoftDtw<float>(dimension);
        return Measure(
            $"soft-DTW, {Pairs} × {Points} × {Points}, {dimension} numbers a point",
            Pairs * Points * Points,
            () => loss.Value(Batch()),
            () => loss.ValueAndGradient(Batch(), new() { First = ofFirst, Second = ofSecond }));

        SeriesPairs<float> Batch() =>
            new() { First = first, Second = second, FirstLengths = lengths, SecondLengths = lengths };
    }

    private static string[] Measure(string name, int things, params Func<Cost>[] calls)
    {
        IContender[] contenders = [.. calls.Select(call => new Local(() => call().Mean))];
        Compilation.Finish(contenders);
        return
        [
            name,
            .. Interleaved.Measure(contenders, Interleaved.Rounds(things))
                .Select(time => (time.Median / things).ToString("F2", CultureInfo.InvariantCulture)),
        ];
    }

    private static float[] Numbers(Random random, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => 8 * random.NextSingle() - 4)];

    private static string[] Measure(int sequences, int frames, int classes, int labels)
    {
        Random random = new(Seed);
        float[] logits = Numbers(random, sequences * frames * classes);
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
