namespace LossKit.Internals;

/// <summary>A kernel whose losses count a positive factor: sums and derivatives are scaled anyway.</summary>
internal sealed class ScaledKernel<T>(Kernel<T> kernel, double factor) : Kernel<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly T _factor = T.CreateTruncating(factor);

    public override bool IsByLabel => kernel.IsByLabel;

    public override int NumbersOfExample(in Batch<T> batch) => kernel.NumbersOfExample(batch);

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
        int most = SumKernel<T>.MostExamples(batch);
        for (int start = 0; start < batch.Losses.Length; start += most)
        {
            Batch<T> block = scaled.Slice(start, Math.Min(most, batch.Losses.Length - start));
            sum += kernel.Run(block, order, width);
            Spans.Scale(block.Losses, _factor);
        }

        return double.CreateTruncating(_factor) * sum;
    }
}
