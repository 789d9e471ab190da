using System.Numerics;

namespace LossKit.Benchmarks.Rivals;

/// <summary>A loss composed of TensorPrimitives, one pass over a block after another.</summary>
public interface ITensorFormula<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>The sum of the losses.</summary>
    static abstract double Sum(ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, TensorScratch<T> scratch);

    /// <summary>The sum of the losses, and the gradient times <paramref name="scale"/>.</summary>
    static abstract double SumAndGradient(
        ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, Span<T> gradient, T scale, TensorScratch<T> scratch);
}

/// <summary>A loss whose second derivative TensorPrimitives can express too: they have no comparison.</summary>
public interface ISecondOrderTensorFormula<T> : ITensorFormula<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>The sum of the losses, and the derivatives times <paramref name="scale"/>.</summary>
    static abstract double SumGradientAndHessian(
        ReadOnlySpan<T> predictions,
        ReadOnlySpan<T> targets,
        Span<T> gradient,
        Span<T> hessian,
        T scale,
        TensorScratch<T> scratch);
}

/// <summary>What is kept between passes, each span as long as the block.</summary>
public readonly ref struct TensorScratch<T>(Span<T> buffer, int length)
{
    /// <summary>How many buffers there are.</summary>
    public const int Count = 2;

    /// <summary>One of them.</summary>
    public Span<T> First { get; } = buffer[..length];

    /// <summary>Another.</summary>
    public Span<T> Second { get; } = buffer.Slice(buffer.Length / Count, length);
}
