namespace LossKit.Internals.Pointwise;

/// <summary>
/// A loss with different factors above and below the link of the target, block by block: the excess over the loss that
/// is least is priced.
/// </summary>
/// <remarks>
/// Fused into one loop, a formula and its derivatives, the same formula at the target and the link would exceed what
/// the JIT compiler inlines. In blocks that stay in L1 they cost their sum.
/// </remarks>
internal sealed class AsymmetricKernel<T>(
    Kernel<T> formula, Link link, double atTarget, double over, double under) : Kernel<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int BlockBytes = 4096;

    private static readonly FormulaKernel<T, Itself> s_sum = new(default);

    private readonly T _over = T.CreateTruncating(over);
    private readonly T _under = T.CreateTruncating(under);

    [MethodImpl(MethodImplOptions.NoInlining)]
    public override CompensatedSum Run(in Batch<T> batch, DerivativeOrder order, LaneWidth width)
    {
        CompensatedSum sum = default;
        int block = BlockBytes / Unsafe.SizeOf<T>();
        for (int start = 0; start < batch.Predictions.Length; start += block)
        {
            sum += RunBlock(batch.Slice(start, Math.Min(block, batch.Predictions.Length - start)), order, width);
        }

        return sum;
    }

    // Outputs are written last, because each may be an input.
    [SkipLocalsInit]
    private CompensatedSum RunBlock(in Batch<T> batch, DerivativeOrder order, LaneWidth width)
    {
        // Whole registers, so that no loop has a rest; what is behind the block is computed with, but not kept.
        int length = batch.Predictions.Length;
        int whole = (length + Vector<T>.Count - 1) / Vector<T>.Count * Vector<T>.Count;
        Span<T> factors = stackalloc T[whole];
        Span<T> least = stackalloc T[whole];
        Span<T> losses = stackalloc T[whole];
        Span<T> gradient = stackalloc T[batch.Gradient.IsEmpty ? 0 : whole];
        Span<T> hessian = stackalloc T[batch.Hessian.IsEmpty ? 0 : whole];

        link.Apply(batch.Targets, least[..length]);
        batch.Predictions.CopyTo(factors);
        Compare(factors, least);
        formula.Run(
            batch with
            {
                // Losses are weighed below; without weights it is the loop of the losses at the target.
                Weights = order == DerivativeOrder.Value ? default : batch.Weights,
                Losses = losses[..length],
                Gradient = gradient.IsEmpty ? default : gradient[..length],
                Hessian = hessian.IsEmpty ? default : hessian[..length],
            },
            order,
            width);
        if (double.IsNaN(atTarget))
        {
            formula.Run(
                new() { Predictions = least[..length], Targets = batch.Targets, Losses = least[..length] },
                DerivativeOrder.Value,
                width);
        }
        else
        {
            least.Fill(T.CreateTruncating(atTarget));
        }

        Price(losses, factors, least);
        Mark(factors, losses);
        CompensatedSum sum = s_sum.Run(
            new() { Predictions = losses[..length], Targets = losses[..length], Weights = batch.Weights },
            DerivativeOrder.Value,
            width);
        Keep(losses, batch.Losses);
        if (order >= DerivativeOrder.Gradient)
        {
            Price(gradient, factors, default);
            Keep(gradient, batch.Gradient);
        }

        if (order >= DerivativeOrder.Hessian)
        {
            Price(hessian, factors, default);
            Keep(hessian, batch.Hessian);
        }

        return sum;
    }

    private static void Keep(ReadOnlySpan<T> computed, Span<T> output) => computed[..output.Length].CopyTo(output);

    /// <summary>Puts the factor of each prediction in its place; NaN where either side is NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Compare(Span<T> predictions, ReadOnlySpan<T> best)
    {
        Vector<T> over = new(_over);
        Vector<T> under = new(_under);
        for (int i = 0; i < predictions.Length; i += Vector<T>.Count)
        {
            Vector<T> prediction = new(predictions[i..]);
            Vector<T> other = new(best[i..]);
            Vector<T> factor = Vector.ConditionalSelect(Vector.GreaterThan(prediction, other), over, under);
            Vector<T> areNumbers = Vector.Equals(prediction, prediction) & Vector.Equals(other, other);
            Vector.ConditionalSelect(areNumbers, factor, prediction + other).CopyTo(predictions[i..]);
        }
    }

    /// <summary>Makes the factors of losses that are NaN NaN: so are their derivatives.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Mark(Span<T> factors, ReadOnlySpan<T> losses)
    {
        for (int i = 0; i < factors.Length; i += Vector<T>.Count)
        {
            Vector<T> loss = new(losses[i..]);
            Vector.ConditionalSelect(Vector.Equals(loss, loss), new Vector<T>(factors[i..]), loss).CopyTo(factors[i..]);
        }
    }

    /// <summary>
    /// What exceeds <paramref name="least"/>, which is 0 if not given, times the factor; a factor of 0 leaves out even
    /// what is infinite, and what is 0, as derivatives without weight are, stays so even if the factor is NaN.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Price(Span<T> numbers, ReadOnlySpan<T> factors, ReadOnlySpan<T> least)
    {
        for (int i = 0; i < numbers.Length; i += Vector<T>.Count)
        {
            Vector<T> factor = new(factors[i..]);
            Vector<T> start = least.IsEmpty ? Vector<T>.Zero : new(least[i..]);
            Vector<T> excess = new Vector<T>(numbers[i..]) - start;
            Vector<T> isNone = Vector.Equals(factor, Vector<T>.Zero) | Vector.Equals(excess, Vector<T>.Zero);
            (Vector.ConditionalSelect(isNone, Vector<T>.Zero, factor * excess) + start).CopyTo(numbers[i..]);
        }
    }

    private readonly struct Itself : IPointwiseFormula, IPropagatesNaN
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> => prediction;
    }
}
