namespace LossKit;

/// <summary>
/// Triplets by their rows, for <see cref="IndexedTriplets{T}"/>: what <see cref="MinedLoss{T}.Triplets"/> finds.
/// </summary>
/// <param name="Anchors">Which row is the anchor of each.</param>
/// <param name="Positives">Which row, or reference, is its positive.</param>
/// <param name="Negatives">Which row, or reference, is its negative.</param>
public sealed record TripletIndices(
    ReadOnlyMemory<int> Anchors, ReadOnlyMemory<int> Positives, ReadOnlyMemory<int> Negatives);
