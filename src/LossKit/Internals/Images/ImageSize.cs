namespace LossKit.Internals.Images;

/// <summary>The size of an image; flat ones have a depth of 1.</summary>
internal readonly record struct ImageSize(int Channels, int Depth, int Height, int Width)
{
    /// <summary>Those of a channel.</summary>
    public int Pixels => Depth * Height * Width;

    public int Numbers => Channels * Pixels;

    /// <summary>With half as many pixels along each axis; an odd last one is left out.</summary>
    public ImageSize Half => this with { Depth = Math.Max(1, Depth / 2), Height = Height / 2, Width = Width / 2 };

    /// <summary>That of a batch's images, if there can be any.</summary>
    public static ImageSize Of<T>(in Images<T> batch) where T : unmanaged
    {
        Int128 numbers = 1;
        foreach ((string name, int length) in
            (ReadOnlySpan<(string, int)>)[
                ("channels", batch.Channels), ("depth", batch.Depth), ("height", batch.Height), ("width", batch.Width)])
        {
            numbers *= length > 0
                ? length
                : throw BatchChecks.Refusal(name, $"'{name}' is {length}, but must be positive.");
        }

        _ = EmbeddingChecks.Numbers(numbers > long.MaxValue ? long.MaxValue : (long)numbers, "numbers in an image");
        return new(batch.Channels, batch.Depth, batch.Height, batch.Width);
    }
}
