namespace LossKit.Internals.Scores;

/// <summary>A pair of rows of one label, the former first.</summary>
/// <param name="First">The former.</param>
/// <param name="Second">The latter.</param>
/// <param name="Start">Where the rows of the label begin, among those that are sorted by theirs.</param>
/// <param name="End">Where they end.</param>
/// <param name="LossOfFirst">Which of the losses of ordered pairs is that of the former with the latter.</param>
/// <param name="LossOfSecond">Which is that of the latter with the former.</param>
internal readonly record struct LabelPair(
    int First, int Second, int Start, int End, int LossOfFirst, int LossOfSecond)
{
    /// <summary>How many pairs there are, in whatever order.</summary>
    public static int Count(ReadOnlySpan<long> sorted)
    {
        long pairs = 0;
        for (int start = 0, end; start < sorted.Length; start = end)
        {
            end = EndOf(sorted, start);
            pairs += (long)(end - start) * (end - start - 1);
        }

        return EmbeddingChecks.Numbers(pairs, "losses") / 2;
    }

    /// <summary>All pairs.</summary>
    /// <param name="sorted">The rows by their labels; these are the upper halves.</param>
    /// <param name="starts">Where the losses of each row begin.</param>
    /// <param name="pairs">Receives them.</param>
    public static void Fill(ReadOnlySpan<long> sorted, ReadOnlySpan<int> starts, Span<LabelPair> pairs)
    {
        int count = 0;
        for (int start = 0, end; start < sorted.Length; start = end)
        {
            end = EndOf(sorted, start);
            for (int first = start; first < end; first++)
            {
                for (int second = first + 1; second < end; second++)
                {
                    (int one, int other) = ((int)sorted[first], (int)sorted[second]);
                    pairs[count++] = new(
                        one, other, start, end, starts[one] + second - start - 1, starts[other] + first - start);
                }
            }
        }
    }

    private static int EndOf(ReadOnlySpan<long> sorted, int start)
    {
        int end = start + 1;
        while (end < sorted.Length && sorted[end] >> 32 == sorted[start] >> 32)
        {
            end++;
        }

        return end;
    }
}

/// <summary>
/// The products of the sum of each pair of one label with all rows of other labels and, at the latter of both, of the
/// two with each other; what is left is −∞.
/// </summary>
internal readonly ref struct PairSums<T> : IScores<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    public required ReadOnlySpan<LabelPair> Pairs { get; init; }

    /// <summary>The rows by their labels; these are the upper halves.</summary>
    public required ReadOnlySpan<long> Sorted { get; init; }

    public required ReadOnlySpan<T> Vectors { get; init; }

    public required int Dimension { get; init; }

    public required int Degree { get; init; }

    /// <summary>For the sums of a block, and then for their gradients.</summary>
    public required Span<T> Scratch { get; init; }

    /// <summary>Empty if nobody asks.</summary>
    public required Span<T> Gradient { get; init; }

    public int Rows => Pairs.Length;

    public int Columns => Vectors.Length / Dimension;

    public int BlockRows => ScoreBlocks<T>.RowsOf(Rows, Columns);

    public void Read(int first, int count, int pitch, Span<T> scores)
    {
        Span<T> sums = Scratch[..(pitch * Dimension)];
        sums[(count * Dimension)..].Clear();
        for (int k = 0; k < count; k++)
        {
            Span<T> sum = sums[Embedding.Rows.At(k, Dimension)];
            Row(Pairs[first + k].First).CopyTo(sum);
            Spans.Add(sum, Row(Pairs[first + k].Second));
        }

        MatrixProduct<T>.RowsByRows<Dot>(Vectors, sums, Dimension, scores[..(Columns * pitch)], Degree);
        for (int k = 0; k < count; k++)
        {
            LabelPair pair = Pairs[first + k];
            foreach (long row in Sorted[pair.Start..pair.End])
            {
                scores[(int)row * pitch + k] = T.NegativeInfinity;
            }

            scores[pair.Second * pitch + k] = T.CreateTruncating(
                RowProduct<T>.Of<Dot>(Row(pair.First), Row(pair.Second)));
        }
    }

    public void Write(int first, int count, int pitch, Span<T> slopes)
    {
        for (int k = 0; k < count; k++)
        {
            LabelPair pair = Pairs[first + k];
            ref T slope = ref slopes[pair.Second * pitch + k];
            Spans.AddScaled(Gradient[Embedding.Rows.At(pair.First, Dimension)], slope, Row(pair.Second));
            Spans.AddScaled(Gradient[Embedding.Rows.At(pair.Second, Dimension)], slope, Row(pair.First));
            slope = T.Zero;
        }

        Matrix<T> forces = new(slopes, Columns, count, pitch);
        Span<T> sums = Scratch[..(count * Dimension)];
        MatrixProduct<T>.MultiplyAdd(forces, sums, Dimension, Gradient, Degree);
        sums.Clear();
        MatrixProduct<T>.MultiplyAdd(forces.Transposed, Vectors, Dimension, sums, Degree);
        for (int k = 0; k < count; k++)
        {
            ReadOnlySpan<T> ofSum = sums[Embedding.Rows.At(k, Dimension)];
            Spans.Add(Gradient[Embedding.Rows.At(Pairs[first + k].First, Dimension)], ofSum);
            Spans.Add(Gradient[Embedding.Rows.At(Pairs[first + k].Second, Dimension)], ofSum);
        }
    }

    private ReadOnlySpan<T> Row(int row) => Vectors[Embedding.Rows.At(row, Dimension)];
}
