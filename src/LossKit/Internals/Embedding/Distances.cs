namespace LossKit.Internals.Embedding;

/// <summary>What the distances of rows have in common.</summary>
internal static class Distances
{
    /// <summary>
    /// What the difference of two rows is multiplied with to make the gradient, given the derivative with respect to
    /// their distance: 0 where the distance or the derivative is.
    /// </summary>
    public static T Force<T>(T slope, T distance) where T : unmanaged, IFloatingPointIeee754<T> =>
        slope == T.Zero || (distance == T.Zero && !T.IsNaN(slope)) ? T.Zero : slope / distance;

    /// <summary>
    /// Whether two rows do not pull at each other, as those of weight 0; then their gradients are cleared, whatever the
    /// rows hold.
    /// </summary>
    public static bool IsLeft<T>(T slope, Span<T> gradientFirst, Span<T> gradientSecond)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (slope != T.Zero)
        {
            return false;
        }

        gradientFirst.Clear();
        gradientSecond.Clear();
        return true;
    }
}

/// <summary>Rows of a matrix in memory.</summary>
internal static class Rows
{
    public static Range At(int row, int dimension) => (row * dimension)..((row + 1) * dimension);

    /// <summary>A part of a span, or nothing of one that is left out.</summary>
    public static Span<T> IfAny<T>(Span<T> span, Range part) => span.IsEmpty ? default : span[part];

    /// <inheritdoc cref="IfAny{T}(Span{T}, Range)"/>
    public static ReadOnlySpan<T> IfAny<T>(ReadOnlySpan<T> span, Range part) => span.IsEmpty ? default : span[part];
}
