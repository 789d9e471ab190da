namespace LossKit;

/// <summary>A loss of a batch of embeddings with labels, each of whose rows is compared with all others.</summary>
/// <remarks>
/// Batches should hold several rows each of several labels: a row without another of its label teaches little. Weights
/// are one a row.
/// </remarks>
/// <inheritdoc cref="IBatchLoss{T, TBatch, TGradients}"/>
public abstract class LabelledLoss<T> : EmbeddingLoss<T, Labelled<T>, LabelledGradients<T>>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private protected LabelledLoss(int dimension) : base(dimension, "embeddings")
    {
    }

    private protected override string Weighted => "rows";

    private protected override bool HasLabels => true;

    private protected override int WeightsOf(in EmbeddingSides<T> sides) => sides.Labels.Length;

    private protected override EmbeddingSides<T> SidesOf(Labelled<T> batch) =>
        new() { First = batch.Embeddings, Labels = batch.Labels };

    private protected override SideGradients<T> GradientsOf(LabelledGradients<T> gradients) =>
        new() { First = gradients.Embeddings };
}
