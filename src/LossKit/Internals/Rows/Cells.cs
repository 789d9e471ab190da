namespace LossKit.Internals.Rows;

/// <summary>What is different between lanes across rows and lanes along one.</summary>
internal static class Cells<T, TLane, TAcross>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
    where TAcross : struct, IChoice
{
    /// <summary>The columns of the cell at <paramref name="at"/>, the <paramref name="cell"/>th of its row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Columns(nuint cell, nuint at) => TAcross.IsYes ? (double)cell : (double)at + TLane.Indices;

    /// <summary>One number a column.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane OfColumns(ref readonly T numbers, nuint cell, nuint at) => TAcross.IsYes
        ? TLane.Broadcast(in numbers, cell)
        : TLane.Load(in numbers, at);

    /// <summary>
    /// <paramref name="value"/>, but 0 where the cell at <paramref name="at"/> repeats the one before it, whose
    /// successor was to begin at <paramref name="start"/>.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Once(TLane value, nuint start, nuint at) => TAcross.IsYes || at == start
        ? value
        : TLane.SelectGreater(TLane.Indices, (double)(start - at) - 0.5, value, 0.0);

    /// <summary>
    /// <paramref name="value"/>, but <paramref name="atLabel"/> where the cell holds the label: two cells do where the
    /// last one overlaps the one before it.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Select(in RowChunk<T> chunk, TLane labels, TLane value, TLane atLabel, nuint cell, nuint at) =>
        TAcross.IsYes || chunk.Label - at < (nuint)TLane.Count
            ? TLane.SelectPositive(TLane.Abs(labels - Columns(cell, at)), value, atLabel)
            : value;

    /// <summary>
    /// Asks for what the next row has where <paramref name="row"/> has the cell at <paramref name="at"/>: it comes
    /// while this one is computed. Across rows all are there already.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void PrefetchNextRow(ref readonly T row, nuint length, nuint at)
    {
        if (!TAcross.IsYes)
        {
            TLane.Prefetch(in row, at + length);
        }
    }

    /// <summary>
    /// Asks for the place of an output that will be written soon: two outputs written by turns, at addresses that
    /// straddle cache lines, would wait for each line.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void PrefetchOutput(ref readonly T output, nuint at)
    {
        if (!TAcross.IsYes)
        {
            TLane.Prefetch(in output, at + 4 * (nuint)TLane.Count);
        }
    }

    /// <summary>The sum over the columns of a row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Sum(TLane cells) => TAcross.IsYes ? cells : TLane.Sum(cells);

    /// <summary>The largest number of a row; NaN may be left out.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Maximum(TLane cells) => TAcross.IsYes ? cells : TLane.Maximum(cells);

    /// <summary>The sum of what there is one of a row, for a lane that begins with <paramref name="row"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double SumOfRows(in RowChunk<T> chunk, TLane numbers, nuint row) =>
        TLane.Sum(TLane.SelectGreater((double)(chunk.Count - (int)row), TLane.Indices, numbers, 0.0));
}
