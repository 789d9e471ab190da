using LossKit.Internals.Buffers;
using LossKit.Internals.Embedding;

namespace LossKit.Orleans.Internals;

/// <summary>The rows of one view of a shard.</summary>
internal sealed class ViewSide<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>How many scores there are at a time.</summary>
    private const int MostScores = 1 << 18;

    private readonly T[] _norms;

    /// <param name="rows">Its own, which become normalised ones.</param>
    /// <param name="dimension">How many numbers a row has.</param>
    /// <param name="normalizes">Whether they do.</param>
    /// <param name="share">What the losses of these rows count.</param>
    public ViewSide(T[] rows, int dimension, bool normalizes, double share)
    {
        (Rows, Dimension, Share) = (rows, dimension, share);
        Count = rows.Length / dimension;
        _norms = new T[normalizes ? Count : 0];
        Normalization.Normalize(rows, dimension, _norms);
    }

    public T[] Rows { get; }

    public int Dimension { get; }

    public double Share { get; }

    public int Count { get; }

    /// <summary>The scores of these rows with others, row by row, some rows at a time.</summary>
    public IEnumerable<(int First, int Count, T[] Scores)> ScoresWith(ReadOnlyMemory<T> others, T scale)
    {
        int columns = others.Length / Dimension;
        int most = Math.Max(1, MostScores / Math.Max(1, columns));
        for (int first = 0; first < Count && columns > 0; first += most)
        {
            int count = Math.Min(most, Count - first);
            T[] scores = new T[count * columns];
            MatrixProduct<T>.RowsByRows<Dot>(
                Rows.AsSpan(first * Dimension, count * Dimension), others.Span, Dimension, scores);
            Spans.Scale(scores, scale);
            yield return (first, count, scores);
        }
    }

    /// <summary>
    /// Makes slopes by the normalised rows times the scale those by the given rows; returns the derivative by the
    /// scale.
    /// </summary>
    public double Backward(T[] slopes, T scale)
    {
        double ofScale = 0;
        for (int row = 0; row < Count; row++)
        {
            Range at = LossKit.Internals.Embedding.Rows.At(row, Dimension);
            ofScale += RowProduct<T>.Of<Dot>(slopes.AsSpan(at), Rows.AsSpan(at));
        }

        Spans.Scale(slopes, scale);
        Normalization.Backward<T>(Rows, _norms, slopes);
        return ofScale;
    }
}
