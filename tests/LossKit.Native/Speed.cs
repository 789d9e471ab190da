using System.Globalization;
using LossKit.Benchmarks;
using LossKit.Benchmarks.Reporting;
using LossKit.Benchmarks.Timing;

namespace LossKit.Native;

/// <summary>Times value and gradient of ten losses, for builds to be compared that run one after the other.</summary>
internal static class Speed
{
    // Two arrays that are read and one that is written, in the second cache.
    private const int Elements = 65_536;
    private const int Classes = 1024;
    private const int Dimension = 128;

    private static readonly float[] s_predictions = new float[Elements];
    private static readonly float[] s_targets = new float[Elements];
    private static readonly float[] s_gradient = new float[Elements];
    private static readonly int[] s_labels = [.. Enumerable.Range(0, Elements / Classes).Select(i => 17 * i % Classes)];

    public static void Print(TextWriter output)
    {
        BenchmarkData.Fill<float>(s_predictions, s_targets);
        (string Name, Local Contender)[] all =
        [
            OfExamples(Loss.SquaredError<float>(), s_targets),
            OfExamples(Loss.Huber<float>(1), s_targets),
            OfExamples(Loss.Quantile<float>(0.9), s_targets),
            OfExamples(Loss.LogCosh<float>(), s_targets),
            OfExamples(Loss.Poisson<float>(), s_targets),
            OfExamples(Loss.BinaryCrossEntropyLogits<float>(), s_targets),
            OfExamples(Loss.BinaryFocalLogits<float>(), s_targets),
            OfExamples(Loss.NormalNll<float>(), s_targets[..(Elements / 2)]),
            OfExamples(Loss.SoftmaxCrossEntropy<float>(Classes), s_labels),
            OfRetrieval(),
        ];
        Local[] contenders = [.. all.Select(one => one.Contender)];
        Compilation.Finish(contenders);
        (double Median, double Best)[] times = Interleaved.Measure(contenders, Interleaved.Rounds(Elements));
        output.WriteLine(string.Join('\n', Processor.Describe()));
        output.WriteLine();
        output.Write(MarkdownTable.Write(
        [
            ["loss, value and gradient", "ns per number, median", "best"],
            .. all.Zip(times, (one, time) => (string[])[one.Name, PerElement(time.Median), PerElement(time.Best)]),
        ]));
    }

    private static string PerElement(double nanoseconds) =>
        (nanoseconds / Elements).ToString("F3", CultureInfo.InvariantCulture);

    private static (string Name, Local Contender) OfExamples<TTarget>(ILoss<float, TTarget> loss, TTarget[] targets)
        where TTarget : unmanaged =>
        ($"`{loss}`", new(() => loss.ValueAndGradient(s_predictions, targets, s_gradient).Mean));

    private static (string Name, Local Contender) OfRetrieval()
    {
        MatchLoss<float> loss = Loss.InfoNce<float>(Dimension);
        float[] gradientOfSecond = new float[Elements];
        return ($"`{loss}`", new(() => loss.ValueAndGradient(
            new() { First = s_predictions, Second = s_targets },
            new() { First = s_gradient, Second = gradientOfSecond }).Mean));
    }
}
