namespace LossKit;

/// <summary>Sequences of rows of logits, with the labels each of them is to say.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public readonly ref struct Sequences<T> where T : unmanaged
{
    /// <summary>
    /// The predictions: sequences × frames × classes, the last varying fastest; every sequence has as many frames, the
    /// longest's. Logarithms of probabilities are logits as well. −∞ is a class that is masked.
    /// </summary>
    public required ReadOnlySpan<T> Logits { get; init; }

    /// <summary>How many frames count, one a sequence. What the others hold is not read.</summary>
    public required ReadOnlySpan<int> InputLengths { get; init; }

    /// <summary>All targets one after the other, without padding.</summary>
    public required ReadOnlySpan<int> Labels { get; init; }

    /// <summary>How many labels a target has, one a sequence.</summary>
    public required ReadOnlySpan<int> TargetLengths { get; init; }
}
