using System.Numerics;
using LossKit.Costs;
using LossKit.Lanes;

namespace LossKit.Kernels;

/// <summary>A kernel whose losses count a positive factor.</summary>
internal sealed class ScaledKernel<T>(PointwiseKernel<T> kernel, double factor) : PointwiseKernel<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly T _factor = T.CreateTruncating(factor);

    public override CompensatedSum Run(in PointwiseBatch<T> batch, DerivativeOrder order, LaneWidth width)
    {
        CompensatedSum sum = kernel.Run(batch with { Scale = _factor * batch.Scale }, order, width);
        Spans.Scale(batch.Losses, _factor);
        double scale = double.CreateTruncating(_factor);
        return new(scale * sum.Sum, scale * sum.Error);
    }
}
