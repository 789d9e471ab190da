namespace LossKit.Internals.Groups;

/// <summary>A batch of groups by its addresses, which stay pinned meanwhile.</summary>
internal readonly struct GroupWork<T> : ISegmentWork where T : unmanaged, IFloatingPointIeee754<T>
{
    public required GroupKernel<T> Kernel { get; init; }

    public required DerivativeOrder Order { get; init; }

    public required T Scale { get; init; }

    /// <summary>The entries of a group if all have as many, else 0.</summary>
    public required int Width { get; init; }

    /// <summary>Where the groups begin, if they are not of one width.</summary>
    public required Pinned<int> Offsets { get; init; }

    public required Pinned<bool> Present { get; init; }

    public required Pinned<T> Predictions { get; init; }

    public required Pinned<T> Targets { get; init; }

    public required Pinned<T> Weights { get; init; }

    public required Pinned<T> Losses { get; init; }

    public required Pinned<T> Gradient { get; init; }

    public required Pinned<T> Hessian { get; init; }

    public CompensatedSum Run(int start, int length)
    {
        ReadOnlySpan<int> offsets = Offsets.Slice(start, length + 1);
        int first = Width > 0 ? start * Width : offsets[0];
        int entries = Width > 0 ? length * Width : offsets[^1] - first;
        GroupBatch<T> segment = new()
        {
            Groups = Width > 0 ? LossKit.Groups.OfWidth(Width) : LossKit.Groups.OfOffsets(offsets),
            Count = length,
            Predictions = Predictions.Slice(first, entries),
            Targets = Targets.Slice(first, entries),
            Weights = Weights.Slice(start, length),
            Present = Present.Slice(start, length),
            Losses = Losses.Slice(start, length),
            Gradient = Gradient.Slice(first, entries),
            Hessian = Hessian.Slice(first, entries),
            Scale = Scale,
        };
        return Kernel.Run(segment, Order, LaneWidths.Best);
    }
}
