using LossKit.Internals.Storage;

namespace LossKit.Internals.Embedding;

/// <summary>Rows, or normalised ones in memory of their own.</summary>
internal readonly ref struct UnitRows<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly Rented<T> _rows;
    private readonly Rented<T> _norms;

    /// <param name="rows">Of numbers of 16 bits only if they are to be normalised.</param>
    /// <param name="dimension">How many numbers a row has.</param>
    /// <param name="normalizes">Whether there are to be others in their place.</param>
    public UnitRows(Source<T> rows, int dimension, bool normalizes)
    {
        _rows = new(normalizes ? rows.Length : 0);
        _norms = new(normalizes ? rows.Length / dimension : 0);
        if (normalizes)
        {
            rows.CopyTo(0, _rows.Span);
            Normalization.Normalize(_rows.Span, dimension, _norms.Span);
            Rows = _rows.Span;
        }
        else if (!rows.IsStored)
        {
            Rows = rows.Part(0, rows.Length, default);
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
