namespace LossKit;

/// <summary>A loss of two embeddings that looks at every number before it computes.</summary>
/// <inheritdoc cref="CheckedPairLoss{T}"/>
public sealed class CheckedMatchLoss<T> : IMatchLoss<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    internal CheckedMatchLoss(IMatchLoss<T> loss)
    {
        ArgumentNullException.ThrowIfNull(loss);
        Unchecked = loss;
    }

    /// <summary>The loss that does the computing.</summary>
    public IMatchLoss<T> Unchecked { get; }

    /// <inheritdoc/>
    public int Dimension => Unchecked.Dimension;

    /// <inheritdoc/>
    public int Losses(int items) => Unchecked.Losses(items);

    /// <inheritdoc/>
    public Cost Value(ReadOnlySpan<T> first, ReadOnlySpan<T> second, ReadOnlySpan<T> weights = default)
    {
        Check(first, second, weights);
        return Unchecked.Value(first, second, weights);
    }

    /// <inheritdoc/>
    public Cost PerExample(
        ReadOnlySpan<T> first, ReadOnlySpan<T> second, Span<T> losses, ReadOnlySpan<T> weights = default)
    {
        Check(first, second, weights);
        return Unchecked.PerExample(first, second, losses, weights);
    }

    /// <inheritdoc/>
    public Cost ValueAndGradient(
        ReadOnlySpan<T> first,
        ReadOnlySpan<T> second,
        Span<T> gradientFirst,
        Span<T> gradientSecond,
        ReadOnlySpan<T> weights = default,
        Reduction reduction = Reduction.Mean)
    {
        Check(first, second, weights);
        return Unchecked.ValueAndGradient(first, second, gradientFirst, gradientSecond, weights, reduction);
    }

    private void Check(ReadOnlySpan<T> first, ReadOnlySpan<T> second, ReadOnlySpan<T> weights)
    {
        int items = first.Length / Dimension;
        if (EntryChecks.AreRows(first, Dimension, second, items, default)
            && EntryChecks.AreForEach(weights, Losses(items)))
        {
            EntryChecks.Numbers(nameof(first), first, Domain.Reals, Dimension);
            EntryChecks.Numbers(nameof(second), second, Domain.Reals, Dimension);
            EntryChecks.Weights(weights);
        }
    }
}
