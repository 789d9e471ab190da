using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace LossKit.Torch;

/// <summary>CTC of logits, value and gradient: LossKit, and libtorch's log-softmax, loss and backward pass.</summary>
internal static class CtcComparison
{
    public static double Run(int sequences, int frames, int classes, int labels, int threads)
    {
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
        return Turns.Compare(
            $"CTC {sequences} × {frames} × {classes}, {labels} labels",
            threads,
            x,
            gradient,
            () => F.ctc_loss(F.log_softmax(x, 2), y, ofInputs, ofTargets, reduction: nn.Reduction.Sum) / sequences,
            () => loss.ValueAndGradient(
                new() { Logits = logits, InputLengths = inputLengths, Labels = targets, TargetLengths = targetLengths },
                new() { Logits = gradient }).Mean,
            isTransposed: true,
            tolerance: 0.01); // libtorch adds up the logarithms of a sequence in floats.
    }
}
