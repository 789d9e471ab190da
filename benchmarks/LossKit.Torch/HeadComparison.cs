using System.Diagnostics;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace LossKit.Torch;

/// <summary>
/// Cross-entropy of a linear layer, value and gradients of hidden states and weight: LossKit with scratch memory of
/// several sizes, and libtorch with the matrix of logits, and in chunks of rows.
/// </summary>
internal static class HeadComparison
{
    private const int Repetitions = 5;

    public static void Run(int rows, int dimension, int classes, int threads)
    {
        set_num_threads(threads);
        Random random = new(1);
        float[] hidden = Numbers(random, rows * dimension);
        float[] prototypes = Numbers(random, classes * dimension);
        int[] labels = [.. Enumerable.Range(0, rows).Select(_ => random.Next(classes))];
        float[] ofHidden = new float[hidden.Length];
        float[] ofPrototypes = new float[prototypes.Length];
        using Tensor h = tensor(hidden, [rows, dimension]).requires_grad_();
        using Tensor w = tensor(prototypes, [classes, dimension]).requires_grad_();
        using Tensor y = tensor(Array.ConvertAll(labels, label => (long)label));
        Console.WriteLine($"{rows} x {dimension} x {classes} floats, {threads} threads");
        double expected = 0;
        Report("torch, logits in memory", () => expected = Autograd(h, w, y));
        foreach (int chunk in (int[])[256, 64])
        {
            Report($"torch, chunks of {chunk} rows", () => Near(Chunked(h, w, y, chunk), expected));
        }

        LinearLoss<float> loss = Loss.LinearCrossEntropy<float>(classes, dimension).InParallel(threads);
        foreach (int scratch in (int[])[1 << 25, 1 << 24, (int)(0.02 * rows * classes * sizeof(float))])
        {
            LinearLoss<float> bounded = loss.WithScratch(scratch);
            Report($"LossKit, {scratch / 1048576.0:F1} MiB", () => Near(
                bounded.ValueAndGradient(
                    new() { Hidden = hidden, Prototypes = prototypes, Labels = labels },
                    new() { Hidden = ofHidden, Prototypes = ofPrototypes }).Mean,
                expected));
        }

        using Tensor gradient = h.grad!.cpu();
        for (int i = 0; i < hidden.Length; i += 997)
        {
            float of = gradient[i / dimension, i % dimension].item<float>();
            Near(ofHidden[i] * rows, of * rows);
        }
    }

    private static double Autograd(Tensor h, Tensor w, Tensor y)
    {
        using IDisposable scope = NewDisposeScope();
        h.grad?.zero_();
        w.grad?.zero_();
        Tensor loss = F.cross_entropy(h.matmul(w.t()), y);
        loss.backward();
        return loss.item<float>();
    }

    private static double Chunked(Tensor h, Tensor w, Tensor y, int chunk)
    {
        h.grad?.zero_();
        w.grad?.zero_();
        double sum = 0;
        long rows = h.shape[0];
        for (long first = 0; first < rows; first += chunk)
        {
            using IDisposable scope = NewDisposeScope();
            long count = Math.Min(chunk, rows - first);
            Tensor part = F.cross_entropy(h.narrow(0, first, count).matmul(w.t()), y.narrow(0, first, count));
            Tensor share = part * ((double)count / rows);
            share.backward();
            sum += share.item<float>();
        }

        return sum;
    }

    private static void Report(string who, Action call)
    {
        // What the first call takes and keeps for the next counts, too.
        NativeLibraries.Trim();
        GC.Collect();
        using Process process = Process.GetCurrentProcess();
        File.WriteAllText("/proc/self/clear_refs", "5");
        process.Refresh();
        long before = process.WorkingSet64;
        call();
        double best = double.PositiveInfinity;
        for (int k = 0; k < Repetitions; k++)
        {
            long start = Stopwatch.GetTimestamp();
            call();
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        process.Refresh();
        double extra = (process.PeakWorkingSet64 - before) / 1048576.0;
        Console.WriteLine($"  {who,-28} {best,8:F0} ms, {extra,6:F0} MiB more");
    }

    private static void Near(double actual, double expected)
    {
        if (Math.Abs(actual - expected) > 1e-4 * Math.Max(1, Math.Abs(expected)))
        {
            throw new InvalidOperationException($"{actual} instead of {expected}.");
        }
    }

    private static float[] Numbers(Random random, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() - 0.5f) * 0.2f)];
}
