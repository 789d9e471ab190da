using System.Globalization;
using System.Runtime.Intrinsics;
using LossKit.Benchmarks.Reporting;
using LossKit.Benchmarks.Timing;

namespace LossKit.Benchmarks.Tuples;

/// <summary>Losses of several predictions of each example, in both layouts, and their goals.</summary>
internal static class TuplesCommand
{
    public const string Name = "tuples";

    private const int Examples = 65_543;
    private const int FewExamples = 512;
    private const int Rounds = 31;

    public static void Run(ReadOnlySpan<string> arguments)
    {
        string load = Processor.Load();
        string? file = Options.MarkdownFile(arguments);
        Compilation.Finish(Entries(FewExamples).SelectMany(entry => entry.Runs).Select(run => run.Contender));
        Entry[] entries = [.. Entries(Examples)];
        (double Median, double Best)[] times = Interleaved.Measure(
            [.. entries.SelectMany(entry => entry.Runs).Select(run => run.Contender)], Rounds);
        string report = Report(entries, times, load);
        Console.WriteLine(report);
        if (file is not null)
        {
            File.WriteAllText(file, report);
        }
    }

    private static IEnumerable<Entry> Entries(int examples)
    {
        TupleLoss<float> normal = Loss.NormalNll<float>();
        TupleLoss<float> giou = Loss.BoxGiou<float>();
        TupleLoss<float> dpo = Loss.Dpo<float>();
        return
        [
            new("NormalNll().Planar()", normal.Planar(), examples, goal: 1.6),
            new("NormalNll()", normal, examples, goal: 2.2),
            new("BoxGiou().Planar()", giou.Planar(), examples, goal: 3.6),
            new("BoxGiou()", giou, examples),
            new("Dpo().Planar()", dpo.Planar(), examples),
            new("Dpo()", dpo, examples),
        ];
    }

    private static string Report(Entry[] entries, (double Median, double Best)[] times, string load)
    {
        List<string[]> rows = [["loss", "value", "value + gradient", "best", "value + gradient + Hessian"]];
        List<string> goals = [];
        for (int i = 0; i < entries.Length; i++)
        {
            (double Median, double Best)[] ofEntry = times[(3 * i)..(3 * i + 3)];
            rows.Add(
            [
                $"`{entries[i].Call}`",
                Nanoseconds(ofEntry[0].Median),
                Nanoseconds(ofEntry[1].Median),
                Nanoseconds(ofEntry[1].Best),
                Nanoseconds(ofEntry[2].Median),
            ]);
            if (entries[i].Goal is { } goal)
            {
                string verdict = ofEntry[1].Median / Examples <= goal ? "met"
                    : Vector512.IsHardwareAccelerated ? "not met"
                    : "not met, but meant for vectors of 512 bits";
                goals.Add(string.Create(
                    CultureInfo.InvariantCulture,
                    $"- `{entries[i].Call}`: {Nanoseconds(ofEntry[1].Median)} ns, goal at most {goal} ns: {verdict}"));
            }
        }

        return string.Join(Environment.NewLine,
        [
            "# Losses of several predictions of each example",
            "",
            .. Machine.Describe().Select(line => $"- {line}"),
            $"- Load {load} before, {Processor.Load()} after",
            "",
            string.Create(
                CultureInfo.InvariantCulture, $"ns per example, {Examples:N0} examples of floats, one thread, medians of"),
            "timings that take turns, in time of the CPU.",
            "",
            .. goals,
            "",
            MarkdownTable.Write(rows),
        ]);
    }

    private static string Nanoseconds(double time) => (time / Examples).ToString("F2", CultureInfo.InvariantCulture);

    /// <summary>A loss with a batch: boxes whose corners are in order, which suit the other losses, too.</summary>
    private sealed class Entry
    {
        public Entry(string call, TupleLoss<float> loss, int examples, double? goal = null)
        {
            Call = call;
            Goal = goal;
            float[] predictions = Numbers(loss, loss.Predictions, examples, seed: 1);
            float[] targets = Numbers(loss, loss.Targets, examples, seed: 2);
            float[] gradient = new float[predictions.Length];
            float[] hessian = new float[predictions.Length];
            Runs =
            [
                new(Timing.Run.LossKit, Order.Value, () => loss.Value(predictions, targets).Mean),
                new(Timing.Run.LossKit, Order.Gradient, () => loss.ValueAndGradient(
                    predictions, targets, gradient).Mean),
                new(Timing.Run.LossKit, Order.Hessian, () => loss.ValueGradientAndHessian(
                    predictions, targets, gradient, hessian).Mean),
            ];
        }

        public string Call { get; }

        public double? Goal { get; }

        public IReadOnlyList<Run> Runs { get; }

        private static float[] Numbers(TupleLoss<float> loss, int width, int examples, int seed)
        {
            Random random = new(seed);
            float[] numbers = new float[width * examples];
            for (int i = 0; i < numbers.Length; i++)
            {
                int column = loss.IsPlanar ? i / examples : i % width;
                numbers[i] = 2 * random.NextSingle() + (column < 2 ? 0 : 1);
            }

            return numbers;
        }
    }
}
