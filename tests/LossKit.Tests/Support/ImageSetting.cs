namespace LossKit.Tests.Support;

/// <summary>Two images.</summary>
internal sealed record ImageSetting(int Channels, int Depth, int Height, int Width)
{
    public ImageSetting(int channels, int depth, int height, int width, bool isMasked)
        : this(channels, depth, height, width) =>
        Mask = isMasked ? [.. Enumerable.Range(0, 2 * Pixels).Select(i => i != 0 && i != 5 && i != Pixels + 2)] : [];

    public int Pixels => Depth * Height * Width;

    public int Size => Channels * Pixels;

    public bool[] Mask { get; } = [];

    public bool IsThere(int i) => Mask.Length == 0 || Mask[i / Size * Pixels + i % Pixels];

    /// <summary>A channel.</summary>
    public double[] Of(double[] numbers, int image, int channel) =>
        numbers[(image * Size + channel * Pixels)..(image * Size + (channel + 1) * Pixels)];

    public double[] There(int image) =>
        [.. Enumerable.Range(image * Pixels, Pixels).Select(i => Mask.Length == 0 || Mask[i] ? 1.0 : 0)];

    public double[] Numbers(int seed)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, 2 * Size).Select(_ => random.NextDouble())];
    }

    public Images<T> Batch<T>(T[] predictions, T[] targets, bool[]? mask = null) where T : unmanaged => new()
    {
        Predictions = predictions,
        Targets = targets,
        Channels = Channels,
        Depth = Depth,
        Height = Height,
        Width = Width,
        Mask = mask ?? Mask,
    };
}
