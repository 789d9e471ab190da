namespace LossKit.Internals.Lattice;

/// <summary>
/// Alignments of two series by their steps, of which each goes on in one of the two. Both together take two steps, and
/// the state between belongs to neither place: 2·j is at place j of the second series, 2·j + 1 on the way to the next.
/// </summary>
/// <param name="places">The length of the second series.</param>
internal readonly struct WarpingTopology(int places) : ITopology
{
    public int States(int labels) => 2 * places - 1;

    public int ClassOf(int state, ReadOnlySpan<int> labels) => state / 2;

    // Its own, because calling an interface's on a struct allocates.
    public int PlaceOf(int state) => 0;

    public bool IsFirst(int state, ReadOnlySpan<int> labels) => state == 0;

    public bool IsLast(int state, ReadOnlySpan<int> labels) => state == 2 * places - 2;

    public bool HasArc(int state, int distance, ReadOnlySpan<int> labels) => state % 2 == 0 || distance == 1;
}
