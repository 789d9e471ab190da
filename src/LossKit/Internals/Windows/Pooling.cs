namespace LossKit.Internals.Windows;

/// <summary>Planes of half the size: means of four numbers, or of eight of a volume.</summary>
internal static class Pooling<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    public static void Halve(ReadOnlySpan<T> plane, ImageSize size, Span<T> halved)
    {
        ImageSize half = size.Half;
        int slices = Slices(size);
        T factor = T.CreateTruncating(0.25 / slices);
        for (int row = 0; row < half.Depth * half.Height; row++)
        {
            Span<T> to = halved.Slice(row * half.Width, half.Width);
            for (int slice = 0; slice < slices; slice++)
            {
                ReadOnlySpan<T> upper = plane[Start(size, row, slice)..];
                ReadOnlySpan<T> lower = upper[size.Width..];
                if (slice == 0)
                {
                    Halve<No>(upper, lower, factor, to);
                }
                else
                {
                    Halve<Yes>(upper, lower, factor, to);
                }
            }
        }
    }

    /// <summary>The transpose: adds what slopes of a halved plane are with respect to the plane.</summary>
    public static void Double(ReadOnlySpan<T> slopes, ImageSize size, Span<T> plane)
    {
        ImageSize half = size.Half;
        int slices = Slices(size);
        T factor = T.CreateTruncating(0.25 / slices);
        for (int row = 0; row < half.Depth * half.Height; row++)
        {
            ReadOnlySpan<T> from = slopes.Slice(row * half.Width, half.Width);
            for (int slice = 0; slice < slices; slice++)
            {
                Span<T> upper = plane[Start(size, row, slice)..];
                Span<T> lower = upper[size.Width..];
                int done = LaneWidths.Best switch
                {
                    LaneWidth.Vector512 => WindowLoops<T, Vector512Lane<T>>.Double(from, factor, upper, lower, 0),
                    LaneWidth.Vector => WindowLoops<T, VectorLane<T>>.Double(from, factor, upper, lower, 0),
                    _ => 0,
                };
                WindowLoops<T, ScalarLane<T>>.Double(from, factor, upper, lower, done);
            }
        }
    }

    private static int Slices(ImageSize size) => size.Depth == 1 ? 1 : 2;

    /// <summary>Where the rows begin that a row of the halved plane is made of.</summary>
    private static int Start(ImageSize size, int row, int slice)
    {
        int half = size.Half.Height;
        return ((row / half * Slices(size) + slice) * size.Height + row % half * 2) * size.Width;
    }

    private static void Halve<TAdds>(ReadOnlySpan<T> upper, ReadOnlySpan<T> lower, T factor, Span<T> to)
        where TAdds : struct, IChoice
    {
        int done = LaneWidths.Best switch
        {
            LaneWidth.Vector512 => WindowLoops<T, Vector512Lane<T>>.Halve<TAdds>(upper, lower, factor, to, 0),
            LaneWidth.Vector => WindowLoops<T, VectorLane<T>>.Halve<TAdds>(upper, lower, factor, to, 0),
            _ => 0,
        };
        WindowLoops<T, ScalarLane<T>>.Halve<TAdds>(upper, lower, factor, to, done);
    }
}
