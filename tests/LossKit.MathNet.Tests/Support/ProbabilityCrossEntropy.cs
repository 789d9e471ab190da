using System.Numerics;

namespace LossKit.MathNet.Tests.Support;

/// <summary>−log softmax(row) against the probabilities of a row: the plainest loss of rows, as a reference.</summary>
internal sealed class ProbabilityCrossEntropy<T>(int classes) : ISecondOrderLoss<T, T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public Shape Shape => new(classes, classes);

    public Cost Value(ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, ReadOnlySpan<T> weights = default) =>
        Run(predictions, targets, weights, default, default, default, Reduction.Mean);

    public Cost PerExample(
        ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, Span<T> losses, ReadOnlySpan<T> weights = default) =>
        losses.Length * classes == predictions.Length
            ? Run(predictions, targets, weights, losses, default, default, Reduction.Mean)
            : throw new ArgumentException("Expected one for each row.", nameof(losses));

    public Cost ValueAndGradient(
        ReadOnlySpan<T> predictions,
        ReadOnlySpan<T> targets,
        Span<T> gradient,
        ReadOnlySpan<T> weights = default,
        Reduction reduction = Reduction.Mean) =>
        Run(predictions, targets, weights, default, gradient, default, reduction);

    public Cost ValueGradientAndHessian(
        ReadOnlySpan<T> predictions,
        ReadOnlySpan<T> targets,
        Span<T> gradient,
        Span<T> hessian,
        ReadOnlySpan<T> weights = default,
        Reduction reduction = Reduction.Mean) =>
        Run(predictions, targets, weights, default, gradient, hessian, reduction);

    private Cost Run(
        ReadOnlySpan<T> predictions,
        ReadOnlySpan<T> targets,
        ReadOnlySpan<T> weights,
        Span<T> losses,
        Span<T> gradient,
        Span<T> hessian,
        Reduction reduction)
    {
        int rows = predictions.Length / classes;
        if (predictions.Length != rows * classes || targets.Length != predictions.Length)
        {
            throw new ArgumentException($"Expected rows of {classes} classes.", nameof(targets));
        }

        double sum = 0;
        double weight = 0;
        for (int row = 0; row < rows; row++)
        {
            ReadOnlySpan<T> logits = predictions.Slice(row * classes, classes);
            ReadOnlySpan<T> truth = targets.Slice(row * classes, classes);
            double normaliser = 0;
            double score = 0;
            for (int i = 0; i < classes; i++)
            {
                normaliser += Math.Exp(double.CreateTruncating(logits[i]));
                score += double.CreateTruncating(truth[i]) * double.CreateTruncating(logits[i]);
            }

            double w = weights.IsEmpty ? 1 : double.CreateTruncating(weights[row]);
            double loss = Math.Log(normaliser) - score;
            sum += w * loss;
            weight += w;
            if (!losses.IsEmpty)
            {
                losses[row] = T.CreateTruncating(loss);
            }

            // The gradient may be the predictions: an entry is read before its derivative takes its place.
            for (int i = 0; i < classes && !gradient.IsEmpty; i++)
            {
                double p = Math.Exp(double.CreateTruncating(logits[i])) / normaliser;
                double difference = p - double.CreateTruncating(truth[i]);
                gradient[row * classes + i] = T.CreateTruncating(w * difference);
                if (!hessian.IsEmpty)
                {
                    hessian[row * classes + i] = T.CreateTruncating(w * p * (1 - p));
                }
            }
        }

        T scale = reduction == Reduction.Sum ? T.One : T.CreateTruncating(1 / weight);
        Scale(gradient, scale);
        Scale(hessian, scale);
        return new(sum, weight, rows);
    }

    private static void Scale(Span<T> numbers, T scale)
    {
        foreach (ref T number in numbers)
        {
            number *= scale;
        }
    }
}
