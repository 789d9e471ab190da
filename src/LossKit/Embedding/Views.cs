namespace LossKit;

/// <summary>Two embeddings of the same items, row by row: row i of one is to match row i of the other.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public readonly ref struct Views<T> where T : unmanaged
{
    /// <summary>One embedding of each item, such as queries: items × dimension.</summary>
    public required ReadOnlySpan<T> First { get; init; }

    /// <summary>The other embedding of each item, such as keys.</summary>
    public required ReadOnlySpan<T> Second { get; init; }

    /// <summary>
    /// One number that similarities are multiplied with, an inverse temperature that is learnt, if the loss takes any;
    /// not 0. The loss' own by default.
    /// </summary>
    public ReadOnlySpan<T> Scale { get; init; }
}
