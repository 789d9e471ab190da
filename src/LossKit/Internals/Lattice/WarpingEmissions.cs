namespace LossKit.Internals.Lattice;

/// <summary>−(squared distance) / γ of the pairs of places that a step has, one anti-diagonal of all of them.</summary>
/// <remarks>
/// The first series lies backwards, and both by their coordinates, so that what a step needs lies side by side. In
/// double whatever the inputs are, because distances are divided by a temperature that may be small.
/// </remarks>
internal readonly ref struct WarpingEmissions : IEmissions<double>
{
    public required int Dimension { get; init; }

    /// <summary>γ.</summary>
    public required double Temperature { get; init; }

    public required ReadOnlySpan<double> First { get; init; }

    public required ReadOnlySpan<double> Second { get; init; }

    /// <summary>As long as the series, or empty.</summary>
    public required Span<double> FirstSlopes { get; init; }

    public required Span<double> SecondSlopes { get; init; }

    /// <summary>Memory for a number of each place of the second series.</summary>
    public required Span<double> OfPlaces { get; init; }

    private int Rows => First.Length / Dimension;

    private int Columns => Second.Length / Dimension;

    public double Begin()
    {
        FirstSlopes.Clear();
        SecondSlopes.Clear();
        return AreFinite(First) && AreFinite(Second) ? 0 : double.NaN;
    }

    public double Read(int step, Span<double> scores)
    {
        (int place, int column, int count) = Overlap(step);
        Span<double> distances = OfPlaces[..count];
        distances.Clear();
        for (int k = 0; k < Dimension; k++)
        {
            AddSquares(distances, First.Slice(k * Rows + place, count), Second.Slice(k * Columns + column, count));
        }

        Interleave(scores, distances, column);
        return 0;
    }

    public void Write(int step, ReadOnlySpan<double> occupancies, double all, double factor)
    {
        (int place, int column, int count) = Overlap(step);
        Span<double> shares = OfPlaces[..count];
        double unit = 2 * factor / all;
        for (int j = 0; j < count; j++)
        {
            shares[j] = unit * occupancies[2 * (column + j)];
        }

        for (int k = 0; k < Dimension; k++)
        {
            int first = k * Rows + place;
            int second = k * Columns + column;
            AddDifferences(
                shares,
                First.Slice(first, count),
                Second.Slice(second, count),
                FirstSlopes.Slice(first, count),
                SecondSlopes.Slice(second, count));
        }
    }

    public void Fill(double slope)
    {
        FirstSlopes.Fill(slope);
        SecondSlopes.Fill(slope);
    }

    /// <summary>Where a step begins in both series, and how many pairs of places it has.</summary>
    private (int Place, int Column, int Count) Overlap(int step)
    {
        int column = Math.Max(0, step - Rows + 1);
        return (Rows - 1 - step + column, column, Math.Min(Columns - 1, step) - column + 1);
    }

    private static bool AreFinite(ReadOnlySpan<double> numbers)
    {
        foreach (double number in numbers)
        {
            if (!double.IsFinite(number))
            {
                return false;
            }
        }

        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Interleave(Span<double> scores, ReadOnlySpan<double> distances, int column)
    {
        for (int state = 0; state < scores.Length; state += 2)
        {
            scores[state] = double.NegativeInfinity;
        }

        for (int state = 1; state < scores.Length; state += 2)
        {
            scores[state] = 0;
        }

        scores = scores[(2 * column)..];
        for (int j = 0; j < distances.Length; j++)
        {
            scores[2 * j] = -distances[j] / Temperature;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddSquares(Span<double> sum, ReadOnlySpan<double> left, ReadOnlySpan<double> right)
    {
        int i = 0;
        for (; i <= sum.Length - Vector<double>.Count; i += Vector<double>.Count)
        {
            Vector<double> difference = new Vector<double>(left[i..]) - new Vector<double>(right[i..]);
            (new Vector<double>(sum[i..]) + difference * difference).CopyTo(sum[i..]);
        }

        for (; i < sum.Length; i++)
        {
            double difference = left[i] - right[i];
            sum[i] += difference * difference;
        }
    }

    /// <summary>Shares of the differences, to one side and from the other.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddDifferences(
        ReadOnlySpan<double> shares,
        ReadOnlySpan<double> left,
        ReadOnlySpan<double> right,
        Span<double> leftSlopes,
        Span<double> rightSlopes)
    {
        int i = 0;
        for (; i <= shares.Length - Vector<double>.Count; i += Vector<double>.Count)
        {
            Vector<double> slope = new Vector<double>(shares[i..])
                * (new Vector<double>(left[i..]) - new Vector<double>(right[i..]));
            (new Vector<double>(leftSlopes[i..]) + slope).CopyTo(leftSlopes[i..]);
            (new Vector<double>(rightSlopes[i..]) - slope).CopyTo(rightSlopes[i..]);
        }

        for (; i < shares.Length; i++)
        {
            double slope = shares[i] * (left[i] - right[i]);
            leftSlopes[i] += slope;
            rightSlopes[i] -= slope;
        }
    }
}
