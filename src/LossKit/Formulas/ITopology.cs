namespace LossKit.Formulas;

/// <summary>
/// How a target may be spread over the frames of a sequence: its states, each of which emits one class a frame, and the
/// arcs between them. From each frame to the next an arc stays in a state, goes on to the next one, or skips one.
/// </summary>
/// <remarks>
/// The loss of a sequence is −log of the summed probability of all paths from a first to a last state. That all arcs
/// lead forward is what makes it fast: states lie side by side in registers. Implement it as a <c>readonly struct</c>
/// or a class without state of a call; it is asked once a sequence, by any thread, and <see cref="CtcTopology"/> is an
/// example.
/// </remarks>
public interface ITopology : IFormula
{
    /// <summary>The class that means no label, which no target may hold; null if there is none.</summary>
    int? Blank => null;

    /// <summary>How many states a target of this many labels has.</summary>
    int States(int labels);

    /// <summary>The class that a state emits.</summary>
    int ClassOf(int state, ReadOnlySpan<int> labels);

    /// <summary>
    /// In which of a frame's rows of logits a state emits, if a frame has one for each label said so far: that of the
    /// state before, or one more, whose arc then stays in the frame. A frame has one row where all are 0.
    /// </summary>
    int PlaceOf(int state) => 0;

    /// <summary>Whether paths may begin in a state.</summary>
    bool IsFirst(int state, ReadOnlySpan<int> labels);

    /// <summary>Whether paths may end in a state.</summary>
    bool IsLast(int state, ReadOnlySpan<int> labels);

    /// <summary>
    /// Whether an arc leads from <paramref name="state"/> − <paramref name="distance"/>, a state, to
    /// <paramref name="state"/>.
    /// </summary>
    /// <param name="state">Where the arc leads to.</param>
    /// <param name="distance">0, 1 or 2.</param>
    /// <param name="labels">The target.</param>
    bool HasArc(int state, int distance, ReadOnlySpan<int> labels);
}
