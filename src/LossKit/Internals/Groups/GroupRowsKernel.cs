namespace LossKit.Internals.Groups;

/// <summary>Takes the rows of a batch to a loss of groups, of which a part is their loss.</summary>
internal sealed class GroupRowsKernel<T>(GroupKernel<T> kernel, double part) : Kernel<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public override CompensatedSum Run(in Batch<T> batch, DerivativeOrder order, LaneWidth width)
    {
        T factor = T.CreateTruncating(part);
        CompensatedSum sum = kernel.Run(
            new()
            {
                Groups = LossKit.Groups.OfWidth(batch.Columns),
                Count = batch.Length,
                Predictions = batch.Predictions,
                Targets = batch.Targets,
                Weights = batch.Weights,
                Losses = batch.Losses,
                Gradient = batch.Gradient,
                Hessian = batch.Hessian,
                Scale = factor * batch.Scale,
            },
            order,
            width);
        Spans.Scale(batch.Losses, factor);
        return new(part * sum.Sum, part * sum.Error);
    }
}
