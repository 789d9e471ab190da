namespace LossKit;

/// <summary>A loss of two views of the same items: row i of the second matches row i of the first.</summary>
/// <inheritdoc cref="IBatchLoss{T, TBatch, TGradients}"/>
public abstract class ViewsLoss<T> : EmbeddingLoss<T, Views<T>, ViewGradients<T>>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private protected ViewsLoss(int dimension) : base(dimension, "first", "second")
    {
    }

    private protected override bool HasLabels => false;

    private protected override EmbeddingSides<T> SidesOf(Views<T> batch) =>
        new() { First = batch.First, Second = batch.Second, Scale = batch.Scale };

    private protected override SideGradients<T> GradientsOf(ViewGradients<T> gradients) =>
        new() { First = gradients.First, Second = gradients.Second, OfScale = gradients.Scale };
}
