namespace LossKit;

/// <summary>The loss of <see cref="Loss.Ssim"/>.</summary>
/// <inheritdoc cref="ImageLoss{T}"/>
public sealed class SsimLoss<T> : ImageLoss<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    internal SsimLoss(WindowKernel<T> kernel) : base(kernel)
    {
    }

    /// <summary>
    /// How many windows the images of a batch have: images × channels × (depth ×) height × width, each axis being
    /// shorter than that of the images by the window's width − 1.
    /// </summary>
    public int Windows(Images<T> batch) => Losses(batch) * WindowsOf(ImageSize.Of(batch)).Numbers;

    /// <summary>1 − the similarity within each window.</summary>
    /// <param name="batch">The images.</param>
    /// <param name="map">Receives the losses of the windows, <see cref="Windows"/> of them; 0 where one is masked.</param>
    /// <exception cref="ArgumentException">Lengths do not fit, or buffers overlap.</exception>
    public void Map(Images<T> batch, Span<T> map)
    {
        CheckInputs(batch, default);
        BatchChecks.Length("map", map.Length, Windows(batch), "windows");
        CheckApart("map", map, batch);
        ImageSize size = ImageSize.Of(batch);
        int windows = WindowsOf(size).Numbers;
        for (int i = 0; i < Losses(batch); i++)
        {
            OfWindows.Run(Image<T>.Of(batch, size, i), default, map.Slice(i * windows, windows));
        }
    }

    private WindowKernel<T> OfWindows => (WindowKernel<T>)Kernel;

    private ImageSize WindowsOf(ImageSize size) => WindowPass<T>.Windows(size, OfWindows.Window);
}
