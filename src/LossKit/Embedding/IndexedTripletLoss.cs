namespace LossKit;

/// <summary>A loss of triplets of rows of one array: <see cref="TripletLoss{T}.OfIndexedTriplets"/>.</summary>
/// <inheritdoc cref="IndexedLoss{T, TBatch}"/>
public sealed class IndexedTripletLoss<T> : IndexedLoss<T, IndexedTriplets<T>>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    internal IndexedTripletLoss(TripletLoss<T> triplets) : base(triplets, "anchors", "positives", "negatives")
    {
    }

    private protected override string Things => "triplets";

    /// <param name="batch">The triplets.</param>
    /// <param name="gradients">Receives the gradient.</param>
    /// <param name="triplets">How many triplets there were, and how many of them cost something.</param>
    /// <param name="weights">What each triplet counts; none means 1 each.</param>
    /// <param name="reduction">Whether the gradient is that of the mean or of the sum.</param>
    /// <inheritdoc cref="IBatchLoss{T, TBatch, TGradients}.ValueAndGradient"/>
    public Cost ValueAndGradient(
        IndexedTriplets<T> batch,
        IndexedGradients<T> gradients,
        out TripletCount triplets,
        ReadOnlySpan<T> weights = default,
        Reduction reduction = Reduction.Mean)
    {
        CheckInputs(batch, weights);
        CheckGradients(batch, gradients, weights);
        return Run(batch, weights, default, gradients, reduction, counts: true, out triplets);
    }

    private protected override RowIndices<T> IndicesOf(IndexedTriplets<T> batch) => new()
    {
        Rows = batch.Embeddings,
        First = batch.Anchors,
        Second = batch.Positives,
        Third = batch.Negatives,
    };
}
