namespace LossKit;

/// <summary>A loss of pairs of rows of one array: <see cref="PairLoss{T}.OfIndexedPairs"/>.</summary>
/// <inheritdoc cref="IndexedLoss{T, TBatch}"/>
public sealed class IndexedPairLoss<T> : IndexedLoss<T, IndexedPairs<T>> where T : unmanaged, IFloatingPointIeee754<T>
{
    internal IndexedPairLoss(PairLoss<T> pairs) : base(pairs, "first", "second")
    {
    }

    private protected override string Things => "pairs";

    private protected override RowIndices<T> IndicesOf(IndexedPairs<T> batch) => new()
    {
        Rows = batch.Embeddings,
        First = batch.First,
        Second = batch.Second,
        Targets = new() { Labels = batch.Labels, Targets = batch.Targets },
    };
}
