namespace LossKit.Internals.Lattice;

/// <summary>
/// Classes with the probabilities of softmax: of each frame's logits, or of its rows, one for each place.
/// </summary>
internal readonly ref struct LogitEmissions<T> : IEmissions<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    public required int Classes { get; init; }

    /// <summary>How many rows of logits a frame has.</summary>
    public required int Rows { get; init; }

    /// <summary>How many of them count.</summary>
    public required int Places { get; init; }

    /// <summary>Only of the frames that count, of which there is one.</summary>
    public required ReadOnlySpan<T> Logits { get; init; }

    /// <summary>As long as the logits, or empty.</summary>
    public required Span<T> Gradient { get; init; }

    public required LatticeMemory<T> Memory { get; init; }

    public required LatticeStates<T> States { get; init; }

    private int Frames => Logits.Length / Classes / Rows;

    /// <summary>The softmax of all rows but for its division; returns the logarithm of the divisors' product.</summary>
    /// <remarks>
    /// A path has one row of each frame where there is one. Where there are several, rows are divided as they are read.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public double Begin()
    {
        Span<double> logarithms = Memory.Logarithms[..(Frames * Places)];
        for (int row = 0; row < logarithms.Length; row++)
        {
            int at = PlaceOf(row);
            (T largest, T rest) = FrameSoftmax<T>.Run(
                Logits.Slice(at, Classes), Gradient.IsEmpty ? default : Gradient.Slice(at, Classes));
            Memory.Largest[row] = largest;
            Memory.Rests[row] = rest;
            logarithms[row] = double.CreateTruncating(rest);
        }

        Elementary<double>.Log1p(logarithms);
        CompensatedSum sum = default;
        foreach (double logarithm in logarithms)
        {
            sum += logarithm;
        }

        return Rows == 1 || double.IsNaN(sum.Total) ? sum.Total : 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public T Read(int step, Span<T> scores)
    {
        ReadOnlySpan<int> classes = States.Classes;
        scores = scores[..classes.Length];
        if (Rows == 1)
        {
            ReadOnlySpan<T> logits = Logits.Slice(step * Classes, Classes);
            for (int state = 0; state < scores.Length; state++)
            {
                scores[state] = logits[classes[state]];
            }

            return Memory.Largest[step];
        }

        for (int state = 0; state < scores.Length; state++)
        {
            int row = RowOf(step, States.Places[state]);
            T logit = row < 0 ? T.NegativeInfinity : Logits[PlaceOf(row) + classes[state]];
            scores[state] = logit == T.NegativeInfinity
                ? logit
                : logit - Memory.Largest[row] - T.CreateTruncating(Memory.Logarithms[row]);
        }

        return T.Zero;
    }

    public void Write(int step, ReadOnlySpan<T> occupancies, double all, double factor)
    {
        if (Rows == 1)
        {
            Write(step, States.ByClass, occupancies, all, all, factor);
            return;
        }

        for (int start = 0, end; start < States.Count; start = end)
        {
            end = States.EndOfPlace(start);
            int row = RowOf(step, States.Places[start]);
            if (row >= 0)
            {
                T ofRow = Spans.Sum(occupancies[start..end]);
                Write(row, States.ByClass[start..end], occupancies, double.CreateTruncating(ofRow), all, factor);
            }
        }
    }

    public void Fill(T slope)
    {
        Gradient.Clear();
        for (int row = 0; row < Frames * Places && !Gradient.IsEmpty; row++)
        {
            Gradient.Slice(PlaceOf(row), Classes).Fill(slope);
        }
    }

    /// <summary>The gradient of a row: factor·(its share of all paths·probabilities − occupancies), by class.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Write(
        int row, ReadOnlySpan<int> byClass, ReadOnlySpan<T> occupancies, double ofRow, double all, double factor)
    {
        Span<T> gradient = Gradient.Slice(PlaceOf(row), Classes);
        if (ofRow == 0)
        {
            gradient.Clear();
            return;
        }

        T share = T.One / (T.One + Memory.Rests[row]);

        // A probability and an occupancy above ½ may differ by less than either is exact to.
        int peak = share > T.CreateTruncating(0.5) ? Spans.IndexOf(gradient, T.One) : -1;
        Spans.Scale(gradient, T.CreateTruncating(ofRow == all ? factor : factor * (ofRow / all)) * share);
        T unit = T.CreateTruncating(factor / all);
        ReadOnlySpan<int> classes = States.Classes;
        T ofPeak = T.Zero;
        for (int i = 0; i < byClass.Length;)
        {
            int label = classes[byClass[i]];
            T even = occupancies[byClass[i++]];
            T odd = T.Zero;
            for (; i + 1 < byClass.Length && classes[byClass[i + 1]] == label; i += 2)
            {
                even += occupancies[byClass[i]];
                odd += occupancies[byClass[i + 1]];
            }

            for (; i < byClass.Length && classes[byClass[i]] == label; i++)
            {
                even += occupancies[byClass[i]];
            }

            gradient[label] -= unit * (even + odd);
            ofPeak = label == peak ? even + odd : ofPeak;
        }

        if (double.CreateTruncating(ofPeak) > 0.5 * ofRow)
        {
            // All derivatives of a row together are 0.
            gradient[peak] = T.Zero;
            gradient[peak] = -Spans.Sum<T>(gradient);
        }
    }

    /// <summary>Which row of those that count a step has at a place; −1 if that is outside.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int RowOf(int step, int place) =>
        (uint)(step - place) < (uint)Frames ? (step - place) * Places + place : -1;

    /// <summary>Where a row that counts begins.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int PlaceOf(int row) => (Rows == Places ? row : row / Places * Rows + row % Places) * Classes;
}
