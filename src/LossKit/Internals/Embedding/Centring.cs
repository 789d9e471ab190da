namespace LossKit.Internals.Embedding;

/// <summary>Rows less the means of their numbers.</summary>
internal static class Centring<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Subtracts the mean of each row in place, and squares what is left.</summary>
    public static void Centre(Span<T> rows, int dimension, Span<T> squares)
    {
        for (int k = 0; k < squares.Length; k++)
        {
            Span<T> row = rows[Rows.At(k, dimension)];
            Spans.Shift(row, -Mean(row), row);
            squares[k] = T.CreateTruncating(RowProduct<T>.Of<Dot>(row, row));
        }
    }

    /// <summary>
    /// Turns the gradient with respect to rows that were centred into that with respect to those before.
    /// </summary>
    /// <param name="rows">The centred rows.</param>
    /// <param name="dimension">How many numbers a row has.</param>
    /// <param name="slopes">The derivatives with respect to the squares, whose gradient is added.</param>
    /// <param name="gradient">The gradient; empty if nobody asks.</param>
    public static void Backward(
        ReadOnlySpan<T> rows, int dimension, ReadOnlySpan<T> slopes, Span<T> gradient)
    {
        for (int k = 0; k < slopes.Length && !gradient.IsEmpty; k++)
        {
            Span<T> ofRow = gradient[Rows.At(k, dimension)];
            if (slopes[k] != T.Zero)
            {
                Spans.AddScaled(ofRow, slopes[k] + slopes[k], rows[Rows.At(k, dimension)]);
            }

            Spans.Shift(ofRow, -Mean(ofRow), ofRow);
        }
    }

    private static T Mean(ReadOnlySpan<T> row)
    {
        double sum = 0;
        foreach (T number in row)
        {
            sum += double.CreateTruncating(number);
        }

        return T.CreateTruncating(sum / row.Length);
    }
}
