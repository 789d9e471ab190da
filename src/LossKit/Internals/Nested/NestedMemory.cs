namespace LossKit.Internals.Nested;

/// <summary>The scratch memory of <see cref="NestedSums"/>.</summary>
/// <param name="entries">How many there are.</param>
/// <param name="hasSizes">Whether sizes are not the scores themselves.</param>
/// <param name="hasOthers">Whether ties follow Efron's rule.</param>
internal readonly ref struct NestedMemory(int entries, bool hasSizes, bool hasOthers)
{
    private const int Always = 6;

    private readonly Rented<double> _rented = new(EmbeddingChecks.Numbers(
        (Always + (hasSizes ? 1L : 0) + (hasOthers ? 1L : 0)) * entries));

    public NestedSums Sums(Span<int> ends, Span<int> lasts, Stays stays) => new()
    {
        Ends = ends,
        Lasts = lasts,
        Stays = stays,
        Scores = Part(0),
        Shares = Part(1),
        Terms = Part(2),
        Peaks = Part(3),
        Rests = Part(4),
        Losses = Part(5),
        Sizes = hasSizes ? Part(Always) : Part(0),
        Others = hasOthers ? Part(hasSizes ? Always + 1 : Always) : default,
    };

    public void Dispose() => _rented.Dispose();

    private Span<double> Part(int k) => _rented.Span.Slice(k * entries, entries);
}
