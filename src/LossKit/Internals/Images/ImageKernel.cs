namespace LossKit.Internals.Images;

/// <summary>Evaluates a loss of images one by one.</summary>
internal abstract class ImageKernel<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    public virtual bool HasTargets => true;

    public virtual bool TakesMask => true;

    /// <summary>Throws if it is no loss of images of a size.</summary>
    public virtual void Check(ImageSize size)
    {
    }

    /// <summary>Whether an image with a mask has a loss.</summary>
    public virtual bool Counts(ImageSize size, ReadOnlySpan<bool> mask) => mask.IsEmpty || mask.Contains(true);

    /// <summary>The loss of an image that counts, and its gradient unless that is empty.</summary>
    public abstract double Run(in Image<T> image, Span<T> gradient);
}

/// <summary>One image of a batch.</summary>
internal readonly ref struct Image<T> where T : unmanaged
{
    public required ImageSize Size { get; init; }

    public required ReadOnlySpan<T> Predictions { get; init; }

    /// <summary>Empty if the loss has none.</summary>
    public required ReadOnlySpan<T> Targets { get; init; }

    /// <summary>One a pixel, whatever the channel; empty if all are there.</summary>
    public required ReadOnlySpan<bool> Mask { get; init; }

    public static Image<T> Of(in Images<T> batch, ImageSize size, int image) => new()
    {
        Size = size,
        Predictions = batch.Predictions.Slice(image * size.Numbers, size.Numbers),
        Targets = Embedding.Rows.IfAny(batch.Targets, (image * size.Numbers)..((image + 1) * size.Numbers)),
        Mask = Embedding.Rows.IfAny(batch.Mask, (image * size.Pixels)..((image + 1) * size.Pixels)),
    };
}
