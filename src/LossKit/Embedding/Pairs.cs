namespace LossKit;

/// <summary>
/// Pairs of embeddings, row by row, each with a label or a number that says how the two are to lie, if the loss takes
/// any.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public readonly ref struct Pairs<T> where T : unmanaged
{
    /// <summary>One row of each pair: pairs × dimension.</summary>
    public required ReadOnlySpan<T> First { get; init; }

    /// <summary>The other row of each pair.</summary>
    public required ReadOnlySpan<T> Second { get; init; }

    /// <summary>What is to be the case, one a pair; the loss says which labels there are, if it takes labels.</summary>
    public ReadOnlySpan<int> Labels { get; init; }

    /// <summary>What the score of each pair is to be, if the loss takes numbers.</summary>
    public ReadOnlySpan<T> Targets { get; init; }
}
