namespace LossKit.Internals.Groups;

/// <summary>What a pass over groups reads and writes. Empty spans are not read or written.</summary>
internal readonly ref struct GroupBatch<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    public required LossKit.Groups Groups { get; init; }

    public required int Count { get; init; }

    public required ReadOnlySpan<T> Predictions { get; init; }

    public required ReadOnlySpan<T> Targets { get; init; }

    /// <summary>What each entry counts, for programs that ask; empty if all count 1.</summary>
    public ReadOnlySpan<T> EntryWeights { get; init; }

    /// <summary>One a group.</summary>
    public ReadOnlySpan<T> Weights { get; init; }

    /// <summary>Whether each group is there; empty if all are. What is not there has a loss of 0.</summary>
    public ReadOnlySpan<bool> Present { get; init; }

    /// <summary>One a group.</summary>
    public Span<T> Losses { get; init; }

    /// <summary>May be the predictions.</summary>
    public Span<T> Gradient { get; init; }

    public Span<T> Hessian { get; init; }

    /// <summary>What the derivatives are multiplied with, on top of the weights.</summary>
    public T Scale { get; init; }

    public T WeightOf(int group) => Weights.IsEmpty ? T.One : Weights[group];
}
