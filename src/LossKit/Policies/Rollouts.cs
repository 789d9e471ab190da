namespace LossKit;

/// <summary>Sequences of tokens that a policy has sampled, one after the other.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public readonly ref struct Rollouts<T> where T : unmanaged
{
    /// <summary>The predictions: the log-probability of each token by the policy that is trained.</summary>
    public required ReadOnlySpan<T> LogProbabilities { get; init; }

    /// <summary>The same by the policy that has sampled them.</summary>
    public required ReadOnlySpan<T> OldLogProbabilities { get; init; }

    /// <summary>How much better than expected each token's sequence was.</summary>
    public required ReadOnlySpan<T> Advantages { get; init; }

    /// <summary>Log-probabilities by a reference, for losses with a divergence from it.</summary>
    public ReadOnlySpan<T> ReferenceLogProbabilities { get; init; }

    /// <summary>How many tokens each sequence has.</summary>
    public required ReadOnlySpan<int> Lengths { get; init; }

    /// <summary>Which tokens there are; what is masked has no part, whatever it holds. None means all.</summary>
    public ReadOnlySpan<bool> Mask { get; init; }
}

/// <summary>Where the gradients of a loss of rollouts go.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public readonly ref struct RolloutGradients<T> where T : unmanaged
{
    /// <summary>With respect to <see cref="Rollouts{T}.LogProbabilities"/>; 0 for what is masked.</summary>
    public Span<T> LogProbabilities { get; init; }
}
