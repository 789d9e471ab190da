using System.Numerics;

namespace LossKit.MathNet.Tests.Support;

/// <summary>−log softmax(row) at a label.</summary>
internal sealed class SoftmaxCrossEntropy<T>(int classes) : ISecondOrderLoss<T, int>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly ProbabilityCrossEntropy<T> _loss = new(classes);

    public Cost Value(ReadOnlySpan<T> predictions, ReadOnlySpan<int> targets, ReadOnlySpan<T> weights = default) =>
        _loss.Value(predictions, OneHot(targets), weights);

    public Cost PerExample(
        ReadOnlySpan<T> predictions, ReadOnlySpan<int> targets, Span<T> losses, ReadOnlySpan<T> weights = default) =>
        _loss.PerExample(predictions, OneHot(targets), losses, weights);

    public Cost ValueAndGradient(
        ReadOnlySpan<T> predictions,
        ReadOnlySpan<int> targets,
        Span<T> gradient,
        ReadOnlySpan<T> weights = default,
        Reduction reduction = Reduction.Mean) =>
        _loss.ValueAndGradient(predictions, OneHot(targets), gradient, weights, reduction);

    public Cost ValueGradientAndHessian(
        ReadOnlySpan<T> predictions,
        ReadOnlySpan<int> targets,
        Span<T> gradient,
        Span<T> hessian,
        ReadOnlySpan<T> weights = default,
        Reduction reduction = Reduction.Mean) =>
        _loss.ValueGradientAndHessian(predictions, OneHot(targets), gradient, hessian, weights, reduction);

    private T[] OneHot(ReadOnlySpan<int> labels)
    {
        T[] probabilities = new T[labels.Length * classes];
        for (int row = 0; row < labels.Length; row++)
        {
            probabilities[row * classes + labels[row]] = T.One;
        }

        return probabilities;
    }
}
