namespace LossKit;

/// <summary>A loss of triplets that looks at every number before it computes.</summary>
/// <inheritdoc cref="CheckedPairLoss{T}"/>
public sealed class CheckedTripletLoss<T> : ITripletLoss<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    internal CheckedTripletLoss(ITripletLoss<T> loss)
    {
        ArgumentNullException.ThrowIfNull(loss);
        Unchecked = loss;
    }

    /// <summary>The loss that does the computing.</summary>
    public ITripletLoss<T> Unchecked { get; }

    /// <inheritdoc/>
    public int Dimension => Unchecked.Dimension;

    /// <inheritdoc/>
    public Cost Value(
        ReadOnlySpan<T> anchors,
        ReadOnlySpan<T> positives,
        ReadOnlySpan<T> negatives,
        ReadOnlySpan<T> weights = default)
    {
        Check(anchors, positives, negatives, weights);
        return Unchecked.Value(anchors, positives, negatives, weights);
    }

    /// <inheritdoc/>
    public Cost PerExample(
        ReadOnlySpan<T> anchors,
        ReadOnlySpan<T> positives,
        ReadOnlySpan<T> negatives,
        Span<T> losses,
        ReadOnlySpan<T> weights = default)
    {
        Check(anchors, positives, negatives, weights);
        return Unchecked.PerExample(anchors, positives, negatives, losses, weights);
    }

    /// <inheritdoc/>
    public Cost ValueAndGradient(
        ReadOnlySpan<T> anchors,
        ReadOnlySpan<T> positives,
        ReadOnlySpan<T> negatives,
        Span<T> gradientAnchors,
        Span<T> gradientPositives,
        Span<T> gradientNegatives,
        ReadOnlySpan<T> weights = default,
        Reduction reduction = Reduction.Mean)
    {
        Check(anchors, positives, negatives, weights);
        return Unchecked.ValueAndGradient(
            anchors, positives, negatives, gradientAnchors, gradientPositives, gradientNegatives, weights, reduction);
    }

    private void Check(
        ReadOnlySpan<T> anchors, ReadOnlySpan<T> positives, ReadOnlySpan<T> negatives, ReadOnlySpan<T> weights)
    {
        int triplets = anchors.Length / Dimension;
        if (EntryChecks.AreRows(anchors, Dimension, positives, triplets, weights)
            && negatives.Length == anchors.Length)
        {
            EntryChecks.Numbers(nameof(anchors), anchors, Domain.Reals, Dimension);
            EntryChecks.Numbers(nameof(positives), positives, Domain.Reals, Dimension);
            EntryChecks.Numbers(nameof(negatives), negatives, Domain.Reals, Dimension);
            EntryChecks.Weights(weights);
        }
    }
}
