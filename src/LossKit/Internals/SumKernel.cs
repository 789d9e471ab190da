namespace LossKit.Internals;

/// <summary>The sum of two kernels, block by block: a block is read from memory once and stays in L1.</summary>
/// <remarks>
/// Fused into one loop, deep sums outgrow what the JIT compiler is willing to inline and to keep in registers; block by
/// block a sum costs its parts at any depth.
/// </remarks>
internal sealed class SumKernel<T>(Kernel<T> first, Kernel<T> second) : Kernel<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int Block = 1024;

    /// <summary>How many examples make a block.</summary>
    public static int MostExamples(in Batch<T> batch) => Math.Max(1, Block / batch.Columns);

    public override int NumbersOfExample(in Batch<T> batch) =>
        Math.Max(first.NumbersOfExample(batch), second.NumbersOfExample(batch));

    [MethodImpl(MethodImplOptions.NoInlining)]
    public override CompensatedSum Run(in Batch<T> batch, DerivativeOrder order, LaneWidth width)
    {
        CompensatedSum sum = default;
        int most = MostExamples(batch);
        for (int start = 0, length = batch.Length; start < length; start += most)
        {
            sum += RunBlock(batch.Slice(start, Math.Min(most, length - start)), order, width);
        }

        return sum;
    }

    // The second part writes to the outputs, because one of them may be the input that it reads.
    [SkipLocalsInit]
    private CompensatedSum RunBlock(in Batch<T> batch, DerivativeOrder order, LaneWidth width)
    {
        int all = batch.Losses.Length + batch.Gradient.Length + batch.Hessian.Length;
        using Rented<T> rented = new(all > 3 * Block ? all : 0);
        Span<T> numbers = all > 3 * Block ? rented.Span : stackalloc T[all];
        Span<T> losses = Spans.Next(ref numbers, batch.Losses.Length);
        Span<T> gradient = Spans.Next(ref numbers, batch.Gradient.Length);
        Span<T> hessian = Spans.Next(ref numbers, batch.Hessian.Length);
        CompensatedSum sum =
            first.Run(batch with { Losses = losses, Gradient = gradient, Hessian = hessian }, order, width)
            + second.Run(batch, order, width);
        Spans.Add<T>(batch.Losses, losses);
        Add(batch, batch.Gradient, gradient);
        Add(batch, batch.Hessian, hessian);
        return sum;
    }

    /// <summary>Adds numbers of the block only: what lies between its columns is of others.</summary>
    private static void Add(in Batch<T> batch, Span<T> derivatives, ReadOnlySpan<T> others)
    {
        if (batch.Pitch == 0)
        {
            Spans.Add(derivatives, others);
            return;
        }

        for (int start = 0; start < derivatives.Length; start += batch.Pitch)
        {
            Spans.Add(derivatives.Slice(start, batch.Length), others.Slice(start, batch.Length));
        }
    }
}
