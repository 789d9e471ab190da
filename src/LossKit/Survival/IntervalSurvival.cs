namespace LossKit;

/// <summary>People with a number for each interval of time, and what is known of when their events happened.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public readonly ref struct IntervalSurvival<T> where T : unmanaged
{
    /// <summary>The predictions, people × intervals: any numbers.</summary>
    public required ReadOnlySpan<T> Predictions { get; init; }

    /// <summary>
    /// The interval of each person's event, or of the time until which it is known not to have happened; from 0 on.
    /// </summary>
    public required ReadOnlySpan<int> Intervals { get; init; }

    /// <summary>1 if the event was observed, 0 if the person is censored.</summary>
    public required ReadOnlySpan<int> Events { get; init; }

    /// <summary>
    /// Which part of that interval each person was watched, from 0 to 1: for the loss of hazards that are constant on
    /// each interval, and for no other.
    /// </summary>
    public ReadOnlySpan<T> Fractions { get; init; }
}
