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

}

/// <summary>Rows, or rows less the means of their numbers in memory of their own.</summary>
internal readonly ref struct CentredRows<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly Rented<T> _rows;
    private readonly Rented<T> _inverseSquares;
    private readonly int _dimension;

    public CentredRows(ReadOnlySpan<T> rows, int dimension, bool centres)
    {
        _rows = new(centres ? rows.Length : 0);
        _inverseSquares = new(centres ? rows.Length / dimension : 0);
        _dimension = dimension;
        Rows = centres ? _rows.Span : rows;
        rows[.._rows.Span.Length].CopyTo(_rows.Span);
        for (int k = 0; k < _inverseSquares.Span.Length; k++)
        {
            double square = Centring<T>.Centre(_rows.Span[Embedding.Rows.At(k, dimension)]);
            _inverseSquares.Span[k] = T.CreateTruncating(square == 0 ? 0 : 1 / square);
        }
    }

    public ReadOnlySpan<T> Rows { get; }

    /// <summary>The inverse squares of what is left of rows; 0 of 0, empty if they are as they were.</summary>
    public ReadOnlySpan<T> InverseSquares => _inverseSquares.Span;

    /// <summary>Makes of the gradient with respect to these rows that with respect to the given ones.</summary>
    /// <param name="slopes">The derivatives with respect to the squares, whose gradient is added; empty if 0.</param>
    /// <param name="gradient">The gradient; empty if nobody asks.</param>
    public void Backward(ReadOnlySpan<T> slopes, Span<T> gradient)
    {
        for (int k = 0; k < InverseSquares.Length && !gradient.IsEmpty; k++)
        {
            Range row = Embedding.Rows.At(k, _dimension);
            if (!slopes.IsEmpty && slopes[k] != T.Zero)
            {
                Spans.AddScaled(gradient[row], slopes[k] + slopes[k], Rows[row]);
            }

            _ = Centring<T>.Centre(gradient[row]);
        }
    }

    public void Dispose()
    {
        _rows.Dispose();
        _inverseSquares.Dispose();
    }
}
