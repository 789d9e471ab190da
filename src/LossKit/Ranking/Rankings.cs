namespace LossKit;

/// <summary>Lists of items with their scores and relevances, one list after the other.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public readonly ref struct Rankings<T> where T : unmanaged
{
    /// <summary>The predictions, one an item: higher ones rank first. −∞ is an item that is never chosen.</summary>
    public required ReadOnlySpan<T> Scores { get; init; }

    /// <summary>How relevant each item is: any numbers.</summary>
    public required ReadOnlySpan<T> Relevances { get; init; }

    /// <summary>How many items each list has.</summary>
    public required ReadOnlySpan<int> Lengths { get; init; }

    /// <summary>Which items there are; what is masked has no part, whatever it holds. None means all.</summary>
    public ReadOnlySpan<bool> Mask { get; init; }

    /// <summary>
    /// What each item counts, for losses of pairs, where a pair counts as much as its more relevant item, and of a
    /// softmax, where its relevance does. None means 1 each.
    /// </summary>
    public ReadOnlySpan<T> ItemWeights { get; init; }
}
