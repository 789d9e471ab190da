namespace LossKit.Internals.Images;

/// <summary>
/// Σ (G − G′)² of the Gram matrices XXᵀ/(C·P) of the channels, or the mean. With d = x − y and s = x + y the difference
/// is half of dsᵀ and its transpose, one product that does not cancel. Masked pixels are zeros in both, and not among
/// P.
/// </summary>
internal sealed class GramKernel<T>(bool isMean) : ImageKernel<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    public override double Run(in Image<T> image, Span<T> gradient)
    {
        int channels = image.Size.Channels;
        int pixels = image.Size.Pixels;
        int left = image.Mask.IsEmpty ? pixels : image.Mask.Count(true);
        using Rented<T> differences = new(image.Size.Numbers);
        using Rented<T> sums = new(image.Size.Numbers);
        using Rented<T> product = new(EmbeddingChecks.Numbers((long)channels * channels));
        Span<T> gram = product.Span;
        Spans.Subtract(image.Predictions, image.Targets, differences.Span);
        image.Predictions.CopyTo(sums.Span);
        Spans.Add(sums.Span, image.Targets);
        Hide(differences.Span, image.Mask);
        Hide(sums.Span, image.Mask);
        MatrixProduct<T>.RowsByRows<Dot>(differences.Span, sums.Span, pixels, gram);
        T half = T.CreateTruncating(0.5 / channels / left);
        for (int i = 0; i < channels; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                T both = half * (gram[i * channels + j] + gram[j * channels + i]);
                gram[i * channels + j] = both;
                gram[j * channels + i] = both;
            }
        }

        double factor = isMean ? 1.0 / channels / channels : 1;
        double loss = factor * RowProduct<T>.Of<Dot>(gram, gram);
        if (!gradient.IsEmpty)
        {
            gradient.Clear();
            Spans.Scale(gram, T.CreateTruncating(4 * factor / channels / left));
            image.Predictions.CopyTo(sums.Span);
            Hide(sums.Span, image.Mask);
            MatrixProduct<T>.MultiplyAdd(new(gram, channels, channels), sums.Span, pixels, gradient);
            Hide(gradient, image.Mask);
        }

        return loss;
    }

    /// <summary>Clears what is masked, in all channels.</summary>
    private static void Hide(Span<T> numbers, ReadOnlySpan<bool> mask)
    {
        for (int i = 0; i < numbers.Length && !mask.IsEmpty; i++)
        {
            numbers[i] = mask[i % mask.Length] ? numbers[i] : T.Zero;
        }
    }
}
