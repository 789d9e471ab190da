namespace LossKit.Formulas;

/// <summary>
/// Labels and blanks, each said in a row of logits of its own: after u labels, a blank leads to the next frame and the
/// next label to the frame's next row.
/// </summary>
/// <remarks>A place has two states, which say its blank and its label; the last place has a blank only.</remarks>
/// <param name="blank">The class that means no label.</param>
public readonly struct RnnTransducerTopology(int blank) : ITopology
{
    /// <inheritdoc/>
    public int? Blank => blank;

    /// <inheritdoc/>
    public int States(int labels) => 2 * labels + 1;

    /// <inheritdoc/>
    public int ClassOf(int state, ReadOnlySpan<int> labels) => state % 2 == 0 ? blank : labels[state / 2];

    /// <inheritdoc/>
    public int PlaceOf(int state) => state / 2;

    /// <inheritdoc/>
    public bool IsFirst(int state, ReadOnlySpan<int> labels) => state < 2;

    /// <inheritdoc/>
    public bool IsLast(int state, ReadOnlySpan<int> labels) => state == 2 * labels.Length;

    /// <inheritdoc/>
    public bool HasArc(int state, int distance, ReadOnlySpan<int> labels) => distance - state % 2 is 0 or 1;
}
