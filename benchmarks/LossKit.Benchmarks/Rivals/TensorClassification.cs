using System.Numerics;
using System.Numerics.Tensors;

namespace LossKit.Benchmarks.Rivals;

/// <summary>max(0, 1 − y·x).</summary>
public readonly struct TensorHinge<T> : ITensorFormula<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public static double Sum(ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, TensorScratch<T> scratch)
    {
        TensorPrimitives.Multiply(predictions, targets, scratch.First);
        TensorPrimitives.Subtract(T.One, scratch.First, scratch.First);
        TensorPrimitives.Max(scratch.First, T.Zero, scratch.First);
        return double.CreateTruncating(TensorPrimitives.Sum<T>(scratch.First));
    }

    /// <inheritdoc/>
    public static double SumAndGradient(
        ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, Span<T> gradient, T scale, TensorScratch<T> scratch)
    {
        double sum = Sum(predictions, targets, scratch);
        TensorStep.Between(T.Zero, scratch.First, scale, gradient);
        TensorPrimitives.Multiply(gradient, targets, gradient);
        TensorPrimitives.Negate(gradient, gradient);
        return sum;
    }
}

/// <summary>max(0, 1 − y·x)².</summary>
public readonly struct TensorSquaredHinge<T> : ITensorFormula<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public static double Sum(ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, TensorScratch<T> scratch)
    {
        TensorPrimitives.Multiply(predictions, targets, scratch.First);
        TensorPrimitives.Subtract(T.One, scratch.First, scratch.First);
        TensorPrimitives.Max(scratch.First, T.Zero, scratch.First);
        return double.CreateTruncating(TensorPrimitives.SumOfSquares<T>(scratch.First));
    }

    /// <inheritdoc/>
    public static double SumAndGradient(
        ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, Span<T> gradient, T scale, TensorScratch<T> scratch)
    {
        double sum = Sum(predictions, targets, scratch);
        TensorPrimitives.Multiply(scratch.First, targets, gradient);
        TensorPrimitives.Multiply(gradient, T.CreateTruncating(-2) * scale, gradient);
        return sum;
    }
}

/// <summary>log(1 + exp(−a)) of the margin a = y·x: Σ log(1 + exp(−|a|)) + Σ max(−a, 0).</summary>
public readonly struct TensorLogistic<T> : ITensorFormula<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public static double Sum(ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, TensorScratch<T> scratch)
    {
        TensorPrimitives.Multiply(predictions, targets, scratch.First);
        TensorPrimitives.Negate(scratch.First, scratch.First);
        TensorPrimitives.Max(scratch.First, T.Zero, scratch.Second);
        double sum = double.CreateTruncating(TensorPrimitives.Sum<T>(scratch.Second));
        TensorPrimitives.Abs(scratch.First, scratch.Second);
        TensorPrimitives.Negate(scratch.Second, scratch.Second);
        TensorPrimitives.Exp(scratch.Second, scratch.Second);
        TensorPrimitives.LogP1(scratch.Second, scratch.Second);
        return sum + double.CreateTruncating(TensorPrimitives.Sum<T>(scratch.Second));
    }

    /// <inheritdoc/>
    public static double SumAndGradient(
        ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, Span<T> gradient, T scale, TensorScratch<T> scratch)
    {
        double sum = Sum(predictions, targets, scratch);
        TensorPrimitives.Sigmoid(scratch.First, gradient);
        TensorPrimitives.Multiply(gradient, targets, gradient);
        TensorPrimitives.Multiply(gradient, -scale, gradient);
        return sum;
    }
}
