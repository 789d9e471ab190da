namespace LossKit;

/// <summary>Images of one size, or volumes, of several channels: what a loss of whole images is given.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public readonly ref struct Images<T> where T : unmanaged
{
    // Beyond the first, so that an image need not say that it is flat.
    private readonly int _furtherSlices;

    /// <summary>Images × channels × (depth ×) height × width, the last varying fastest.</summary>
    public required ReadOnlySpan<T> Predictions { get; init; }

    /// <summary>The true images, of as many numbers; none for a loss of the predictions alone.</summary>
    public ReadOnlySpan<T> Targets { get; init; }

    /// <summary>How many channels an image has.</summary>
    public required int Channels { get; init; }

    /// <summary>How many slices a volume has; 1, as it is if nothing is said, is a flat image.</summary>
    public int Depth
    {
        get => _furtherSlices + 1;
        init => _furtherSlices = value - 1;
    }

    /// <summary>How many rows an image has.</summary>
    public required int Height { get; init; }

    /// <summary>How many pixels a row has.</summary>
    public required int Width { get; init; }

    /// <summary>
    /// Which pixels there are, images × (depth ×) height × width; what is masked has no part, whatever it holds. None
    /// means all.
    /// </summary>
    public ReadOnlySpan<bool> Mask { get; init; }
}
