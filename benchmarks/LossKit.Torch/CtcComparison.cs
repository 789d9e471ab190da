using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace LossKit.Torch;

/// <summary>CTC of logits, value and gradient: LossKit, and libtorch's log-softmax, loss and backward pass.</summary>
internal static class CtcComparison
{
    public static void Run(int sequences, int frames, int classes, int labels, int threads)
    {
        set_num_threads(threads);
        Random random = new(1);
        float[] logits =
            [.. Enumerable.Range(0, sequences * frames * classes).Select(_ => 8 * random.NextSingle() - 4)];
        int[] targets = [.. Enumerable.Range(0, sequences * labels).Select(_ => random.Next(1, classes))];
        int[] inputLengths = [.. Enumerable.Repeat(frames, sequences)];
        int[] targetLengths = [.. Enumerable.Repeat(labels, sequences)];
        float[] gradient = new float[logits.Length];

        // Frames first, as libtorch has them.
        using Tensor x = tensor(logits, [sequences, frames, classes]).transpose(0, 1).contiguous().requires_grad_();
        using Tensor y = tensor(Array.ConvertAll(targets, label => (long)label), [sequences, labels]);
        using Tensor ofInputs = tensor(Array.ConvertAll(inputLengths, length => (long)length));
        using Tensor ofTargets = tensor(Array.ConvertAll(targetLengths, length => (long)length));
        LatticeLoss<float> loss = Loss.Ctc<float>(classes).InParallel(threads);
        double torchLoss = 0;
        double ownLoss = 0;
        (double torchTime, double ownTime) = Turns.Best(
            () => torchLoss = Autograd(),
            () => ownLoss = loss.ValueAndGradient(
                new() { Logits = logits, InputLengths = inputLengths, Labels = targets, TargetLengths = targetLengths },
                new() { Logits = gradient }).Mean);
        Console.WriteLine(
            $"{sequences} x {frames} x {classes}, {labels} labels, {threads} threads: torch {torchTime:F1} ms, "
            + $"LossKit {ownTime:F1} ms, {ownTime / torchTime:F2} of it; {torchLoss:R} and {ownLoss:R}");

        double Autograd()
        {
            using IDisposable scope = NewDisposeScope();
            x.grad?.zero_();
            Tensor sum = F.ctc_loss(
                F.log_softmax(x, 2), y, ofInputs, ofTargets, reduction: nn.Reduction.Sum) / sequences;
            sum.backward();
            return sum.item<float>();
        }
    }
}
