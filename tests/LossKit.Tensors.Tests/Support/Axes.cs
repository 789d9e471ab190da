namespace LossKit.Tensors.Tests.Support;

/// <summary>Entries with one axis moved to the end, or back, by plain arithmetic.</summary>
internal static class Axes
{
    /// <summary>The shape without an axis.</summary>
    public static nint[] Without(this nint[] lengths, int axis) => [.. lengths.Where((_, i) => i != axis)];

    /// <summary>Row-major entries of a shape, as they are when the axis has become the last.</summary>
    public static T[] AxisLast<T>(this T[] entries, nint[] lengths, int axis)
    {
        T[] moved = new T[entries.Length];
        for (int i = 0; i < entries.Length; i++)
        {
            moved[Moved(i, lengths, axis)] = entries[i];
        }

        return moved;
    }

    /// <summary>The other way round.</summary>
    public static T[] AxisBack<T>(this T[] moved, nint[] lengths, int axis) =>
        [.. Enumerable.Range(0, moved.Length).Select(i => moved[Moved(i, lengths, axis)])];

    private static int Moved(int index, nint[] lengths, int axis)
    {
        int inner = (int)lengths.Skip(axis + 1).Aggregate((nint)1, (a, b) => a * b);
        int width = (int)lengths[axis];
        (int outer, int rest) = Math.DivRem(index, inner * width);
        (int column, int within) = Math.DivRem(rest, inner);
        return (outer * inner + within) * width + column;
    }
}
