namespace LossKit.Internals.Scores;

/// <summary>A row of a batch with all that lies around it.</summary>
internal readonly ref struct Anchor<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Numbers of scratch memory for each row of the batch.</summary>
    public const int ScratchPerRow = 4;

    public required int Row { get; init; }

    /// <summary>The distances to all rows, squared or not as the mining has them.</summary>
    public required ReadOnlySpan<T> Distances { get; init; }

    /// <summary>The other rows of its label, in order.</summary>
    public required ReadOnlySpan<int> Positives { get; init; }

    /// <summary>The rows of other labels, in order.</summary>
    public required ReadOnlySpan<int> Negatives { get; init; }

    /// <summary>
    /// Receives the derivatives of the losses with respect to the distances; it is all 0 before, or empty if nobody
    /// asks.
    /// </summary>
    public required Span<T> Slopes { get; init; }

    /// <summary>Receives the losses; empty if nobody asks.</summary>
    public required Span<T> Losses { get; init; }

    public required Span<T> Scratch { get; init; }

    /// <summary>The distances to the negatives.</summary>
    public required ReadOnlySpan<T> FarDistances { get; init; }

    /// <summary>A part of the scratch memory, of <paramref name="length"/> numbers.</summary>
    public Span<T> Part(int number, int length) => Scratch.Slice(number * Distances.Length, length);
}

/// <summary>The losses of one anchor.</summary>
/// <param name="Sum">Their sum.</param>
/// <param name="Count">How many of them the mean divides by.</param>
/// <param name="Triplets">How many triplets there were.</param>
/// <param name="Active">How many of them had a loss above 0.</param>
internal readonly record struct AnchorResult(double Sum, long Count, long Triplets, long Active);

/// <summary>Takes the squared distances of each row to a formula that chooses among them.</summary>
internal readonly ref struct MiningWork<T> : IScoreWork<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>The rows whose distances are made contiguous together: those of a line of the cache.</summary>
    private const int RowsAtOnce = 16;

    public required Mining<T> Mining { get; init; }

    /// <summary>A power of two: rows far from 1 are compared in a unit that keeps their squares in range.</summary>
    public required T Factor { get; init; }

    public required DerivativeOrder Order { get; init; }

    public required int Degree { get; init; }

    public required ReadOnlySpan<int> Labels { get; init; }

    public required ReadOnlySpan<T> Weights { get; init; }

    public required Span<T> Losses { get; init; }

    /// <summary>0, 1, 2, …</summary>
    public required ReadOnlySpan<int> Numbers { get; init; }

    /// <summary>The rows by their labels; these are the upper halves.</summary>
    public required ReadOnlySpan<long> Sorted { get; init; }

    /// <summary>Where the losses of each row begin, if they are asked for.</summary>
    public required ReadOnlySpan<int> Starts { get; init; }

    /// <summary>One a row.</summary>
    public required Span<AnchorResult> Results { get; init; }

    // Triplets are counted whatever their weight.
    public bool Skips(int first, int count) => false;

    public CompensatedSum Run(int first, int count, int pitch, Span<T> cells) => Segments.Run(
        new Part { Work = this, First = first, Rows = count, Pitch = pitch, Cells = cells },
        (count + RowsAtOnce - 1) / RowsAtOnce,
        RowsAtOnce * Labels.Length,
        Degree);

    /// <summary>Evaluates a row, and turns its squared distances into forces.</summary>
    private void RunRow(int row, Span<T> distances, Span<T> scratch, Span<int> others)
    {
        if (!Mining.IsSquared)
        {
            Spans.Sqrt(distances);
            if (Factor != T.One)
            {
                Spans.Scale(distances, T.One / Factor);
            }
        }

        // The others lie between the rows of its label.
        long label = (long)Labels[row] << 32;
        int at = Sorted.BinarySearch(label);
        int positives = 0;
        int negatives = 0;
        int from = 0;
        Span<int> near = others[..distances.Length];
        Span<int> far = others[distances.Length..];
        Span<T> farDistances = scratch.Slice(distances.Length, distances.Length);
        for (at = at < 0 ? ~at : at; from < distances.Length; at++)
        {
            int same = at < Sorted.Length && Sorted[at] - label <= int.MaxValue ? (int)Sorted[at] : distances.Length;
            Numbers[from..same].CopyTo(far[negatives..]);
            distances[from..same].CopyTo(farDistances[negatives..]);
            negatives += same - from;
            from = same + 1;
            near[positives] = same;
            positives += same == row || same == distances.Length ? 0 : 1;
        }

        Anchor<T> anchor = new()
        {
            Row = row,
            Distances = distances,
            Positives = near[..positives],
            Negatives = far[..negatives],
            FarDistances = farDistances[..negatives],
            Slopes = Order == DerivativeOrder.Value ? default : scratch[..distances.Length],
            Losses = Losses.IsEmpty ? default : Losses.Slice(Starts[row], (int)Mining.Losses(positives, negatives)),
            Scratch = scratch[(2 * distances.Length)..],
        };
        anchor.Slopes.Clear();
        Results[row] = Mining.Run(anchor);
        T weight = Weights.IsEmpty ? T.One : Weights[row];
        if (weight == T.Zero)
        {
            distances.Clear();
        }
        else if (Mining.IsSquared)
        {
            Spans.Scale(anchor.Slopes, weight + weight);
            anchor.Slopes.CopyTo(distances);
        }
        else
        {
            MakeForces(weight, anchor.Slopes, distances);
        }
    }

    /// <summary>What the differences of rows are multiplied with: 0 where their distance or its slope is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void MakeForces(T weight, ReadOnlySpan<T> slopes, Span<T> distances)
    {
        int i = 0;
        for (; i <= slopes.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            Vector<T> slope = new(slopes[i..]);
            Vector<T> distance = new(distances[i..]);
            Vector<T> none = Vector.Equals(slope, Vector<T>.Zero)
                | (Vector.Equals(distance, Vector<T>.Zero) & Vector.Equals(slope, slope));
            Vector.AndNot(slope / (distance * Factor) * weight, none).CopyTo(distances[i..]);
        }

        for (; i < slopes.Length; i++)
        {
            distances[i] = slopes[i] == T.Zero
                ? T.Zero
                : Embedding.Distances.Force(slopes[i], distances[i] * Factor) * weight;
        }
    }

    /// <summary>A block of rows.</summary>
    private readonly ref struct Part : ISegmentWork
    {
        public required MiningWork<T> Work { get; init; }

        public required int First { get; init; }

        public required int Rows { get; init; }

        public required int Pitch { get; init; }

        public required Span<T> Cells { get; init; }

        public CompensatedSum Run(int start, int length)
        {
            int columns = Work.Labels.Length;
            Span<int> rows = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];
            using Rented<T> memory = new(RowsAtOnce * columns);
            using Rented<T> scratch = new((2 + Anchor<T>.ScratchPerRow) * columns);
            using Rented<int> others = new(2 * columns);
            for (int row = start * RowsAtOnce; row < Math.Min(Rows, (start + length) * RowsAtOnce); row += RowsAtOnce)
            {
                rows = rows[..Math.Min(RowsAtOnce, Rows - row)];
                Transposition<T>.ToRows(Cells[row..], Pitch, memory.Span, columns, columns, rows);
                foreach (int k in rows)
                {
                    Span<T> distances = memory.Span.Slice(k * columns, columns);
                    Work.RunRow(First + row + k, distances, scratch.Span, others.Span);
                }

                if (Work.Order > DerivativeOrder.Value)
                {
                    Transposition<T>.ToColumns(memory.Span, columns, columns, rows, Cells[row..], Pitch);
                }
            }

            return default;
        }
    }
}
