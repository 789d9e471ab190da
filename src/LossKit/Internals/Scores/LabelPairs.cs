namespace LossKit.Internals.Scores;

/// <summary>A pair of rows of one label, the former first, or of a row and a reference.</summary>
/// <param name="First">The former, or the row.</param>
/// <param name="Second">The latter, or the reference.</param>
/// <param name="Start">Where the columns of the label begin, among those that are sorted by theirs.</param>
/// <param name="End">Where they end.</param>
/// <param name="LossOfFirst">Which of the losses of ordered pairs is that of the former with the latter.</param>
/// <param name="LossOfSecond">Which is that of the latter with the former; of a reference, the same.</param>
internal readonly record struct LabelPair(
    int First, int Second, int Start, int End, int LossOfFirst, int LossOfSecond)
{
    /// <summary>Whether one ordered pair has the loss, and not both.</summary>
    public bool IsOrdered => LossOfFirst == LossOfSecond;

    /// <summary>Where the losses of each row begin; returns how many there are.</summary>
    public static int Starts<T>(in EmbeddingSides<T> sides, Span<int> starts)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        long losses = 0;
        for (int row = 0; row < sides.Labels.Length; row++)
        {
            Embedding.Rows.IfAny(starts, row..(row + 1)).Fill((int)losses);
            losses += sides.ColumnLabels.Count(sides.Labels[row]) - (sides.IsAcross ? 0 : 1);
        }

        return EmbeddingChecks.Numbers(losses, "losses");
    }

    /// <summary>All pairs.</summary>
    /// <param name="sides">The batch.</param>
    /// <param name="sorted">The columns by their labels; these are the upper halves.</param>
    /// <param name="starts">Where the losses of each row begin.</param>
    /// <param name="pairs">Receives them.</param>
    public static void Fill<T>(
        in EmbeddingSides<T> sides, ReadOnlySpan<long> sorted, ReadOnlySpan<int> starts, Span<LabelPair> pairs)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int count = 0;
        for (int row = 0; row < sides.Labels.Length; row++)
        {
            long label = (long)sides.Labels[row] << 32;
            int start = LowerBound(sorted, label);
            int end = LowerBound(sorted, label + int.MaxValue);
            int own = sides.IsAcross ? start : LowerBound(sorted, label + row);
            for (int at = sides.IsAcross ? start : own + 1; at < end; at++)
            {
                int other = (int)sorted[at];
                int loss = starts[row] + at - start;
                pairs[count++] = sides.IsAcross
                    ? new(row, other, start, end, loss, loss)
                    : new(row, other, start, end, loss - 1, starts[other] + own - start);
            }
        }
    }

    /// <summary>Where the first number stands that is not less.</summary>
    private static int LowerBound(ReadOnlySpan<long> sorted, long number)
    {
        int at = sorted.BinarySearch(number);
        return at < 0 ? ~at : at;
    }
}

/// <summary>
/// The products of the sum of each pair of one label with all columns of other labels and, at the latter of both, of
/// the two with each other; what is left is −∞.
/// </summary>
internal readonly ref struct PairSums<T> : IScores<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    public required ReadOnlySpan<LabelPair> Pairs { get; init; }

    /// <summary>What each pair counts.</summary>
    public required ReadOnlySpan<T> Weights { get; init; }

    /// <summary>The columns by their labels; these are the upper halves.</summary>
    public required ReadOnlySpan<long> Sorted { get; init; }

    /// <summary>The rows, of which each pair has its first.</summary>
    public required ReadOnlySpan<T> Vectors { get; init; }

    /// <summary>The same, or the references.</summary>
    public required ReadOnlySpan<T> Others { get; init; }

    public required int Dimension { get; init; }

    public required int Degree { get; init; }

    /// <summary>For the sums of a block, and then for their gradients.</summary>
    public required Span<T> Scratch { get; init; }

    /// <summary>Receives the gradient of the rows; empty if nobody asks.</summary>
    public required Span<T> Gradient { get; init; }

    /// <summary>That of the columns.</summary>
    public required Span<T> OfOthers { get; init; }

    public int Rows => Pairs.Length;

    public int Columns => Others.Length / Dimension;

    public int BlockRows => ScoreBlocks<T>.RowsOf(Rows, Columns);

    public void Read(int first, int count, int pitch, Span<T> scores)
    {
        Span<T> sums = Scratch[..(pitch * Dimension)];
        sums[(count * Dimension)..].Clear();
        for (int k = 0; k < count; k++)
        {
            Span<T> sum = sums[Embedding.Rows.At(k, Dimension)];
            Row(Vectors, Pairs[first + k].First).CopyTo(sum);
            Spans.Add(sum, Row(Others, Pairs[first + k].Second));
        }

        MatrixProduct<T>.RowsByRows<Dot>(Others, sums, Dimension, scores[..(Columns * pitch)], Degree);
        for (int k = 0; k < count; k++)
        {
            LabelPair pair = Pairs[first + k];
            foreach (long row in Sorted[pair.Start..pair.End])
            {
                scores[(int)row * pitch + k] = T.NegativeInfinity;
            }

            scores[pair.Second * pitch + k] = T.CreateTruncating(
                RowProduct<T>.Of<Dot>(Row(Vectors, pair.First), Row(Others, pair.Second)));
        }
    }

    public void Write(int first, int count, int pitch, Span<T> slopes)
    {
        Span<T> sums = Scratch[..(count * Dimension)];
        for (int k = 0; k < count; k++)
        {
            LabelPair pair = Pairs[first + k];
            ref T slope = ref slopes[pair.Second * pitch + k];
            if (IsThere(first + k))
            {
                Add(Gradient, pair.First, slope, Row(Others, pair.Second));
                Add(OfOthers, pair.Second, slope, Row(Vectors, pair.First));
            }
            else
            {
                // 0 times a NaN is one.
                sums[Embedding.Rows.At(k, Dimension)].Clear();
            }

            slope = T.Zero;
        }

        Matrix<T> forces = new(slopes, Columns, count, pitch);
        if (!OfOthers.IsEmpty)
        {
            MatrixProduct<T>.MultiplyAdd(forces, sums, Dimension, OfOthers, Degree);
        }

        sums.Clear();
        MatrixProduct<T>.MultiplyAdd(forces.Transposed, Others, Dimension, sums, Degree);
        for (int k = 0; k < count; k++)
        {
            if (IsThere(first + k))
            {
                ReadOnlySpan<T> ofSum = sums[Embedding.Rows.At(k, Dimension)];
                Add(Gradient, Pairs[first + k].First, T.One, ofSum);
                Add(OfOthers, Pairs[first + k].Second, T.One, ofSum);
            }
        }
    }

    private bool IsThere(int pair) => Weights[pair] != T.Zero;

    private ReadOnlySpan<T> Row(ReadOnlySpan<T> rows, int row) => rows[Embedding.Rows.At(row, Dimension)];

    private void Add(Span<T> gradient, int row, T factor, ReadOnlySpan<T> vector)
    {
        if (!gradient.IsEmpty)
        {
            Spans.AddScaled(gradient[Embedding.Rows.At(row, Dimension)], factor, vector);
        }
    }
}
