namespace LossKit;

/// <summary>Sequences of frames with a tag each, and the scores of the tags and of what follows on what.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public readonly ref struct TaggedSequences<T> where T : unmanaged
{
    /// <summary>
    /// What each frame scores as each tag: sequences × frames × classes, the last varying fastest; every sequence has
    /// as many frames, the longest's. −∞ is a tag that is masked.
    /// </summary>
    public required ReadOnlySpan<T> Emissions { get; init; }

    /// <summary>What each tag (row) scores before each other (column): classes × classes. −∞ never follows.</summary>
    public required ReadOnlySpan<T> Transitions { get; init; }

    /// <summary>What each tag scores as the first of a sequence; none means 0 each.</summary>
    public ReadOnlySpan<T> Start { get; init; }

    /// <summary>What each tag scores as the last of a sequence; none means 0 each.</summary>
    public ReadOnlySpan<T> End { get; init; }

    /// <summary>How many frames count, one a sequence. What the others hold is not read.</summary>
    public required ReadOnlySpan<int> InputLengths { get; init; }

    /// <summary>The tags of all sequences one after the other, without padding. Decoding needs none.</summary>
    public ReadOnlySpan<int> Labels { get; init; }
}

/// <summary>Where the gradients of a loss of tagged sequences go.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public readonly ref struct TaggedSequenceGradients<T> where T : unmanaged
{
    /// <summary>With respect to <see cref="TaggedSequences{T}.Emissions"/>; 0 in frames that do not count.</summary>
    public Span<T> Emissions { get; init; }

    /// <summary>With respect to <see cref="TaggedSequences{T}.Transitions"/>.</summary>
    public Span<T> Transitions { get; init; }

    /// <summary>With respect to <see cref="TaggedSequences{T}.Start"/>.</summary>
    public Span<T> Start { get; init; }

    /// <summary>With respect to <see cref="TaggedSequences{T}.End"/>.</summary>
    public Span<T> End { get; init; }
}
