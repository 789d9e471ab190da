using System.Numerics;
using System.Numerics.Tensors;

namespace LossKit.Benchmarks.Rivals;

/// <summary>d².</summary>
public readonly struct TensorSquaredError<T> : ISecondOrderTensorFormula<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public static double Sum(ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, TensorScratch<T> scratch)
    {
        double distance = double.CreateTruncating(TensorPrimitives.Distance(predictions, targets));
        return distance * distance;
    }

    /// <inheritdoc/>
    public static double SumAndGradient(
        ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, Span<T> gradient, T scale, TensorScratch<T> scratch)
    {
        TensorPrimitives.Subtract(predictions, targets, gradient);
        double sum = double.CreateTruncating(TensorPrimitives.SumOfSquares<T>(gradient));
        TensorPrimitives.Multiply(gradient, scale + scale, gradient);
        return sum;
    }

    /// <inheritdoc/>
    public static double SumGradientAndHessian(
        ReadOnlySpan<T> predictions,
        ReadOnlySpan<T> targets,
        Span<T> gradient,
        Span<T> hessian,
        T scale,
        TensorScratch<T> scratch)
    {
        hessian.Fill(scale + scale);
        return SumAndGradient(predictions, targets, gradient, scale, scratch);
    }
}

/// <summary>Huber's loss c(d − ½c) of the error d, clipped to c: Σ c·d − ½ Σ c².</summary>
public readonly struct TensorHuber<T> : ITensorFormula<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public static double Sum(ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, TensorScratch<T> scratch)
    {
        T delta = T.CreateTruncating(MeasuredLosses.Delta);
        TensorPrimitives.Subtract(predictions, targets, scratch.First);
        return SumOfClipped(scratch.First, -delta, delta, scratch.Second);
    }

    /// <inheritdoc/>
    public static double SumAndGradient(
        ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, Span<T> gradient, T scale, TensorScratch<T> scratch)
    {
        double sum = Sum(predictions, targets, scratch);
        TensorPrimitives.Multiply(scratch.Second, scale, gradient);
        return sum;
    }

    /// <summary>Clips the errors, and adds up the losses of the clipped ones.</summary>
    internal static double SumOfClipped(ReadOnlySpan<T> errors, T lowest, T highest, Span<T> clipped)
    {
        TensorPrimitives.Clamp(errors, lowest, highest, clipped);
        return double.CreateTruncating(TensorPrimitives.Dot(clipped, errors))
            - (0.5 * double.CreateTruncating(TensorPrimitives.SumOfSquares<T>(clipped)));
    }
}

/// <summary>Binary cross-entropy of logits x: Σ log(1 + exp(−|x|)) + Σ max(x, 0) − Σ t·x.</summary>
public readonly struct TensorBinaryCrossEntropy<T> : ISecondOrderTensorFormula<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public static double Sum(ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, TensorScratch<T> scratch)
    {
        Span<T> softplus = scratch.First;
        TensorPrimitives.Abs(predictions, softplus);
        TensorPrimitives.Negate(softplus, softplus);
        TensorPrimitives.Exp(softplus, softplus);
        TensorPrimitives.LogP1(softplus, softplus);
        TensorPrimitives.Max(predictions, T.Zero, scratch.Second);
        return double.CreateTruncating(TensorPrimitives.Sum<T>(softplus))
            + double.CreateTruncating(TensorPrimitives.Sum<T>(scratch.Second))
            - double.CreateTruncating(TensorPrimitives.Dot(predictions, targets));
    }

    /// <inheritdoc/>
    public static double SumAndGradient(
        ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, Span<T> gradient, T scale, TensorScratch<T> scratch)
    {
        TensorPrimitives.Sigmoid(predictions, gradient);
        TensorPrimitives.Subtract(gradient, targets, gradient);
        TensorPrimitives.Multiply(gradient, scale, gradient);
        return Sum(predictions, targets, scratch);
    }

    /// <inheritdoc/>
    public static double SumGradientAndHessian(
        ReadOnlySpan<T> predictions,
        ReadOnlySpan<T> targets,
        Span<T> gradient,
        Span<T> hessian,
        T scale,
        TensorScratch<T> scratch)
    {
        TensorPrimitives.Sigmoid(predictions, gradient);
        TensorPrimitives.Subtract(T.One, gradient, hessian);
        TensorPrimitives.Multiply(hessian, gradient, hessian);
        TensorPrimitives.Multiply(hessian, scale, hessian);
        TensorPrimitives.Subtract(gradient, targets, gradient);
        TensorPrimitives.Multiply(gradient, scale, gradient);
        return Sum(predictions, targets, scratch);
    }
}

/// <summary>
/// The sum of the asymmetric Huber loss and binary cross-entropy. Without a comparison, the sides are told apart by
/// clipping to [0, δ] and to [−δ, 0]: on the other side, either is 0, and so is its loss.
/// </summary>
public readonly struct TensorComposite<T> : ITensorFormula<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private static T Delta => T.CreateTruncating(MeasuredLosses.Delta);

    /// <inheritdoc/>
    public static double Sum(ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, TensorScratch<T> scratch)
    {
        TensorPrimitives.Subtract(predictions, targets, scratch.First);
        double sum = (MeasuredLosses.Over * SumAbove(scratch.First, scratch.Second))
            + (MeasuredLosses.Under * SumBelow(scratch.First, scratch.Second));
        return sum + TensorBinaryCrossEntropy<T>.Sum(predictions, targets, scratch);
    }

    /// <inheritdoc/>
    public static double SumAndGradient(
        ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, Span<T> gradient, T scale, TensorScratch<T> scratch)
    {
        TensorPrimitives.Subtract(predictions, targets, scratch.First);
        double sum = MeasuredLosses.Over * SumAbove(scratch.First, scratch.Second);
        TensorPrimitives.Multiply(scratch.Second, T.CreateTruncating(MeasuredLosses.Over), gradient);
        sum += MeasuredLosses.Under * SumBelow(scratch.First, scratch.Second);
        TensorPrimitives.MultiplyAdd(
            scratch.Second, T.CreateTruncating(MeasuredLosses.Under), gradient, gradient);

        TensorPrimitives.Sigmoid(predictions, scratch.First);
        TensorPrimitives.Subtract(scratch.First, targets, scratch.First);
        TensorPrimitives.AddMultiply(gradient, scratch.First, scale, gradient);
        return sum + TensorBinaryCrossEntropy<T>.Sum(predictions, targets, scratch);
    }

    private static double SumAbove(ReadOnlySpan<T> errors, Span<T> clipped) =>
        TensorHuber<T>.SumOfClipped(errors, T.Zero, Delta, clipped);

    private static double SumBelow(ReadOnlySpan<T> errors, Span<T> clipped) =>
        TensorHuber<T>.SumOfClipped(errors, -Delta, T.Zero, clipped);
}
