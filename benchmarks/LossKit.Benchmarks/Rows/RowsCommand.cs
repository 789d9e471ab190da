using System.Globalization;
using System.Runtime.Intrinsics;
using LossKit.Benchmarks.Compare;
using LossKit.Benchmarks.Reporting;
using LossKit.Benchmarks.Timing;

namespace LossKit.Benchmarks.Rows;

/// <summary>Value and gradient of the losses of rows, and the goals for softmax cross-entropy.</summary>
internal static class RowsCommand
{
    public const string Name = "rows";

    private const string CrossEntropy = "SoftmaxCrossEntropy()";

    private static readonly (RowShape Shape, double Nanoseconds)[] s_goals =
        [(new(65_536, 10), 2), (new(4_096, 1_000), 0.9)];

    public static void Run(ReadOnlySpan<string> arguments)
    {
        string load = Processor.Load();
        string? file = Options.MarkdownFile(arguments);
        RowFamily family = new(RowShape.All);
        Compilation.Finish(family.SmallSubjects().SelectMany(OfGradient).Select(run => run.Contender));
        List<Measurement> measurements = [];
        foreach (Subject subject in family.Subjects(torch: null))
        {
            subject.Check();
            measurements.AddRange((subject with { Runs = [.. OfGradient(subject)] }).Measure());
        }

        string report = Report(new(measurements), load);
        Console.WriteLine(report);
        if (file is not null)
        {
            File.WriteAllText(file, report);
        }
    }

    private static IEnumerable<Run> OfGradient(Subject subject) =>
        subject.Runs.Where(run => run.Order == Order.Gradient);

    private static string Report(Comparison comparison, string load) => string.Join(Environment.NewLine,
    [
        "# Losses of rows, value and gradient",
        "",
        .. Machine.Describe().Select(line => $"- {line}"),
        $"- Load {load} before, {Processor.Load()} after",
        "",
        "ns per logit, floats, one thread, medians of timings that take turns, in time of the CPU; under the name of a",
        "peer, how many times as long as LossKit it takes.",
        "",
        .. s_goals.Select(goal => Goal(comparison, goal.Shape, goal.Nanoseconds)),
        "",
        .. comparison.Shapes.Select(shape => ComparisonReport.Table(comparison, shape)),
    ]);

    private static string Goal(Comparison comparison, RowShape shape, double goal)
    {
        Measurement measurement = comparison.Of(CrossEntropy, shape.ToString(), Order.Gradient)!;
        double actual = measurement.Nanoseconds / shape.Elements;
        double best = measurement.Best / shape.Elements;
        string verdict = actual <= goal ? "met"
            : Vector512.IsHardwareAccelerated ? "not met"
            : "not met, but meant for vectors of 512 bits";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"- `{CrossEntropy}`, {shape}: {actual:F2} ns (best {best:F2}), goal at most {goal} ns: {verdict}");
    }
}
