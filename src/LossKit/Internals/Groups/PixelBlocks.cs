namespace LossKit.Internals.Groups;

/// <summary>Some pixels of an example of a segmentation.</summary>
/// <param name="Example">The example.</param>
/// <param name="First">The first of the pixels.</param>
/// <param name="Count">How many they are.</param>
internal readonly record struct PixelBlock(int Example, int First, int Count);

/// <summary>
/// The examples of a segmentation, block by block: numbers are read and written class by class, in whatever layout they
/// lie, and stay in the first caches in between.
/// </summary>
internal readonly ref struct PixelBlocks<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int MostNumbers = 1 << 13;

    /// <summary>Fewer pixels would cost more calls than caches save.</summary>
    private const int FewestPixels = 64;

    private readonly int _classes;
    private readonly int _pixels;

    /// <summary>0, 1, 2, … of as many as a block has, if they are to be transposed.</summary>
    private readonly Rented<int> _numbers;

    public PixelBlocks(PixelLayout layout, int classes, int pixels)
    {
        _classes = classes;
        _pixels = pixels;
        Most = Math.Min(pixels, Math.Max(FewestPixels, MostNumbers / classes / FewestPixels * FewestPixels));

        // Of one class both are the same.
        _numbers = new(layout == PixelLayout.PixelsFirst && classes > 1 ? Most : 0);
        Spans.Enumerate(_numbers.Span);
    }

    /// <summary>The most pixels of a block.</summary>
    public int Most { get; }

    /// <summary>The first of an example.</summary>
    public PixelBlock FirstOf(int example) => new(example, 0, Most);

    /// <summary>The next one, in this example or the one after it.</summary>
    public PixelBlock After(PixelBlock block)
    {
        int first = block.First + block.Count;
        return first < _pixels ? block with { First = first, Count = Math.Min(Most, _pixels - first) }
            : FirstOf(block.Example + 1);
    }

    /// <summary>Copies numbers of a block out of those of all examples: as many planes as there are classes.</summary>
    public void Read(PixelBlock block, ReadOnlySpan<T> numbers, Span<T> planes)
    {
        numbers = numbers.Slice(block.Example * _classes * _pixels, _classes * _pixels);
        if (!_numbers.Span.IsEmpty)
        {
            numbers = numbers.Slice(block.First * _classes, block.Count * _classes);
            Transposition<T>.ToColumns(
                numbers, _classes, _classes, _numbers.Span[..block.Count], planes, block.Count);
            return;
        }

        for (int label = 0; label < _classes; label++)
        {
            numbers.Slice(label * _pixels + block.First, block.Count).CopyTo(planes[(label * block.Count)..]);
        }
    }

    /// <summary>Copies them back to where they belong.</summary>
    public void Write(PixelBlock block, ReadOnlySpan<T> planes, Span<T> numbers)
    {
        numbers = numbers.Slice(block.Example * _classes * _pixels, _classes * _pixels);
        if (!_numbers.Span.IsEmpty)
        {
            numbers = numbers.Slice(block.First * _classes, block.Count * _classes);
            Transposition<T>.ToRows(
                planes, block.Count, numbers, _classes, _classes, _numbers.Span[..block.Count]);
            return;
        }

        for (int label = 0; label < _classes; label++)
        {
            planes.Slice(label * block.Count, block.Count).CopyTo(numbers[(label * _pixels + block.First)..]);
        }
    }

    public void Dispose() => _numbers.Dispose();
}
