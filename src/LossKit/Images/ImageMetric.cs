namespace LossKit;

/// <summary>How alike images are, which is better the larger it is: the negative of a loss of images.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class ImageMetric<T> : NamedMetric, IBatchMetric<T, Images<T>>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly ImageLoss<T> _loss;

    internal ImageMetric(ImageLoss<T> loss) => _loss = loss;

    /// <summary>The mean over the images, weighted; <see cref="Cost.Mean"/> is it.</summary>
    /// <param name="batch">The images.</param>
    /// <param name="weights">What each image counts; none means 1 each.</param>
    /// <exception cref="ArgumentException">Lengths do not fit.</exception>
    public Cost Value(Images<T> batch, ReadOnlySpan<T> weights = default) => Negative(_loss.Value(batch, weights));

    /// <summary>The same, and that of each image by itself.</summary>
    /// <param name="batch">The images.</param>
    /// <param name="values">Receives one number an image, before weights.</param>
    /// <param name="weights">What each image counts; none means 1 each.</param>
    /// <exception cref="ArgumentException">Lengths do not fit, or buffers overlap.</exception>
    public Cost PerExample(Images<T> batch, Span<T> values, ReadOnlySpan<T> weights = default)
    {
        Cost cost = _loss.PerExample(batch, values, weights);
        Spans.Scale(values, -T.One);
        return Negative(cost);
    }

    /// <inheritdoc cref="ParallelLosses.InParallel"/>
    public ImageMetric<T> InParallel(int degree) => new(_loss.InParallel(degree)) { Name = Name };

    private static Cost Negative(Cost cost) => new(-cost.Sum, cost.Weight, cost.Count);
}
