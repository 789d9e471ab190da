namespace LossKit.Internals.Groups;

/// <summary>A batch of groups with what evaluates its segments.</summary>
internal readonly ref struct GroupWork<T> : ISegmentWork where T : unmanaged, IFloatingPointIeee754<T>
{
    public required GroupKernel<T> Kernel { get; init; }

    public required DerivativeOrder Order { get; init; }

    public required GroupBatch<T> Batch { get; init; }

    /// <summary>Where the groups begin, if they are not of one width.</summary>
    public required ReadOnlySpan<int> Offsets { get; init; }

    public CompensatedSum Run(int start, int length)
    {
        int width = Batch.Groups.Width;
        ReadOnlySpan<int> offsets = width > 0 ? default : Offsets.Slice(start, length + 1);
        int first = width > 0 ? start * width : offsets[0];
        int entries = width > 0 ? length * width : offsets[^1] - first;
        GroupBatch<T> segment = Batch with
        {
            Groups = width > 0 ? Batch.Groups : LossKit.Groups.OfOffsets(offsets),
            Count = length,
            Predictions = Batch.Predictions.Slice(first, entries),
            Targets = Batch.Targets.Slice(first, entries),
            EntryWeights = Batch.EntryWeights.IsEmpty ? default : Batch.EntryWeights.Slice(first, entries),
            Weights = Batch.Weights.IsEmpty ? default : Batch.Weights.Slice(start, length),
            Present = Batch.Present.IsEmpty ? default : Batch.Present.Slice(start, length),
            Losses = Batch.Losses.IsEmpty ? default : Batch.Losses.Slice(start, length),
            Gradient = Batch.Gradient.IsEmpty ? default : Batch.Gradient.Slice(first, entries),
            Hessian = Batch.Hessian.IsEmpty ? default : Batch.Hessian.Slice(first, entries),
        };
        return Kernel.Run(segment, Order, LaneWidths.Best);
    }
}
