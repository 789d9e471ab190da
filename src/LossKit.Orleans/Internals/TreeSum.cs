namespace LossKit.Orleans.Internals;

/// <summary>
/// Adds parts two by two in a binary tree over their numbers: the same sums in any order of arrival, and never more
/// parts kept than have no neighbour yet.
/// </summary>
/// <remarks>
/// On each level the one of even number is added to by the next, and a last one without a neighbour goes up as it is. A
/// range that begins at a multiple of a power of two and is as long, or is the last, is a subtree: so who sums up
/// ranges, and by how many at a time, makes no difference.
/// </remarks>
/// <param name="count">How many parts there are to come, at least 1.</param>
/// <param name="add">Makes the sum of a part and its right neighbour.</param>
internal sealed class TreeSum<TPart>(int count, Func<TPart, TPart, TPart> add) where TPart : class
{
    private readonly Dictionary<(int Level, int Index), TPart> _waiting = [];

    /// <summary>The sum of all; null as long as some have not come.</summary>
    public TPart? Total { get; private set; }

    /// <summary>Takes in a part, from any thread.</summary>
    public void Add(int index, TPart part)
    {
        int width = count;
        for (int level = 0; width > 1; level++)
        {
            int neighbour = index ^ 1;
            if (neighbour < width)
            {
                TPart? other;
                lock (_waiting)
                {
                    if (!_waiting.Remove((level, neighbour), out other))
                    {
                        _waiting.Add((level, index), part);
                        return;
                    }
                }

                part = index < neighbour ? add(part, other) : add(other, part);
            }

            index >>= 1;
            width = (width + 1) >> 1;
        }

        Total = part;
    }
}
