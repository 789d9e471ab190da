namespace LossKit;

/// <summary>Pairs of series of points, whose lengths may differ.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public readonly ref struct SeriesPairs<T> where T : unmanaged
{
    /// <summary>The first series of all pairs, one after the other without padding: points × dimension.</summary>
    public required ReadOnlySpan<T> First { get; init; }

    /// <summary>The second series of all pairs.</summary>
    public required ReadOnlySpan<T> Second { get; init; }

    /// <summary>How many points each first series has.</summary>
    public required ReadOnlySpan<int> FirstLengths { get; init; }

    /// <summary>How many points each second series has.</summary>
    public required ReadOnlySpan<int> SecondLengths { get; init; }
}
