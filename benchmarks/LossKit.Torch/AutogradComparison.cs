using System.Diagnostics;
using System.Globalization;
using LossKit.TorchSharp;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace LossKit.Torch;

/// <summary>
/// What a loss takes in TorchSharp, forward and backward: torch's own, LossKit's as a loss of TorchSharp, and LossKit's
/// value and gradient alone.
/// </summary>
internal static class AutogradComparison
{
    private const int Rounds = 15;

    public static void Run(int threads)
    {
        set_num_threads(threads);
        Console.WriteLine("The shortest of 15 timings in turns, forward and backward, each of some 20 ms.");
        Console.WriteLine();
        Console.WriteLine(
            "| loss, value and gradient, floats | threads | torch µs | LossKit.TorchSharp µs | LossKit alone µs |");
        Console.WriteLine("| --- | ---: | ---: | ---: | ---: |");
        Binary(1_000, threads);
        Binary(65_536, threads);
        Classes(4_096, 100, threads);
    }

    private static void Binary(int count, int threads)
    {
        Random random = new(1);
        float[] logits = [.. Enumerable.Range(0, count).Select(_ => 8 * random.NextSingle() - 4)];
        float[] targets = [.. logits.Select(_ => (float)random.Next(2))];
        float[] gradient = new float[count];
        using Tensor x = tensor(logits).requires_grad_();
        using Tensor y = tensor(targets);
        PointwiseLoss<float> loss = Loss.BinaryCrossEntropyLogits<float>().InParallel(threads);
        using TensorLoss<float, float> own = loss.ToTorch();
        Compare(
            $"`BinaryCrossEntropyLogits` × {count:N0}",
            threads,
            x,
            () => F.binary_cross_entropy_with_logits(x, y),
            () => own.forward(x, y),
            () => loss.ValueAndGradient(logits, targets, gradient));
    }

    private static void Classes(int rows, int classes, int threads)
    {
        Random random = new(2);
        float[] logits = [.. Enumerable.Range(0, rows * classes).Select(_ => 8 * random.NextSingle() - 4)];
        int[] labels = [.. Enumerable.Range(0, rows).Select(_ => random.Next(classes))];
        float[] gradient = new float[logits.Length];
        using Tensor x = tensor(logits, [rows, classes]).requires_grad_();
        using Tensor y = tensor(Array.ConvertAll(labels, label => (long)label));
        CategoricalLoss<float> loss = Loss.SoftmaxCrossEntropy<float>(classes).InParallel(threads);
        using TensorLoss<float, int> own = loss.ToTorch();
        Compare(
            $"`SoftmaxCrossEntropy` × {rows:N0} × {classes}",
            threads,
            x,
            () => F.cross_entropy(x, y),
            () => own.forward(x, y),
            () => loss.ValueAndGradient(logits, labels, gradient));
    }

    private static void Compare(
        string call, int threads, Tensor x, Func<Tensor> torchLoss, Func<Tensor> ownLoss, Action alone)
    {
        Action[] all = [() => Backward(x, torchLoss), () => Backward(x, ownLoss), alone];
        double[] best = [.. all.Select(_ => double.PositiveInfinity)];
        int[] calls = new int[all.Length];
        for (int round = -3; round < Rounds; round++)
        {
            for (int k = 0; k < all.Length; k++)
            {
                long start = Stopwatch.GetTimestamp();
                int times = 0;
                do
                {
                    all[k]();
                    times++;
                }
                while (round < 0 ? Stopwatch.GetElapsedTime(start).TotalMilliseconds < 100 : times < calls[k]);
                double each = Stopwatch.GetElapsedTime(start).TotalMicroseconds / times;
                calls[k] = Math.Max(1, (int)(20_000 / each));
                best[k] = round < 0 ? best[k] : Math.Min(best[k], each);
            }
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {call} | {threads} | {best[0]:F1} | {best[1]:F1} | {best[2]:F1} |"));
    }

    private static void Backward(Tensor x, Func<Tensor> loss)
    {
        using DisposeScope scope = NewDisposeScope();
        _ = autograd.grad([loss()], [x]);
    }
}
