namespace LossKit.Internals.Scores;

/// <summary>Distances of squared distances in a block of scores, and forces of their slopes.</summary>
internal static class DistanceScores<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>The distances, which are kept here and in the block.</summary>
    /// <param name="cells">The squared distances, column by column.</param>
    /// <param name="pitch">How far columns are apart.</param>
    /// <param name="rows">How many numbers of each are taken.</param>
    /// <param name="factor">What rows were multiplied with before.</param>
    /// <param name="kept">Receives the distances of the multiplied rows.</param>
    public static void Measure(Span<T> cells, int pitch, int rows, T factor, Span<T> kept)
    {
        for (int column = 0; column * rows < kept.Length; column++)
        {
            Span<T> distances = cells.Slice(column * pitch, rows);
            Spans.Sqrt(distances);
            distances.CopyTo(kept[(column * rows)..]);
            if (factor != T.One)
            {
                Spans.Scale(distances, T.One / factor);
            }
        }
    }

    /// <summary>What differences of rows are to be multiplied with, in place of slopes of distances.</summary>
    public static void Pull(Span<T> cells, int pitch, int rows, ReadOnlySpan<T> kept)
    {
        for (int column = 0; column * rows < kept.Length; column++)
        {
            Spans.Forces(cells.Slice(column * pitch, rows), kept.Slice(column * rows, rows));
        }
    }
}
