namespace LossKit.Internals.Scores;

/// <summary>
/// Leaves out of a row's similarities which are easy: positives above all negatives, and negatives below all positives,
/// by ε at least.
/// </summary>
internal static class PairMiner
{
    /// <summary>Makes the similarities of what is left out infinite: +∞ of a positive, −∞ of a negative.</summary>
    /// <param name="cells">The similarity to each column, <paramref name="pitch"/> apart.</param>
    /// <param name="pitch">How far columns are apart.</param>
    /// <param name="row">The row itself, among the columns or beyond them.</param>
    /// <param name="labels">The label of each column, and of the row.</param>
    /// <param name="epsilon">ε.</param>
    public static void Mine<T>(Span<T> cells, int pitch, int row, ReadOnlySpan<T> labels, T epsilon)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T nearest = T.NegativeInfinity;
        T farthest = T.PositiveInfinity;
        for (int column = 0; column * pitch < cells.Length; column++)
        {
            T score = cells[column * pitch];
            bool isPositive = labels[column] == labels[row];
            nearest = isPositive ? nearest : T.MaxNumber(nearest, score);
            farthest = isPositive && column != row ? T.MinNumber(farthest, score) : farthest;
        }

        for (int column = 0; column * pitch < cells.Length; column++)
        {
            // A NaN is neither, and stays.
            ref T score = ref cells[column * pitch];
            bool isPositive = labels[column] == labels[row];
            score = column == row ? score
                : isPositive && score - epsilon >= nearest ? T.PositiveInfinity
                : !isPositive && score + epsilon <= farthest ? T.NegativeInfinity
                : score;
        }
    }
}
