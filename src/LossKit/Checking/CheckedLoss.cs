using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Numerics;

namespace LossKit;

/// <summary>
/// A loss that looks at every number before it computes: the first prediction or target outside the domains of
/// <see cref="LossFacts"/>, or weight that is negative or not finite, is an error that names it, instead of a NaN or a
/// wrong sum in the end. <see cref="PointwiseLoss{T}.Checked"/> makes it.
/// </summary>
/// <remarks>
/// For debugging and for data of unknown quality: it reads everything once more. Nothing is written if anything is
/// wrong, entries of weight 0 included. Spans of different lengths are reported as by the loss itself.
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class CheckedLoss<T> : ISecondOrderLoss<T, T> where T : unmanaged, IFloatingPointIeee754<T>
{
    internal CheckedLoss(PointwiseLoss<T> loss) => Unchecked = loss;

    /// <summary>The loss that does the computing.</summary>
    public PointwiseLoss<T> Unchecked { get; }

    /// <inheritdoc/>
    public Cost Value(ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, ReadOnlySpan<T> weights = default)
    {
        Check(predictions, targets, weights);
        return Unchecked.Value(predictions, targets, weights);
    }

    /// <inheritdoc/>
    public Cost PerExample(
        ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, Span<T> losses, ReadOnlySpan<T> weights = default)
    {
        Check(predictions, targets, weights);
        return Unchecked.PerExample(predictions, targets, losses, weights);
    }

    /// <inheritdoc/>
    public Cost ValueAndGradient(
        ReadOnlySpan<T> predictions,
        ReadOnlySpan<T> targets,
        Span<T> gradient,
        ReadOnlySpan<T> weights = default,
        Reduction reduction = Reduction.Mean)
    {
        Check(predictions, targets, weights);
        return Unchecked.ValueAndGradient(predictions, targets, gradient, weights, reduction);
    }

    /// <inheritdoc/>
    public Cost ValueGradientAndHessian(
        ReadOnlySpan<T> predictions,
        ReadOnlySpan<T> targets,
        Span<T> gradient,
        Span<T> hessian,
        ReadOnlySpan<T> weights = default,
        Reduction reduction = Reduction.Mean)
    {
        Check(predictions, targets, weights);
        return Unchecked.ValueGradientAndHessian(predictions, targets, gradient, hessian, weights, reduction);
    }

    private void Check(ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, ReadOnlySpan<T> weights)
    {
        // Lengths that differ are for the loss to report: an entry is meaningless before they agree.
        if (targets.Length == predictions.Length && (weights.IsEmpty || weights.Length == predictions.Length))
        {
            Check(nameof(predictions), predictions, Unchecked.Facts.Predictions);
            Check(nameof(targets), targets, Unchecked.Facts.Targets);
            Check(nameof(weights), weights, Domain.NotNegative);
        }
    }

    private static void Check(string name, ReadOnlySpan<T> numbers, Domain domain)
    {
        for (int i = 0; i < numbers.Length; i++)
        {
            if (!domain.Contains(double.CreateTruncating(numbers[i])))
            {
                Throw(name, i, numbers[i], domain);
            }
        }
    }

    [DoesNotReturn]
    private static void Throw(string name, int index, T number, Domain domain) => throw new ArgumentException(
        string.Create(CultureInfo.InvariantCulture, $"{name}[{index}] is {number}: must be {domain.Description}."),
        name);
}
