namespace LossKit.Internals.Groups;

/// <summary>
/// Makes of a group what its program takes, before any lane is loaded: what needs an order, or all entries.
/// </summary>
internal interface IPreparation
{
    /// <summary>How many columns it fills; 0 if the program takes a group as it is given.</summary>
    static abstract int Columns { get; }

    /// <summary>Fills the columns of a group.</summary>
    /// <param name="scores">The scores.</param>
    /// <param name="targets">The targets.</param>
    /// <param name="entryWeights">What the entries count; empty if 1 each.</param>
    /// <param name="columns">
    /// One after the other: scores and targets in place of those given, then what <see cref="GroupCells{T}.Column"/>
    /// counts from 2 on.
    /// </param>
    void Prepare<T>(
        ReadOnlySpan<T> scores, ReadOnlySpan<T> targets, ReadOnlySpan<T> entryWeights, Span<T> columns)
        where T : unmanaged, IFloatingPointIeee754<T>;
}

/// <summary>Groups as they are given.</summary>
internal readonly struct AsGiven : IPreparation
{
    public static int Columns => 0;

    public void Prepare<T>(
        ReadOnlySpan<T> scores, ReadOnlySpan<T> targets, ReadOnlySpan<T> entryWeights, Span<T> columns)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
    }
}
