using System.Numerics;
using System.Numerics.Tensors;

namespace LossKit.Benchmarks.Rivals;

/// <summary>|d|.</summary>
public readonly struct TensorAbsoluteError<T> : ITensorFormula<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public static double Sum(ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, TensorScratch<T> scratch)
    {
        TensorPrimitives.Subtract(predictions, targets, scratch.First);
        return double.CreateTruncating(TensorPrimitives.SumOfMagnitudes<T>(scratch.First));
    }

    /// <inheritdoc/>
    public static double SumAndGradient(
        ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, Span<T> gradient, T scale, TensorScratch<T> scratch)
    {
        double sum = Sum(predictions, targets, scratch);
        TensorStep.Between(-scale, scratch.First, scale, gradient);
        return sum;
    }
}

/// <summary>The pinball loss: max(d, 0) − q·d.</summary>
public readonly struct TensorQuantile<T> : ITensorFormula<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public static double Sum(ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, TensorScratch<T> scratch)
    {
        TensorPrimitives.Subtract(predictions, targets, scratch.First);
        TensorPrimitives.Max(scratch.First, T.Zero, scratch.Second);
        return double.CreateTruncating(TensorPrimitives.Sum<T>(scratch.Second))
            - (MeasuredLosses.Quantile * double.CreateTruncating(TensorPrimitives.Sum<T>(scratch.First)));
    }

    /// <inheritdoc/>
    public static double SumAndGradient(
        ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, Span<T> gradient, T scale, TensorScratch<T> scratch)
    {
        double sum = Sum(predictions, targets, scratch);
        T under = scale * T.CreateTruncating(MeasuredLosses.Quantile);
        TensorStep.Between(-under, scratch.First, scale - under, gradient);
        return sum;
    }
}

/// <summary>|d| + log(1 + exp(−2|d|)) − log 2.</summary>
public readonly struct TensorLogCosh<T> : ITensorFormula<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public static double Sum(ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, TensorScratch<T> scratch)
    {
        TensorPrimitives.Subtract(predictions, targets, scratch.First);
        TensorPrimitives.Abs(scratch.First, scratch.Second);
        double sum = double.CreateTruncating(TensorPrimitives.Sum<T>(scratch.Second));
        TensorPrimitives.Multiply(scratch.Second, T.CreateTruncating(-2), scratch.Second);
        TensorPrimitives.Exp(scratch.Second, scratch.Second);
        TensorPrimitives.LogP1(scratch.Second, scratch.Second);
        return sum + double.CreateTruncating(TensorPrimitives.Sum<T>(scratch.Second))
            - (predictions.Length * 0.6931471805599453);
    }

    /// <inheritdoc/>
    public static double SumAndGradient(
        ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, Span<T> gradient, T scale, TensorScratch<T> scratch)
    {
        double sum = Sum(predictions, targets, scratch);
        TensorPrimitives.Tanh(scratch.First, gradient);
        TensorPrimitives.Multiply(gradient, scale, gradient);
        return sum;
    }
}

/// <summary>exp(p) − t·p.</summary>
public readonly struct TensorPoisson<T> : ITensorFormula<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public static double Sum(ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, TensorScratch<T> scratch)
    {
        TensorPrimitives.Exp(predictions, scratch.First);
        return double.CreateTruncating(TensorPrimitives.Sum<T>(scratch.First))
            - double.CreateTruncating(TensorPrimitives.Dot(predictions, targets));
    }

    /// <inheritdoc/>
    public static double SumAndGradient(
        ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, Span<T> gradient, T scale, TensorScratch<T> scratch)
    {
        double sum = Sum(predictions, targets, scratch);
        TensorPrimitives.Subtract(scratch.First, targets, gradient);
        TensorPrimitives.Multiply(gradient, scale, gradient);
        return sum;
    }
}

/// <summary>A step function, of which TensorPrimitives have none.</summary>
internal static class TensorStep
{
    /// <summary>One number where x is negative, another where it is positive; their like anywhere near 0.</summary>
    public static void Between<T>(T ifNegative, ReadOnlySpan<T> x, T ifPositive, Span<T> destination)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        TensorPrimitives.Multiply(x, T.CreateTruncating(1e37), destination);
        TensorPrimitives.Clamp(destination, ifNegative, ifPositive, destination);
    }
}
