namespace LossKit.Internals.Embedding;

/// <summary>Rows, or normalised ones in memory of their own.</summary>
internal readonly ref struct UnitRows<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly Rented<T> _rows;
    private readonly Rented<T> _norms;

    public UnitRows(ReadOnlySpan<T> rows, int dimension, bool normalizes)
    {
        _rows = new(normalizes ? rows.Length : 0);
        _norms = new(normalizes ? rows.Length / dimension : 0);
        Rows = rows;
        if (normalizes)
        {
            rows.CopyTo(_rows.Span);
            Normalization.Normalize(_rows.Span, dimension, _norms.Span);
            Rows = _rows.Span;
        }
    }

    public ReadOnlySpan<T> Rows { get; }

    /// <summary>Makes of the gradient with respect to these rows that with respect to the given ones.</summary>
    public void Backward(Span<T> gradient) => Normalization.Backward<T>(Rows, _norms.Span, gradient);

    public void Dispose()
    {
        _rows.Dispose();
        _norms.Dispose();
    }
}
