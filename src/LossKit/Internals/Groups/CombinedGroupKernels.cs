namespace LossKit.Internals.Groups;

/// <summary>A kernel whose losses count a positive factor.</summary>
internal sealed class ScaledGroupKernel<T>(GroupKernel<T> kernel, double factor) : GroupKernel<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly T _factor = T.CreateTruncating(factor);

    public override CompensatedSum Run(in GroupBatch<T> batch, DerivativeOrder order, LaneWidth width)
    {
        CompensatedSum sum = kernel.Run(batch with { Scale = _factor * batch.Scale }, order, width);
        Spans.Scale(batch.Losses, _factor);
        return double.CreateTruncating(_factor) * sum;
    }
}

/// <summary>The sum of two kernels.</summary>
internal sealed class SumGroupKernel<T>(GroupKernel<T> first, GroupKernel<T> second) : GroupKernel<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    // The second part writes to the outputs, because one of them may be the input that it reads.
    public override CompensatedSum Run(in GroupBatch<T> batch, DerivativeOrder order, LaneWidth width)
    {
        using Rented<T> losses = new(batch.Losses.Length);
        using Rented<T> gradient = new(batch.Gradient.Length);
        using Rented<T> hessian = new(batch.Hessian.Length);
        GroupBatch<T> apart = batch with { Losses = losses.Span, Gradient = gradient.Span, Hessian = hessian.Span };
        CompensatedSum sum = first.Run(apart, order, width) + second.Run(batch, order, width);
        Spans.Add<T>(batch.Losses, losses.Span);
        Spans.Add<T>(batch.Gradient, gradient.Span);
        Spans.Add<T>(batch.Hessian, hessian.Span);
        return sum;
    }
}
