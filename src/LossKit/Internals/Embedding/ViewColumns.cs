namespace LossKit.Internals.Embedding;

/// <summary>
/// The columns of a matrix of rows, one after the other, less their means and, if wanted, divided by their deviations;
/// with the way back for gradients.
/// </summary>
internal readonly ref struct ViewColumns<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly Rented<T> _numbers;
    private readonly Rented<T> _gradient;
    private readonly Rented<double> _deviations;
    private readonly Rented<int> _rows;

    /// <param name="matrix">Row by row.</param>
    /// <param name="columns">How many numbers a row has.</param>
    /// <param name="epsilon">What is added to variances before deviations are their roots; null if none divide.</param>
    /// <param name="differentiates">Whether a gradient is made.</param>
    public ViewColumns(ReadOnlySpan<T> matrix, int columns, double? epsilon, bool differentiates)
    {
        int rows = matrix.Length / columns;
        _numbers = new(matrix.Length);
        _gradient = new(differentiates ? matrix.Length : 0);
        _deviations = new(columns);
        _rows = new(rows);
        Gradient.Clear();
        Spans.Enumerate(_rows.Span);

        Transposition<T>.ToColumns(matrix, columns, columns, _rows.Span, _numbers.Span, rows);
        for (int column = 0; column < columns; column++)
        {
            Span<T> numbers = _numbers.Span.Slice(column * rows, rows);
            double square = Centring<T>.Centre(numbers);
            double deviation = epsilon is { } added ? Math.Sqrt(square / rows + added) : 1;
            _deviations.Span[column] = deviation;

            // A column without any deviation correlates with nothing.
            Spans.Scale(numbers, T.CreateTruncating(deviation == 0 ? 0 : 1 / deviation));
        }
    }

    public ReadOnlySpan<T> Numbers => _numbers.Span;

    /// <summary>
    /// Is to receive the gradient with respect to the numbers, and is 0 before; empty if nobody asks.
    /// </summary>
    public Span<T> Gradient => _gradient.Span;

    /// <summary>Makes of that the gradient with respect to the matrix.</summary>
    public void Backward(Span<T> gradient)
    {
        int rows = _rows.Span.Length;
        int columns = _deviations.Span.Length;
        for (int column = 0; column < columns && !gradient.IsEmpty; column++)
        {
            ReadOnlySpan<T> numbers = Numbers.Slice(column * rows, rows);
            Span<T> ofColumn = Gradient.Slice(column * rows, rows);
            double deviation = _deviations.Span[column];
            if (deviation != 1)
            {
                double along = RowProduct<T>.Of<Dot>(ofColumn, numbers) / rows;
                Spans.AddScaled(ofColumn, -T.CreateTruncating(along), numbers);
                Spans.Scale(ofColumn, T.CreateTruncating(deviation == 0 ? 0 : 1 / deviation));
            }

            _ = Centring<T>.Centre(ofColumn);
        }

        if (!gradient.IsEmpty)
        {
            Transposition<T>.ToRows(Gradient, rows, gradient, columns, columns, _rows.Span);
        }
    }

    public void Dispose()
    {
        _numbers.Dispose();
        _gradient.Dispose();
        _deviations.Dispose();
        _rows.Dispose();
    }
}
