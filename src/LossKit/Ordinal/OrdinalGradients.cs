namespace LossKit;

/// <summary>Where the gradients of a loss of scores and thresholds go.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public readonly ref struct OrdinalGradients<T> where T : unmanaged
{
    /// <summary>With respect to <see cref="OrdinalScores{T}.Scores"/>.</summary>
    public Span<T> Scores { get; init; }

    /// <summary>With respect to <see cref="OrdinalScores{T}.Thresholds"/>.</summary>
    public Span<T> Thresholds { get; init; }

    internal bool IsEmpty => Scores.IsEmpty && Thresholds.IsEmpty;

    internal void Clear()
    {
        Scores.Clear();
        Thresholds.Clear();
    }
}
