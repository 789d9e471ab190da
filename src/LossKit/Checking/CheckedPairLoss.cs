namespace LossKit;

/// <summary>A loss of pairs that looks at every number before it computes.</summary>
/// <remarks>
/// The first number that is not finite, or weight that is negative or not finite, is an error that names its argument,
/// index and row; nothing is written then. Spans of lengths that do not fit, and labels, are checked by the loss itself.
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class CheckedPairLoss<T> : IPairLoss<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    internal CheckedPairLoss(IPairLoss<T> loss)
    {
        ArgumentNullException.ThrowIfNull(loss);
        Unchecked = loss;
    }

    /// <summary>The loss that does the computing.</summary>
    public IPairLoss<T> Unchecked { get; }

    /// <inheritdoc/>
    public int Dimension => Unchecked.Dimension;

    /// <inheritdoc/>
    public Cost Value(
        ReadOnlySpan<T> first, ReadOnlySpan<T> second, ReadOnlySpan<int> labels, ReadOnlySpan<T> weights = default)
    {
        Check(first, second, labels, weights);
        return Unchecked.Value(first, second, labels, weights);
    }

    /// <inheritdoc/>
    public Cost PerExample(
        ReadOnlySpan<T> first,
        ReadOnlySpan<T> second,
        ReadOnlySpan<int> labels,
        Span<T> losses,
        ReadOnlySpan<T> weights = default)
    {
        Check(first, second, labels, weights);
        return Unchecked.PerExample(first, second, labels, losses, weights);
    }

    /// <inheritdoc/>
    public Cost ValueAndGradient(
        ReadOnlySpan<T> first,
        ReadOnlySpan<T> second,
        ReadOnlySpan<int> labels,
        Span<T> gradientFirst,
        Span<T> gradientSecond,
        ReadOnlySpan<T> weights = default,
        Reduction reduction = Reduction.Mean)
    {
        Check(first, second, labels, weights);
        return Unchecked.ValueAndGradient(first, second, labels, gradientFirst, gradientSecond, weights, reduction);
    }

    private void Check(
        ReadOnlySpan<T> first, ReadOnlySpan<T> second, ReadOnlySpan<int> labels, ReadOnlySpan<T> weights)
    {
        if (EntryChecks.AreRows(first, Dimension, second, labels.Length, weights))
        {
            EntryChecks.Numbers(nameof(first), first, Domain.Reals, Dimension);
            EntryChecks.Numbers(nameof(second), second, Domain.Reals, Dimension);
            EntryChecks.Weights(weights);
        }
    }
}
