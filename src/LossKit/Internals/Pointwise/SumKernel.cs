namespace LossKit.Internals.Pointwise;

/// <summary>The sum of two kernels, block by block: a block is read from memory once and stays in L1.</summary>
/// <remarks>
/// Fused into one loop, deep sums outgrow what the JIT compiler is willing to inline and to keep in registers; block by
/// block a sum costs its parts at any depth.
/// </remarks>
internal sealed class SumKernel<T>(PointwiseKernel<T> first, PointwiseKernel<T> second) : PointwiseKernel<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int Block = 1024;

    [MethodImpl(MethodImplOptions.NoInlining)]
    public override CompensatedSum Run(in Batch<T> batch, DerivativeOrder order, LaneWidth width)
    {
        CompensatedSum sum = default;
        for (int start = 0; start < batch.Predictions.Length; start += Block)
        {
            sum += RunBlock(batch.Slice(start, Math.Min(Block, batch.Predictions.Length - start)), order, width);
        }

        return sum;
    }

    // The second part writes to the outputs, because one of them may be the input that it reads.
    [SkipLocalsInit]
    private CompensatedSum RunBlock(in Batch<T> batch, DerivativeOrder order, LaneWidth width)
    {
        Span<T> losses = stackalloc T[batch.Losses.Length];
        Span<T> gradient = stackalloc T[batch.Gradient.Length];
        Span<T> hessian = stackalloc T[batch.Hessian.Length];
        CompensatedSum sum =
            first.Run(batch with { Losses = losses, Gradient = gradient, Hessian = hessian }, order, width)
            + second.Run(batch, order, width);
        Spans.Add<T>(batch.Losses, losses);
        Spans.Add<T>(batch.Gradient, gradient);
        Spans.Add<T>(batch.Hessian, hessian);
        return sum;
    }
}
