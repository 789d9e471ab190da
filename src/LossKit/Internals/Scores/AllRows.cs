namespace LossKit.Internals.Scores;

/// <summary>All rows of products of two batches, with all columns of each.</summary>
internal readonly ref struct AllRows<T> : IScores<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly CrossProducts<T> _products;
    private readonly ReadOnlySpan<int> _numbers;
    private readonly ReadOnlySpan<T> _weights;

    private AllRows(CrossProducts<T> products, ReadOnlySpan<int> numbers, in Call<T> call)
    {
        _products = products;
        _numbers = numbers;
        _weights = call.Order > DerivativeOrder.Value ? call.Weights : default;
    }

    public int Rows => _numbers.Length;

    public int Columns => _products.Columns;

    public int BlockRows => ScoreBlocks<T>.RowsOf(Rows, Columns);

    /// <summary>The weighted sum of the losses; what the slopes make of gradients is added to these.</summary>
    public static CompensatedSum Run<TWork>(CrossProducts<T> products, in TWork work)
        where TWork : struct, IScoreWork<T>, allows ref struct
    {
        using Rented<int> numbers = new(products.Left.Length / products.Dimension);
        Spans.Enumerate(numbers.Span);

        int most = ScoreBlocks<T>.RowsOf(numbers.Span.Length, products.Columns);
        using Rented<T> scratch = new(most * (products.Dimension + 1));
        products = products with { Scratch = scratch.Span };
        return ScoreBlocks<T>.Run(new AllRows<T>(products, numbers.Span, work.Call), work);
    }

    public void Read(int first, int count, int pitch, Span<T> scores)
    {
        _products.Take(_numbers.Slice(first, count), pitch);
        for (int k = 0; k < count && !_weights.IsEmpty; k++)
        {
            if (_weights[first + k] == T.Zero)
            {
                // It may hold anything, and is not to be seen in the gradient of what it is compared with.
                _products.Scratch[Embedding.Rows.At(k, _products.Dimension)].Clear();
            }
        }

        _products.Read(Block(first, count, pitch), scores[..(Columns * pitch)]);
    }

    public void Write(int first, int count, int pitch, Span<T> slopes)
    {
        _products.Write(Block(first, count, pitch), slopes[..(Columns * pitch)]);
        _products.Give(_numbers.Slice(first, count));
    }

    private ScoreBlock Block(int first, int count, int pitch) => new(first, count, pitch, 0, Columns);
}
