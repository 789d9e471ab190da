namespace LossKit;

/// <summary>
/// Scores of examples whose classes are ranks, with the thresholds between these, which all examples share.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public readonly ref struct OrdinalScores<T> where T : unmanaged
{
    /// <summary>One an example: the higher, the higher its rank.</summary>
    public required ReadOnlySpan<T> Scores { get; init; }

    /// <summary>One less than there are classes: the k-th is between classes k − 1 and k, counted from 1.</summary>
    public required ReadOnlySpan<T> Thresholds { get; init; }

    /// <summary>One an example: a class, or the label that is to be ignored.</summary>
    public required ReadOnlySpan<int> Labels { get; init; }
}
