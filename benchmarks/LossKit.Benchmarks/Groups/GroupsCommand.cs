using System.Globalization;
using LossKit.Benchmarks.Reporting;
using LossKit.Benchmarks.Timing;

namespace LossKit.Benchmarks.Groups;

/// <summary>Value and gradient of losses of groups, long and short, and the goals for them.</summary>
internal static class GroupsCommand
{
    public const string Name = "groups";

    private const int Entries = 65_543;

    public static void Run(ReadOnlySpan<string> arguments)
    {
        string load = Processor.Load();
        string? file = Options.MarkdownFile(arguments);
        IReadOnlyList<GroupEntry> entries = All();
        IContender[] contenders = [.. entries.Select(entry => new Local(entry.Run))];
        Compilation.Finish(contenders);
        (double Median, double Best)[] times = Interleaved.Measure(contenders, Interleaved.Rounds(Entries));
        string report = Report(entries, times, load);
        Console.WriteLine(report);
        if (file is not null)
        {
            File.WriteAllText(file, report);
        }
    }

    private static IReadOnlyList<GroupEntry> All()
    {
        Random random = new(20260101);
        float[] scores = [.. Enumerable.Range(0, Entries).Select(_ => 4 * random.NextSingle() - 2)];
        float[] pixels = [.. scores.Select(score => score + random.NextSingle() > 0.5f ? 1f : 0f)];
        float[] relevances = [.. scores.Select(_ => (float)random.Next(5))];
        float[] gradient = new float[Entries];
        int[] mixed = Mixed(random);
        return
        [
            Of("SoftDice()", pixels, [Entries], Entries, "entry", 1.8),
            Of("SoftDice()", pixels, Lengths(1_000), Entries, "entry"),
            Of("SoftDice()", pixels, Lengths(100), Entries, "entry"),
            Of("SoftDice()", pixels, Lengths(10), Entries, "entry"),
            Of("SoftDice()", pixels, mixed, Entries, "entry"),
            Of("PairwiseLogistic()", relevances, Lengths(1_000), Pairs(Lengths(1_000)), "pair", 1.6),
            Of("PairwiseLogistic()", relevances, Lengths(362), Pairs(Lengths(362)), "pair", 1.6),
            Of("PairwiseLogistic()", relevances, Lengths(100), Pairs(Lengths(100)), "pair", 1.6),
            Of("PairwiseLogistic()", relevances, Lengths(10), Pairs(Lengths(10)), "pair", 1.6),
            Of("PairwiseLogistic()", relevances, mixed, Pairs(mixed), "pair"),
            Of("LambdaRank()", relevances, Lengths(1_000), Pairs(Lengths(1_000)), "pair"),
            Of("LambdaRank()", relevances, Lengths(100), Pairs(Lengths(100)), "pair"),
            Of("LambdaRank()", relevances, mixed, Pairs(mixed), "pair"),
            Of("ApproxNdcg()", relevances, Lengths(100), Entries * 99 / 2.0, "pair"),
            Of("SoftmaxRanking()", relevances, Lengths(100), Entries, "entry"),
        ];

        GroupEntry Of(string call, float[] targets, int[] lengths, double things, string thing, double goal = 0)
        {
            GroupedLoss<float> loss = Loss.Parse<float, GroupedLoss<float>>(call);
            string shape = lengths == mixed ? "5 to 15" : lengths[0].ToString("N0", CultureInfo.InvariantCulture);
            return new(
                call,
                shape,
                () => loss.ValueAndGradient(scores, targets, LossKit.Groups.OfLengths(lengths), gradient).Mean,
                things,
                thing,
                goal);
        }

        double Pairs(int[] lengths)
        {
            double pairs = 0;
            for (int group = 0, start = 0; group < lengths.Length; start += lengths[group++])
            {
                double[] counts = new double[5];
                foreach (float relevance in relevances.AsSpan(start, lengths[group]))
                {
                    counts[(int)relevance]++;
                }

                pairs += (Math.Pow(lengths[group], 2) - counts.Sum(count => count * count)) / 2;
            }

            return pairs;
        }
    }

    private static int[] Lengths(int length) =>
        [.. Enumerable.Repeat(length, Entries / length), .. Entries % length == 0 ? (int[])[] : [Entries % length]];

    private static int[] Mixed(Random random)
    {
        List<int> lengths = [];
        for (int left = Entries; left > 0; left -= lengths[^1])
        {
            lengths.Add(Math.Min(left, random.Next(5, 16)));
        }

        return [.. lengths];
    }

    private static string Report(
        IReadOnlyList<GroupEntry> entries, IReadOnlyList<(double Median, double Best)> times, string load)
    {
        IEnumerable<string[]> rows = entries.Zip(times, (entry, time) => new[]
        {
            $"`{entry.Call}`",
            entry.Length,
            $"{Format(time.Median / entry.Things)} a {entry.Thing}",
            $"{Format(time.Best / entry.Things)}",
            entry.Goal == 0 ? "" : $"{Format(entry.Goal)}",
        });
        return string.Join(Environment.NewLine,
        [
            "# Losses of groups, value and gradient",
            "",
            .. Machine.Describe().Select(line => $"- {line}"),
            $"- Load {load} before, {Processor.Load()} after",
            "",
            "ns, floats, 65,543 entries, one thread, medians of timings that take turns, in time of the CPU. A pair is one",
            "whose targets (0 to 4, at random) differ.",
            "",
            MarkdownTable.Write([["loss", "entries a group", "ns", "best", "goal (512 bits)"], .. rows]),
        ]);
    }

    private static string Format(double number) => number.ToString("F2", CultureInfo.InvariantCulture);
}

/// <summary>A loss of groups on its data.</summary>
/// <param name="Call">The factory's call.</param>
/// <param name="Length">How many entries a group has.</param>
/// <param name="Run">Computes the mean loss and its gradient.</param>
/// <param name="Things">What its time is divided by.</param>
/// <param name="Thing">What that counts.</param>
/// <param name="Goal">The most ns of a thing, or 0.</param>
internal sealed record GroupEntry(
    string Call, string Length, Func<double> Run, double Things, string Thing, double Goal);
