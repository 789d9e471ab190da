namespace LossKit.Internals.Groups;

/// <summary>Takes the rows of a batch to a loss of groups.</summary>
internal sealed class GroupRowsKernel<T>(GroupKernel<T> kernel) : Kernel<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public override CompensatedSum Run(in Batch<T> batch, DerivativeOrder order, LaneWidth width) => kernel.Run(
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
            Scale = batch.Scale,
        },
        order,
        width);
}
