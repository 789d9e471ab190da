namespace LossKit.Internals.Images;

/// <summary>A loss of groups, a group being all pixels of all channels of an image.</summary>
internal sealed class GroupImageKernel<T>(GroupedLoss<T> loss) : ImageKernel<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public override double Run(in Image<T> image, Span<T> gradient)
    {
        if (image.Mask.IsEmpty)
        {
            return Run(image.Predictions, image.Targets, gradient);
        }

        // Those that are there, one after the other.
        int numbers = image.Mask.Count(true) * image.Size.Channels;
        using Rented<T> predictions = new(numbers);
        using Rented<T> targets = new(numbers);
        using Rented<T> slopes = new(gradient.IsEmpty ? 0 : numbers);
        for (int i = 0, k = 0; i < image.Predictions.Length; i++)
        {
            if (image.Mask[i % image.Mask.Length])
            {
                predictions.Span[k] = image.Predictions[i];
                targets.Span[k++] = image.Targets[i];
            }
        }

        double value = Run(predictions.Span, targets.Span, slopes.Span);
        for (int i = 0, k = 0; i < gradient.Length; i++)
        {
            gradient[i] = image.Mask[i % image.Mask.Length] ? slopes.Span[k++] : T.Zero;
        }

        return value;
    }

    private double Run(ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, Span<T> gradient) => loss.Run(
        new() { Predictions = predictions, Targets = targets, Gradient = gradient },
        default,
        LossKit.Groups.OfWidth(predictions.Length),
        Reduction.Sum).Sum;
}
