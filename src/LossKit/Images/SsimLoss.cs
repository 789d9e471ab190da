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
    /// <exception cref="ArgumentException">A window does not fit into an image.</exception>
    public int Windows(Images<T> batch)
    {
        Kernel.Check(ImageSize.Of(batch));
        return Losses(batch) * WindowsOf(ImageSize.Of(batch)).Numbers;
    }

    /// <summary>1 − the similarity within each window.</summary>
    /// <param name="batch">The images.</param>
    /// <param name="map">
    /// Receives the losses of the windows, <see cref="Windows"/> of them; 0 where one is masked.
    /// </param>
    /// <exception cref="ArgumentException">Lengths do not fit, or buffers overlap.</exception>
    public void Map(Images<T> batch, Span<T> map)
    {
        CheckInputs(batch, default);
        BatchChecks.Length("map", map.Length, Windows(batch), "windows");
        CheckApart("map", map, batch);
        ImageSize size = ImageSize.Of(batch);
        Maps maps = new()
        {
            Kernel = OfWindows,
            Batch = batch,
            Size = size,
            Windows = WindowsOf(size).Numbers,
            Map = map,
        };
        Segments.Run(maps, Losses(batch), size.Numbers, Degree);
    }

    private WindowKernel<T> OfWindows => (WindowKernel<T>)Kernel;

    private ImageSize WindowsOf(ImageSize size) => WindowPass<T>.Windows(size, OfWindows.Window);

    private readonly ref struct Maps : ISegmentWork
    {
        public required WindowKernel<T> Kernel { get; init; }

        public required Images<T> Batch { get; init; }

        public required ImageSize Size { get; init; }

        public required int Windows { get; init; }

        public required Span<T> Map { get; init; }

        public CompensatedSum Run(int start, int length)
        {
            for (int i = start; i < start + length; i++)
            {
                Kernel.Run(Image<T>.Of(Batch, Size, i), default, Map.Slice(i * Windows, Windows));
            }

            return default;
        }
    }
}
