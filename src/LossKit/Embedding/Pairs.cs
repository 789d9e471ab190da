namespace LossKit;

/// <summary>Pairs of embeddings, row by row, each with a label that says how the two are to lie.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public readonly ref struct Pairs<T> where T : unmanaged
{
    /// <summary>One row of each pair: pairs × dimension.</summary>
    public required ReadOnlySpan<T> First { get; init; }

    /// <summary>The other row of each pair.</summary>
    public required ReadOnlySpan<T> Second { get; init; }

    /// <summary>What is to be the case, one a pair; the loss says which labels there are.</summary>
    public required ReadOnlySpan<int> Labels { get; init; }
}
