using System.Numerics.Tensors;

namespace LossKit.Benchmarks.Rivals;

/// <summary>Softmax cross-entropy of rows of logits by TensorPrimitives, pass by pass over each row.</summary>
internal static class TensorSoftmax
{
    /// <param name="logits">Row by row.</param>
    /// <param name="labels">One a row.</param>
    /// <param name="classes">The columns of a row.</param>
    /// <param name="scratch">As long as a row.</param>
    public static double Value(
        ReadOnlySpan<float> logits, ReadOnlySpan<int> labels, int classes, Span<float> scratch)
    {
        double total = 0;
        for (int row = 0; row < labels.Length; row++)
        {
            ReadOnlySpan<float> x = logits.Slice(row * classes, classes);
            total += Exponentials(x, scratch, out _) - x[labels[row]];
        }

        return total / labels.Length;
    }

    public static double ValueAndGradient(
        ReadOnlySpan<float> logits, ReadOnlySpan<int> labels, int classes, Span<float> gradient)
    {
        float scale = 1f / labels.Length;
        double total = 0;
        for (int row = 0; row < labels.Length; row++)
        {
            ReadOnlySpan<float> x = logits.Slice(row * classes, classes);
            Span<float> g = gradient.Slice(row * classes, classes);
            total += Exponentials(x, g, out float sum) - x[labels[row]];
            TensorPrimitives.Multiply(g, scale / sum, g);
            g[labels[row]] -= scale;
        }

        return total / labels.Length;
    }

    public static double ValueGradientAndHessian(
        ReadOnlySpan<float> logits, ReadOnlySpan<int> labels, int classes, Span<float> gradient, Span<float> hessian)
    {
        float scale = 1f / labels.Length;
        double total = 0;
        for (int row = 0; row < labels.Length; row++)
        {
            ReadOnlySpan<float> x = logits.Slice(row * classes, classes);
            Span<float> g = gradient.Slice(row * classes, classes);
            Span<float> h = hessian.Slice(row * classes, classes);
            total += Exponentials(x, g, out float sum) - x[labels[row]];
            TensorPrimitives.Divide(g, sum, g);
            TensorPrimitives.Subtract(1f, g, h);
            TensorPrimitives.Multiply(g, scale, g);
            TensorPrimitives.Multiply(g, h, h);
            g[labels[row]] -= scale;
        }

        return total / labels.Length;
    }

    private static double Exponentials(ReadOnlySpan<float> x, Span<float> exponentials, out float sum)
    {
        float max = TensorPrimitives.Max(x);
        TensorPrimitives.Subtract(x, max, exponentials);
        TensorPrimitives.Exp<float>(exponentials, exponentials);
        sum = TensorPrimitives.Sum<float>(exponentials);
        return Math.Log(sum) + max;
    }
}
