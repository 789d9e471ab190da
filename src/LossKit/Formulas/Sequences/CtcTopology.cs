namespace LossKit.Formulas;

/// <summary>
/// Labels with blanks before, between and after them: blanks may be skipped, but not between two labels that are equal.
/// </summary>
/// <param name="blank">The class that means no label.</param>
public readonly struct CtcTopology(int blank) : ITopology
{
    /// <inheritdoc/>
    public int? Blank => blank;

    /// <inheritdoc/>
    public int States(int labels) => 2 * labels + 1;

    /// <inheritdoc/>
    public int ClassOf(int state, ReadOnlySpan<int> labels) => state % 2 == 0 ? blank : labels[state / 2];

    /// <inheritdoc/>
    public bool IsFirst(int state, ReadOnlySpan<int> labels) => state < 2;

    /// <inheritdoc/>
    public bool IsLast(int state, ReadOnlySpan<int> labels) => state >= 2 * labels.Length - 1;

    /// <inheritdoc/>
    public bool HasArc(int state, int distance, ReadOnlySpan<int> labels) =>
        distance < 2 || (state % 2 == 1 && labels[state / 2] != labels[state / 2 - 1]);
}
