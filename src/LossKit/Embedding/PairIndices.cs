namespace LossKit;

/// <summary>
/// Pairs by their rows, for <see cref="IndexedPairs{T}"/>: what <see cref="InBatchLoss{T}.MinedPairs"/> finds.
/// </summary>
/// <param name="First">Which row is the first of each pair.</param>
/// <param name="Second">Which row, or reference, is the second.</param>
/// <param name="Labels">1 where both have the same label, else 0.</param>
public sealed record PairIndices(ReadOnlyMemory<int> First, ReadOnlyMemory<int> Second, ReadOnlyMemory<int> Labels);
