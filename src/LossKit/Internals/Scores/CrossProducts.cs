using LossKit.Internals.Storage;

namespace LossKit.Internals.Scores;

/// <summary>
/// The products of the rows of one batch with those of another, to which a bias may be added; the former may be
/// normalised on the way.
/// </summary>
internal readonly ref struct CrossProducts<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>The numbers of right rows that are widened at a time, if they have to be.</summary>
    private const int MostWidened = 1 << 18;

    public required Source<T> Left { get; init; }

    /// <summary>Normalised, if those are to be.</summary>
    public required Source<T> Right { get; init; }

    /// <summary>For right rows that have to be widened: <see cref="Widened"/> numbers.</summary>
    public Span<T> RightScratch { get; init; }

    /// <summary>One a right row, or none.</summary>
    public ReadOnlySpan<T> Bias { get; init; }

    public required int Dimension { get; init; }

    /// <summary>What products are multiplied with.</summary>
    public required T Factor { get; init; }

    /// <summary>The most threads.</summary>
    public required int Degree { get; init; }

    public bool Normalizes { get; init; }

    /// <summary>
    /// Whether the factor is learnt: it multiplies the scores then, so that it may be 0, and has a gradient.
    /// </summary>
    public bool ScalesScores { get; init; }

    /// <summary>Receives the derivative with respect to the factor, which needs the left gradient.</summary>
    public Span<double> GradientFactor { get; init; }

    public Span<T> GradientLeft { get; init; }

    public Span<T> GradientRight { get; init; }

    public Span<T> GradientBias { get; init; }

    /// <summary>For the rows that are taken, and their norms.</summary>
    public Span<T> Scratch { get; init; }

    public int Columns => Right.Length / Dimension;

    /// <summary>How many numbers of right rows are read at a time.</summary>
    public static int Widened(in Source<T> right, int dimension) => right.IsStored
        ? Math.Min(right.Length, Math.Max(ScoreBlocks<T>.Panel, MostWidened / dimension) * dimension)
        : 0;

    /// <summary>Takes some left rows, padded with zeros, until they are given back.</summary>
    public void Take(ReadOnlySpan<int> rows, int pitch)
    {
        for (int k = 0; k < rows.Length; k++)
        {
            Left.CopyTo(rows[k] * Dimension, Scratch[Embedding.Rows.At(k, Dimension)]);
        }

        Scratch[(rows.Length * Dimension)..(pitch * Dimension)].Clear();
        if (Normalizes)
        {
            Normalization.Normalize(Scratch[..(rows.Length * Dimension)], Dimension, Scratch[^rows.Length..]);
        }

        Scale(Scratch[..(rows.Length * Dimension)], ScalesScores ? T.One : Factor);
    }

    /// <summary>One of the rows that are taken, times the factor.</summary>
    public ReadOnlySpan<T> TakenRow(int row) => Scratch[Embedding.Rows.At(row, Dimension)];

    /// <summary>Adds one of them, times what is told, to its gradient.</summary>
    /// <param name="first">The first of all that are taken.</param>
    /// <param name="row">Which of them it is.</param>
    /// <param name="factor">What it is multiplied with.</param>
    public void AddTakenRow(int first, int row, T factor)
    {
        if (!GradientLeft.IsEmpty)
        {
            Spans.AddScaled(GradientLeft[Embedding.Rows.At(first + row, Dimension)], factor, TakenRow(row));
        }
    }

    /// <summary>The scores of the rows that are taken with some columns.</summary>
    public void Read(in ScoreBlock block, Span<T> scores)
    {
        ReadOnlySpan<T> left = Scratch[..(block.Pitch * Dimension)];
        for (int column = 0, count; column < block.Columns; column += count)
        {
            count = AtOnce(block, column);
            Span<T> some = scores.Slice(column * block.Pitch, count * block.Pitch);
            MatrixProduct<T>.RowsByRows<Dot>(RightRows(block.Column + column, count), left, Dimension, some, Degree);
        }

        Scale(scores, ScalesScores ? Factor : T.One);
        for (int column = 0; column < block.Columns && !Bias.IsEmpty; column++)
        {
            Span<T> ofColumn = scores.Slice(column * block.Pitch, block.Pitch);
            Spans.Shift(ofColumn, Bias[block.Column + column], ofColumn);
        }
    }

    /// <summary>Adds what the slopes of these scores make of the gradients.</summary>
    public void Write(in ScoreBlock block, Span<T> slopes)
    {
        Matrix<T> forces = new(slopes, block.Columns, block.Rows, block.Pitch);
        ReadOnlySpan<T> left = Scratch[..(block.Rows * Dimension)];
        Range right = (block.Column * Dimension)..((block.Column + block.Columns) * Dimension);
        if (!GradientLeft.IsEmpty)
        {
            Span<T> own = GradientLeft.Slice(block.Row * Dimension, left.Length);
            for (int column = 0, count; column < block.Columns; column += count)
            {
                count = AtOnce(block, column);
                MatrixProduct<T>.MultiplyAdd(
                    forces.Part(column, count).Transposed,
                    RightRows(block.Column + column, count),
                    Dimension,
                    own,
                    Degree);
            }
        }

        for (int column = 0; column < block.Columns && !GradientBias.IsEmpty; column++)
        {
            GradientBias[block.Column + column] += Spans.Sum(slopes.Slice(column * block.Pitch, block.Rows));
        }

        if (!GradientRight.IsEmpty)
        {
            Scale(slopes, ScalesScores ? Factor : T.One);
            MatrixProduct<T>.MultiplyAdd(forces, left, Dimension, GradientRight[right], Degree);
        }
    }

    /// <summary>Completes the gradient of the rows that were taken, and puts each where it belongs.</summary>
    public void Give(ReadOnlySpan<int> rows)
    {
        if (GradientLeft.IsEmpty)
        {
            return;
        }

        // They have been added up one after the other from the first one's place on; what is between is 0.
        Span<T> vectors = Scratch[..(rows.Length * Dimension)];
        Span<T> own = GradientLeft[(rows[0] * Dimension)..];
        for (int k = 0; k < rows.Length && !GradientFactor.IsEmpty; k++)
        {
            // A row that counts for nothing may hold anything.
            Range row = Embedding.Rows.At(k, Dimension);
            GradientFactor[0] += own[row].ContainsAnyExcept(T.Zero) ? RowProduct<T>.Of<Dot>(own[row], vectors[row]) : 0;
        }

        Scale(own[..vectors.Length], Factor);
        if (Normalizes)
        {
            Scale(vectors, ScalesScores ? T.One : T.One / Factor);
            Normalization.Backward<T>(vectors, Scratch[^rows.Length..], own[..vectors.Length]);
        }

        for (int k = rows.Length - 1; rows[k] - rows[0] > k; k--)
        {
            Span<T> ofRow = own[Embedding.Rows.At(k, Dimension)];
            ofRow.CopyTo(own[Embedding.Rows.At(rows[k] - rows[0], Dimension)]);
            ofRow.Clear();
        }
    }

    /// <summary>
    /// How many columns from one on are read at a time: all that are left, unless they have to be widened.
    /// </summary>
    private int AtOnce(in ScoreBlock block, int column) =>
        Math.Min(block.Columns - column, Right.IsStored ? RightScratch.Length / Dimension : block.Columns);

    private ReadOnlySpan<T> RightRows(int first, int count) =>
        Right.Part(first * Dimension, count * Dimension, RightScratch);

    private static void Scale(Span<T> numbers, T factor)
    {
        if (factor != T.One)
        {
            Spans.Scale(numbers, factor);
        }
    }
}
