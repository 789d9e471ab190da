namespace LossKit.Internals.Pointwise;

/// <summary>A kernel whose losses count a positive factor: sums and derivatives are scaled anyway.</summary>
internal sealed class ScaledKernel<T>(PointwiseKernel<T> kernel, double factor) : PointwiseKernel<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int Block = 1024;

    private readonly T _factor = T.CreateTruncating(factor);

    [MethodImpl(MethodImplOptions.NoInlining)]
    public override CompensatedSum Run(in Batch<T> batch, DerivativeOrder order, LaneWidth width)
    {
        Batch<T> scaled = batch with { Scale = _factor * batch.Scale };
        CompensatedSum sum = default;
        if (batch.Losses.IsEmpty)
        {
            sum = kernel.Run(scaled, order, width);
        }

        // Losses are read again: in blocks that stay in L1.
        for (int start = 0; start < batch.Losses.Length; start += Block)
        {
            Batch<T> block = scaled.Slice(start, Math.Min(Block, batch.Predictions.Length - start));
            sum += kernel.Run(block, order, width);
            Spans.Scale(block.Losses, _factor);
        }

        double scale = double.CreateTruncating(_factor);
        return new(scale * sum.Sum, scale * sum.Error);
    }
}
