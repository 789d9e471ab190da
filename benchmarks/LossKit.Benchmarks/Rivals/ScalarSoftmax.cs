namespace LossKit.Benchmarks.Rivals;

/// <summary>Softmax cross-entropy of rows of logits, one logit after another; sums in double.</summary>
internal static class ScalarSoftmax
{
    public static double Value(ReadOnlySpan<float> logits, ReadOnlySpan<int> labels, int classes)
    {
        double total = 0;
        for (int row = 0; row < labels.Length; row++)
        {
            ReadOnlySpan<float> x = logits.Slice(row * classes, classes);
            float max = MaxOf(x);
            double sum = 0;
            foreach (float logit in x)
            {
                sum += MathF.Exp(logit - max);
            }

            total += Math.Log(sum) + max - x[labels[row]];
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
            total += Exponentials(x, g, out double sum) - x[labels[row]];
            float factor = (float)(scale / sum);
            for (int c = 0; c < g.Length; c++)
            {
                g[c] *= factor;
            }

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
            Span<float> h = hessian.Slice(row * classes, classes)[..g.Length];
            total += Exponentials(x, g, out double sum) - x[labels[row]];
            float factor = (float)(1 / sum);
            for (int c = 0; c < g.Length; c++)
            {
                float probability = g[c] * factor;
                g[c] = probability * scale;
                h[c] = probability * (1 - probability) * scale;
            }

            g[labels[row]] -= scale;
        }

        return total / labels.Length;
    }

    /// <summary>exp(x − max) and their sum; returns the logarithm of the sum of exp(x).</summary>
    private static double Exponentials(ReadOnlySpan<float> x, Span<float> exponentials, out double sum)
    {
        float max = MaxOf(x);
        exponentials = exponentials[..x.Length];
        sum = 0;
        for (int c = 0; c < x.Length; c++)
        {
            float exponential = MathF.Exp(x[c] - max);
            exponentials[c] = exponential;
            sum += exponential;
        }

        return Math.Log(sum) + max;
    }

    private static float MaxOf(ReadOnlySpan<float> x)
    {
        float max = float.NegativeInfinity;
        foreach (float logit in x)
        {
            max = float.MaxNative(max, logit);
        }

        return max;
    }
}
