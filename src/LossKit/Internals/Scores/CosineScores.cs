namespace LossKit.Internals.Scores;

/// <summary>What losses of labelled rows of cosines make of these.</summary>
/// <param name="Scale">What they are multiplied with; positive.</param>
/// <param name="Centers">How many columns a class has: the largest of their cosines is its.</param>
/// <param name="OfLabel">What takes the place of the label's, of angles and margins; nothing if it stays.</param>
/// <param name="Margins">One for all classes or one each.</param>
/// <param name="HasNorms">Whether all are multiplied with the norm of their row besides.</param>
internal sealed record CosineScores<T>(
    T Scale, int Centers, Kernel<double>? OfLabel = null, double[]? Margins = null, bool HasNorms = false)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public double MarginOf(int label) => Margins is { Length: > 1 } ? Margins[label] : Margins![0];
}

/// <summary>Classes of several columns, each of which is worth the largest of them.</summary>
internal static class SubCenters<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>The largest of the columns of each class; NaN if one is.</summary>
    /// <param name="cells">Scores, column by column; of each the first are read.</param>
    /// <param name="pitch">How far columns are apart.</param>
    /// <param name="centers">How many columns a class has.</param>
    /// <param name="rows">How many numbers of a column are read; whole vectors.</param>
    /// <param name="largest">As many numbers of each class.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Largest(ReadOnlySpan<T> cells, int pitch, int centers, int rows, Span<T> largest)
    {
        for (int at = 0; at < largest.Length; at += Vector<T>.Count)
        {
            ReadOnlySpan<T> column = cells[(at / rows * centers * pitch + at % rows)..];
            Vector<T> best = new(column);
            for (int k = 1; k < centers; k++)
            {
                best = Vector.Max(new Vector<T>(column[(k * pitch)..]), best);
            }

            best.CopyTo(largest[at..]);
        }
    }

    /// <summary>
    /// Puts the slopes of classes in the place of the first of their largest scores, and 0 in all others'.
    /// </summary>
    /// <inheritdoc cref="Largest"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Spread(Span<T> cells, int pitch, int centers, int rows, ReadOnlySpan<T> slopes)
    {
        for (int at = 0; at < slopes.Length; at += Vector<T>.Count)
        {
            Span<T> column = cells[(at / rows * centers * pitch + at % rows)..];
            Vector<T> slope = new(slopes[at..]);
            Vector<T> best = new(column);
            Vector<T> place = Vector<T>.Zero;
            for (int k = 1; k < centers; k++)
            {
                Vector<T> score = new(column[(k * pitch)..]);
                place = Vector.ConditionalSelect(
                    Vector.GreaterThan(score, best), new Vector<T>(T.CreateTruncating(k)), place);
                best = Vector.Max(score, best);
            }

            // NaN minus itself stays NaN: all of a row's derivatives are.
            for (int k = 0; k < centers; k++)
            {
                Vector<T> isBest = Vector.Equals(place, new Vector<T>(T.CreateTruncating(k)));
                Vector.ConditionalSelect(isBest, slope, slope - slope).CopyTo(column[(k * pitch)..]);
            }
        }
    }
}
