using System.Diagnostics;
using System.Globalization;
using LossKit.Benchmarks.Reporting;

namespace LossKit.Benchmarks.Threads;

/// <summary>What a second thread gains, in time on the wall: value and gradient of large batches.</summary>
internal static class ThreadsCommand
{
    public const string Name = "threads";

    private const int Degree = 2;
    private const int Elements = 10_000_019;
    private const int Rounds = 31;

    public static void Run(ReadOnlySpan<string> arguments)
    {
        string load = Processor.Load();
        string? file = Options.MarkdownFile(arguments);
        Random random = new(20260101);
        float[] predictions = [.. Enumerable.Range(0, Elements).Select(_ => 4 * random.NextSingle() - 2)];
        float[] targets = [.. Enumerable.Range(0, Elements).Select(i => (float)(i % 2))];
        float[] gradient = new float[Elements];
        string report = Report(load,
        [
            Pointwise("SquaredError()", Loss.SquaredError<float>()),
            Pointwise("Huber()", Loss.Huber<float>()),
            Pointwise("BinaryCrossEntropyLogits()", Loss.BinaryCrossEntropyLogits<float>()),
            Pointwise("BinaryFocalLogits(1.5)", Loss.BinaryFocalLogits<float>(1.5)),
            Pointwise("LogCosh()", Loss.LogCosh<float>()),
            Pointwise("StudentT(3)", Loss.StudentTNegativeLogLikelihood<float>(3)),
            Rows(10),
            Rows(1000),
        ]);
        Console.WriteLine(report);
        if (file is not null)
        {
            File.WriteAllText(file, report);
        }

        string[] Pointwise(string call, PointwiseLoss<float> loss)
        {
            PointwiseLoss<float> parallel = loss.InParallel(Degree);
            return Row(
                call,
                () => loss.ValueAndGradient(predictions, targets, gradient),
                () => parallel.ValueAndGradient(predictions, targets, gradient));
        }

        string[] Rows(int classes)
        {
            int rows = Elements / classes;
            int[] labels = [.. Enumerable.Range(0, rows).Select(row => row % classes)];
            Memory<float> logits = predictions.AsMemory(0, rows * classes);
            Memory<float> ofLogits = gradient.AsMemory(0, rows * classes);
            RowLoss<float, int> loss = Loss.SoftmaxCrossEntropy<float>(classes);
            RowLoss<float, int> parallel = loss.InParallel(Degree);
            return Row(
                string.Create(CultureInfo.InvariantCulture, $"SoftmaxCrossEntropy(), {rows:N0} × {classes:N0}"),
                () => loss.ValueAndGradient(logits.Span, labels, ofLogits.Span),
                () => parallel.ValueAndGradient(logits.Span, labels, ofLogits.Span));
        }
    }

    private static string[] Row(string call, Func<Cost> one, Func<Cost> several)
    {
        double[] ofOne = new double[Rounds];
        double[] ofSeveral = new double[Rounds];
        for (int round = -3; round < Rounds; round++)
        {
            double first = Milliseconds(one);
            double second = Milliseconds(several);
            if (round >= 0)
            {
                ofOne[round] = first;
                ofSeveral[round] = second;
            }
        }

        Array.Sort(ofOne);
        Array.Sort(ofSeveral);
        double median = ofOne[Rounds / 2];
        double parallel = ofSeveral[Rounds / 2];
        return [$"`{call}`", Format(median), Format(parallel), Format(median / parallel)];
    }

    private static double Milliseconds(Func<Cost> call)
    {
        long start = Stopwatch.GetTimestamp();
        call();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private static string Report(string load, IEnumerable<string[]> rows) => string.Join(Environment.NewLine,
    [
        "# Two threads, value and gradient",
        "",
        .. Machine.Describe().Select(line => $"- {line}"),
        $"- Load {load} before, {Processor.Load()} after",
        "",
        string.Create(CultureInfo.InvariantCulture, $"{Elements:N0} floats, medians of {Rounds} timings that take turns, ")
        + "in ms on the wall. The results are the same to the last bit.",
        "",
        MarkdownTable.Write([["loss", "one thread", "two threads", "gain"], .. rows]),
    ]);

    private static string Format(double number) => number.ToString("F2", CultureInfo.InvariantCulture);
}
