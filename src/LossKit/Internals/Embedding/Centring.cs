namespace LossKit.Internals.Embedding;

/// <summary>Rows less the means of their numbers.</summary>
internal static class Centring<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Subtracts the mean of numbers in place; returns the sum of squares of what is left.</summary>
    public static double Centre(Span<T> numbers)
    {
        double sum = 0;
        foreach (T number in numbers)
        {
            sum += double.CreateTruncating(number);
        }

        Spans.Shift(numbers, -T.CreateTruncating(sum / numbers.Length), numbers);
        return RowProduct<T>.Of<Dot>(numbers, numbers);
    }

    /// <summary>Centres each row, and inverts the square of what is left; 0 stays 0.</summary>
    public static void Centre(Span<T> rows, int dimension, Span<T> inverseSquares)
    {
        for (int k = 0; k < inverseSquares.Length; k++)
        {
            double square = Centre(rows[Rows.At(k, dimension)]);
            inverseSquares[k] = T.CreateTruncating(square == 0 ? 0 : 1 / square);
        }
    }

    /// <summary>
    /// Turns the gradient with respect to rows that were centred into that with respect to those before.
    /// </summary>
    /// <param name="rows">The centred rows.</param>
    /// <param name="dimension">How many numbers a row has.</param>
    /// <param name="slopes">The derivatives with respect to the squares, whose gradient is added.</param>
    /// <param name="gradient">The gradient; empty if nobody asks.</param>
    public static void Backward(ReadOnlySpan<T> rows, int dimension, ReadOnlySpan<T> slopes, Span<T> gradient)
    {
        for (int k = 0; k < slopes.Length && !gradient.IsEmpty; k++)
        {
            Span<T> ofRow = gradient[Rows.At(k, dimension)];
            if (slopes[k] != T.Zero)
            {
                Spans.AddScaled(ofRow, slopes[k] + slopes[k], rows[Rows.At(k, dimension)]);
            }

            _ = Centre(ofRow);
        }
    }
}
