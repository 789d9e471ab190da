namespace LossKit;

/// <summary>People with their risks, and what is known of their times. All spans are one entry a person.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public readonly ref struct Survival<T> where T : unmanaged
{
    /// <summary>The predictions: logarithms of hazard ratios, any numbers. −∞ is never at risk.</summary>
    public required ReadOnlySpan<T> Risks { get; init; }

    /// <summary>When the event happened, or until when it is known not to have.</summary>
    public required ReadOnlySpan<T> Times { get; init; }

    /// <summary>1 if the event was observed, 0 if the person is censored.</summary>
    public required ReadOnlySpan<int> Events { get; init; }

    /// <summary>
    /// Any integers: people of one stratum are compared with each other only. None means one stratum.
    /// </summary>
    public ReadOnlySpan<int> Strata { get; init; }

    /// <summary>
    /// From when on each person is watched: at risk only after it. Before the time. None means from the beginning.
    /// </summary>
    public ReadOnlySpan<T> Entries { get; init; }
}
