using System.Numerics;

namespace LossKit.Benchmarks.Rivals;

/// <summary>
/// Runs TensorPrimitives block by block. That is faster than pass by pass over everything, because a block stays in
/// the cache from pass to pass; and sums in float then are short enough to be accurate.
/// </summary>
public sealed class TensorBlocks<T, TFormula>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TFormula : struct, ITensorFormula<T>
{
    private const int Block = 2048;

    private readonly T[] _scratch = new T[TensorScratch<T>.Count * Block];

    /// <summary>The mean loss.</summary>
    public double Value(ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets)
    {
        double sum = 0;
        for (int i = 0; i < predictions.Length; i += Block)
        {
            int length = Math.Min(Block, predictions.Length - i);
            sum += TFormula.Sum(predictions.Slice(i, length), targets.Slice(i, length), new(_scratch, length));
        }

        return sum / predictions.Length;
    }

    /// <summary>The mean loss and its gradient.</summary>
    public double ValueAndGradient(ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, Span<T> gradient)
    {
        T scale = T.CreateTruncating(1.0 / predictions.Length);
        double sum = 0;
        for (int i = 0; i < predictions.Length; i += Block)
        {
            int length = Math.Min(Block, predictions.Length - i);
            sum += TFormula.SumAndGradient(
                predictions.Slice(i, length),
                targets.Slice(i, length),
                gradient.Slice(i, length),
                scale,
                new(_scratch, length));
        }

        return sum / predictions.Length;
    }

    /// <summary>The mean loss, its gradient and the diagonal of its Hessian.</summary>
    public double ValueGradientAndHessian<TSecondOrder>(
        ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, Span<T> gradient, Span<T> hessian)
        where TSecondOrder : struct, ISecondOrderTensorFormula<T>
    {
        T scale = T.CreateTruncating(1.0 / predictions.Length);
        double sum = 0;
        for (int i = 0; i < predictions.Length; i += Block)
        {
            int length = Math.Min(Block, predictions.Length - i);
            sum += TSecondOrder.SumGradientAndHessian(
                predictions.Slice(i, length),
                targets.Slice(i, length),
                gradient.Slice(i, length),
                hessian.Slice(i, length),
                scale,
                new(_scratch, length));
        }

        return sum / predictions.Length;
    }
}
