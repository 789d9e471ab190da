using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using LossKit.Benchmarks.Embeddings;
using LossKit.Benchmarks.Reporting;
using LossKit.Benchmarks.Rows;
using LossKit.Benchmarks.Timing;

namespace LossKit.Benchmarks.Compare;

/// <summary>Every loss against everyone who computes it, and against what the machine can do.</summary>
internal static class CompareCommand
{
    public const string Name = "compare";

    private const string Python = "--python";
    private const string Results = "--results";
    private const string Quick = "--quick";
    private const int CallCount = 16;
    private const int QuickRows = 256;
    private const double MostNanosecondsPerCall = 40;
    private const int SlowestNamed = 5;

    private static readonly JsonSerializerOptions s_indented = new() { WriteIndented = true };

    public static void Run(ReadOnlySpan<string> arguments)
    {
        long start = Stopwatch.GetTimestamp();
        string load = Processor.Load();
        bool quick = arguments.Contains(Quick);
        string python = Options.ValueOf(arguments, Python) ?? "python3";
        string results = Options.ValueOf(arguments, Results) ?? Path.Combine("benchmarks", "results");
        IFamily[] families = quick
            ?
            [
                new PointwiseFamily([CallCount, 1_000]),
                new RowFamily([new(100, 10)]),
                new EmbeddingFamily(EmbeddingShape.Usual with { Rows = QuickRows }),
            ]
            :
            [
                new PointwiseFamily([CallCount, 1_000, 65_543, 10_000_019]),
                new RowFamily([new(1, CallCount), .. RowShape.All]),
                new EmbeddingFamily(EmbeddingShape.Usual),
            ];

        using PyTorch? torch = PyTorch.Start(python);
        Compilation.Finish(families
            .SelectMany(family => family.SmallSubjects())
            .SelectMany(subject => (IEnumerable<Run>)[.. subject.Runs, .. subject.StreamRuns])
            .Select(run => run.Contender));
        Roofline roofline = new();
        List<Measurement> measurements = [];
        foreach (Subject subject in families.SelectMany(family => family.Subjects(torch)))
        {
            Console.Error.WriteLine($"{Stopwatch.GetElapsedTime(start):m\\:ss} {subject.Loss}, {subject.Shape}");
            subject.Check();
            Measurement[] measured = [.. subject.Measure()];
            measurements.AddRange(measured);
            measurements.AddRange(measured
                .Where(measurement => measurement.Contender == Timing.Run.Stream)
                .Select(stream => roofline.Bound(subject, stream)));
        }

        double minutes = Stopwatch.GetElapsedTime(start).TotalMinutes;
        string[] machine =
        [
            .. Machine.Describe(),
            torch is null ? $"PyTorch: {python} has none" : $"PyTorch: {torch.Version}, one thread",
            string.Create(
                CultureInfo.InvariantCulture,
                $"Measured on {DateTime.UtcNow:yyyy-MM-dd} in {minutes:F1} minutes"),
            $"Load {load} before, {Processor.Load()} after",
        ];
        string report = Report(machine, new(measurements), roofline, Missing(families));
        Console.WriteLine(report);
        if (!quick)
        {
            Write(Path.Combine(results, Processor.Slug), report, machine, measurements);
        }
    }

    private static string Report(
        string[] machine, Comparison comparison, Roofline roofline, string[] missing)
    {
        string[] shapes = [.. comparison.Shapes];
        return string.Join(Environment.NewLine,
        [
            "# Every loss against its peers",
            "",
            .. machine.Select(line => $"- {line}"),
            "",
            "Floats, one thread, medians of timings that take turns, in time of the CPU. v is the value, g the",
            "gradient, H the Hessian's diagonal; ns are LossKit's per element (of pairs and triplets: of the first),",
            "or for 16 elements per call. Under the name of a peer is how many times as long as LossKit it takes, and",
            "under \"bound\" the share of LossKit's time that moving the bytes or the elementary functions would take,",
            "whichever is more. PyTorch multiplies rows as fast as its BLAS: a generic one may be very slow.",
            "",
            "## Means",
            "",
            "Geometric means over the losses that a peer has, and for how many of them LossKit is ahead:",
            "",
            ComparisonReport.Summary(comparison),
            "The same of the bounds, and how many losses take at most 1.15 times theirs:",
            "",
            ComparisonReport.Bounds(comparison),
            "## Where LossKit is not ahead",
            "",
            ComparisonReport.NotAhead(comparison),
            "## Calls",
            "",
            .. comparison.Measurements.GroupBy(m => m.Shape).Where(m => m.First().Elements == CallCount).Select(Calls),
            "",
            "## All",
            "",
            .. shapes.Select(shape => ComparisonReport.Table(comparison, shape)),
            "## Streams",
            "",
            "GB per second of plain loops over as many elements of each array:",
            "",
            ComparisonReport.Bandwidths(roofline),
            missing.Length == 0
                ? "Every factory is measured, under one name where several make the same loss."
                : $"Not measured: {string.Join(", ", missing)}.",
            "",
        ]);
    }

    private static string Calls(IEnumerable<Measurement> measurements)
    {
        Measurement[] calls = [.. measurements.Where(m => m.Contender == Timing.Run.LossKit)];
        string[] slow =
        [
            .. calls.Where(m => m.Nanoseconds >= MostNanosecondsPerCall).OrderByDescending(m => m.Nanoseconds)
                .Select(m => string.Create(
                    CultureInfo.InvariantCulture, $"`{m.Loss}` {m.Order.Describe()} {m.Nanoseconds:F0}")),
        ];
        string verdict = slow.Length == 0
            ? "met"
            : $"not met in {slow.Length} of {calls.Length}, longest {string.Join(", ", slow.Take(SlowestNamed))}";
        return $"- {calls[0].Shape}, goal less than {MostNanosecondsPerCall} ns: {verdict}";
    }

    /// <summary>The factories that no family has, but for those that take a formula or make another's loss.</summary>
    private static string[] Missing(IEnumerable<IFamily> families)
    {
        string[] aliases =
        [
            nameof(Loss.AdversarialNonSaturating),
            nameof(Loss.AdversarialLeastSquares),
            nameof(Loss.AdversarialHinge),
        ];
        return
        [
            .. typeof(Loss).GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly)
                .Select(method => method.Name)
                .Where(name => !name.Contains("From", StringComparison.Ordinal))
                .Except(aliases)
                .Except(families.SelectMany(family => family.Factories)),
        ];
    }

    private static void Write(string directory, string report, string[] machine, List<Measurement> measurements)
    {
        Directory.CreateDirectory(directory);
        File.WriteAllText(Path.Combine(directory, "compare.md"), report);
        File.WriteAllText(
            Path.Combine(directory, "compare.json"),
            JsonSerializer.Serialize(
                new
                {
                    Machine = machine,
                    Measurements = measurements.Select(m => new
                    {
                        m.Loss,
                        m.Shape,
                        m.Elements,
                        m.Contender,
                        Order = m.Order.Describe(),
                        Nanoseconds = Math.Round(m.Nanoseconds, 2),
                        Best = Math.Round(m.Best, 2),
                    }),
                },
                s_indented) + Environment.NewLine);
    }
}
