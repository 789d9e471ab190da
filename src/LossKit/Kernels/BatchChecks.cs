using System.Diagnostics.CodeAnalysis;

namespace LossKit.Kernels;

/// <summary>The checks of a batch's spans, all made before anything is written.</summary>
internal static class BatchChecks
{
    public static void Lengths<T>(in PointwiseBatch<T> batch, DerivativeOrder order, bool wantsLosses)
        where T : unmanaged
    {
        int length = batch.Predictions.Length;
        Length("targets", batch.Targets.Length, length);
        if (!batch.Weights.IsEmpty)
        {
            Length("weights", batch.Weights.Length, length);
        }

        if (wantsLosses)
        {
            Output("losses", batch.Losses, batch);
        }

        if (order >= DerivativeOrder.Gradient)
        {
            Output("gradient", batch.Gradient, batch);
        }

        if (order >= DerivativeOrder.Hessian)
        {
            Output("hessian", batch.Hessian, batch);
            if (batch.Hessian.Overlaps(batch.Gradient))
            {
                ThrowOverlap("hessian", "gradient", "Each needs a buffer of its own.");
            }
        }
    }

    private static void Output<T>(string name, ReadOnlySpan<T> output, in PointwiseBatch<T> batch)
        where T : unmanaged
    {
        Length(name, output.Length, batch.Predictions.Length);
        NoPartialOverlap(name, output, "predictions", batch.Predictions);
        NoPartialOverlap(name, output, "targets", batch.Targets);
        NoPartialOverlap(name, output, "weights", batch.Weights);
    }

    private static void Length(string name, int given, int expected)
    {
        if (given != expected)
        {
            ThrowLength(name, given, expected);
        }
    }

    private static void NoPartialOverlap<T>(
        string name, ReadOnlySpan<T> output, string inputName, ReadOnlySpan<T> input)
        where T : unmanaged
    {
        if (output.Overlaps(input, out int offset) && offset != 0)
        {
            ThrowOverlap(name, inputName, $"They start {Math.Abs(offset)} entries apart.");
        }
    }

    [DoesNotReturn]
    private static void ThrowLength(string name, int given, int expected) => throw new ArgumentException(
        $"'{name}' has {given} entries, but 'predictions' has {expected}: they must be of equal length.", name);

    [DoesNotReturn]
    private static void ThrowOverlap(string name, string other, string detail) => throw new ArgumentException(
        $"'{name}' overlaps '{other}': it may be an input itself, or must lie apart from it. {detail}", name);
}
