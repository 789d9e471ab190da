namespace LossKit;

/// <summary>
/// People with the curves that were predicted for them, and what is known of their times. What is one a person is so in
/// their order.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public readonly ref struct SurvivalCurves<T> where T : unmanaged
{
    /// <summary>
    /// The predictions, people × grid, person by person: the probability that the event comes later than each time of
    /// the grid.
    /// </summary>
    public required ReadOnlySpan<T> Survival { get; init; }

    /// <summary>The times that are looked at: finite, each after the one before it, at least one.</summary>
    public required ReadOnlySpan<T> Grid { get; init; }

    /// <summary>When the event happened, or until when it is known not to have; one a person.</summary>
    public required ReadOnlySpan<T> Times { get; init; }

    /// <summary>1 if the event was observed, 0 if the person is censored; one a person.</summary>
    public required ReadOnlySpan<int> Events { get; init; }

    /// <summary>
    /// How long people are watched (<see cref="KaplanMeier.OfCensoring"/>), from a reference sample, such as the one
    /// the model was trained on, or from the batch itself.
    /// </summary>
    public required KaplanMeier Censoring { get; init; }
}
