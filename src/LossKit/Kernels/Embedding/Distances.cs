using System.Numerics;

namespace LossKit.Kernels.Embedding;

/// <summary>What the distances of rows have in common.</summary>
internal static class Distances
{
    /// <summary>
    /// What the difference of two rows is multiplied with to make the gradient, given the derivative with respect to
    /// their distance: 0 where the distance is.
    /// </summary>
    public static T Force<T>(T slope, T distance) where T : unmanaged, IFloatingPointIeee754<T> =>
        distance == T.Zero && !T.IsNaN(slope) ? T.Zero : slope / distance;
}

/// <summary>Rows of a matrix in memory.</summary>
internal static class Rows
{
    public static Range At(int row, int dimension) => (row * dimension)..((row + 1) * dimension);
}
