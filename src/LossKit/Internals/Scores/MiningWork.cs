namespace LossKit.Internals.Scores;

/// <summary>A row of a batch with all that lies around it.</summary>
internal readonly ref struct Anchor<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Numbers of scratch memory for each row of the batch.</summary>
    public const int ScratchPerRow = 5;

    /// <summary>Its number among those that it is compared with: beyond all if it is none.</summary>
    public required int Row { get; init; }

    /// <summary>Whether it is compared with others than the rows of its batch.</summary>
    public bool IsAcross => Row >= Distances.Length;

    /// <summary>The distances to all rows as the mining has them, or cosines.</summary>
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

    /// <summary>The learnt distance that parts near from far, if there is any.</summary>
    public T Boundary { get; init; }

    /// <summary>What the mining has folded of each row, if it does.</summary>
    public ReadOnlySpan<double> Folds { get; init; }

    /// <summary>What each row counts; empty if 1.</summary>
    public ReadOnlySpan<T> Weights { get; init; }

    /// <summary>The distances to the positives.</summary>
    public required ReadOnlySpan<T> NearDistances { get; init; }

    /// <summary>The distances to the negatives.</summary>
    public required ReadOnlySpan<T> FarDistances { get; init; }

    /// <summary>Its number in the batch.</summary>
    public required int Index { get; init; }

    /// <summary>Receives the triplet of each loss; empty if nobody asks.</summary>
    public Span<MinedTriplet> Chosen { get; init; }

    /// <summary>Tells the triplet of a loss, if anybody asks.</summary>
    public void Choose(int loss, int positive, int negative)
    {
        if (!Chosen.IsEmpty)
        {
            Chosen[loss] = new(Index, positive, negative);
        }
    }

    /// <summary>A part of the scratch memory, of <paramref name="length"/> numbers.</summary>
    public Span<T> Part(int number, int length) => Scratch.Slice(number * Distances.Length, length);
}

/// <summary>The rows of a triplet; there is none where positive and negative are the same.</summary>
/// <param name="Anchor">Its anchor.</param>
/// <param name="Positive">Its positive, or which reference is.</param>
/// <param name="Negative">Its negative, or which reference is.</param>
internal readonly record struct MinedTriplet(int Anchor, int Positive, int Negative)
{
    public bool IsThere => Positive != Negative;
}

/// <summary>The losses of one anchor.</summary>
/// <param name="Sum">Their sum.</param>
/// <param name="Count">How many of them the mean divides by.</param>
/// <param name="Triplets">How many triplets or pairs there were.</param>
/// <param name="Active">How many of them had a loss above 0.</param>
internal readonly record struct AnchorResult(double Sum, long Count, long Triplets, long Active);

/// <summary>Takes the squared distances of each row to a formula that chooses among them.</summary>
internal readonly ref struct MiningWork<T> : IScoreWork<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    public required Mining<T> Mining { get; init; }

    /// <summary>A power of two: rows far from 1 are compared in a unit that keeps their squares in range.</summary>
    public required T Factor { get; init; }

    /// <summary>With weights one a row; the losses stand row by row.</summary>
    public required Call<T> Call { get; init; }

    public required ReadOnlySpan<int> Labels { get; init; }

    /// <summary>The number of the first row among the columns: beyond them if rows are none.</summary>
    public required int FirstRow { get; init; }

    /// <summary>0, 1, 2, …</summary>
    public required ReadOnlySpan<int> Numbers { get; init; }

    /// <summary>The columns by their labels; these are the upper halves.</summary>
    public required ReadOnlySpan<long> Sorted { get; init; }

    /// <summary>Where the losses of each row begin, if they are asked for.</summary>
    public required ReadOnlySpan<int> Starts { get; init; }

    /// <summary>One a row.</summary>
    public required Span<AnchorResult> Results { get; init; }

    /// <summary>What squared distances of each row are multiplied with; empty if 1.</summary>
    public ReadOnlySpan<T> InverseUnits { get; init; }

    /// <summary>One for all, or one a label; empty if there is none.</summary>
    public ReadOnlySpan<T> Boundaries { get; init; }

    /// <summary>
    /// Receives the derivative with respect to each row's unit or boundary, by its weight; empty if nobody asks.
    /// </summary>
    public Span<T> OwnSlopes { get; init; }

    /// <summary>What the mining has folded of each row.</summary>
    public Span<double> Folds { get; init; }

    /// <summary>Receives the triplet of each loss; empty if nobody asks.</summary>
    public Span<MinedTriplet> Chosen { get; init; }

    /// <summary>Whether rows are only folded.</summary>
    public bool OnlyFolds { get; init; }

    // Triplets are counted whatever their weight.
    public bool Skips(int first, int count) => false;

    public CompensatedSum Run(int first, int count, int pitch, Span<T> cells)
    {
        int columns = Sorted.Length;
        ReadOnlySpan<int> rows = Numbers[..count];
        using Rented<T> distances = new(count * columns);
        using Rented<T> scratch = new((3 + Anchor<T>.ScratchPerRow) * columns);
        using Rented<int> others = new(2 * columns);
        Transposition<T>.ToRows(cells, pitch, distances.Span, columns, columns, rows);
        foreach (int row in rows)
        {
            RunRow(first + row, distances.Span.Slice(row * columns, columns), scratch.Span, others.Span);
        }

        if (Call.Order > DerivativeOrder.Value)
        {
            Transposition<T>.ToColumns(distances.Span, columns, columns, rows, cells, pitch);
        }

        return default;
    }

    /// <summary>Evaluates a row, and turns its squared distances into forces.</summary>
    private void RunRow(int row, Span<T> distances, Span<T> scratch, Span<int> others)
    {
        switch (Mining.Distance)
        {
            case EmbeddingDistance.Euclidean:
                Spans.Sqrt(distances);
                if (Factor != T.One)
                {
                    Spans.Scale(distances, T.One / Factor);
                }

                break;
            case EmbeddingDistance.Cosine:
                Spans.FromOne(distances);
                break;
        }

        T factor = InverseUnits.IsEmpty ? T.One : InverseUnits[row];
        if (factor != T.One)
        {
            Spans.Scale(distances, factor);
        }

        // The others lie between the rows of its label.
        int positives = 0;
        int negatives = 0;
        int from = 0;
        Span<T> nearDistances = scratch[(2 * distances.Length)..];
        Span<int> far = others[distances.Length..];
        Span<T> farDistances = scratch[distances.Length..];
        int at = Sorted.BinarySearch((long)Labels[row] << 32);
        for (at = at < 0 ? ~at : at; from < distances.Length; at++)
        {
            bool isSame = at < Sorted.Length && Sorted[at] >> 32 == Labels[row];
            int same = isSame ? (int)Sorted[at] : distances.Length;
            Numbers[from..same].CopyTo(far[negatives..]);
            distances[from..same].CopyTo(farDistances[negatives..]);
            negatives += same - from;
            from = same + 1;
            if (isSame && same != FirstRow + row)
            {
                nearDistances[positives] = distances[same];
                others[positives++] = same;
            }
        }

        Anchor<T> anchor = new()
        {
            Index = row,
            Row = FirstRow + row,
            Distances = distances,
            Positives = others[..positives],
            Negatives = far[..negatives],
            NearDistances = nearDistances[..positives],
            FarDistances = farDistances[..negatives],
            Slopes = Call.Order == DerivativeOrder.Value ? default : scratch[..distances.Length],
            Losses = Call.Losses.IsEmpty
                ? default
                : Call.Losses[Starts[row]..Starts[row + 1]],
            Chosen = Chosen.IsEmpty ? default : Chosen[Starts[row]..Starts[row + 1]],
            Scratch = scratch[(3 * distances.Length)..],
            Boundary = Boundaries.IsEmpty ? T.Zero : Boundaries[BoundaryOf(row)],
            Folds = Folds,
            Weights = Call.Weights,
        };
        if (OnlyFolds)
        {
            Folds[row] = Mining.Fold(anchor);
            return;
        }

        anchor.Slopes.Clear();
        Results[row] = Mining.Run(anchor);
        T weight = Call.Weights.IsEmpty || Mining.HasFolds ? T.One : Call.Weights[row];
        if (weight == T.Zero)
        {
            anchor.Slopes.Clear();
        }

        double own = 0;
        for (int other = 0; (other = Spans.NextNotZero<T>(anchor.Slopes, other)) < anchor.Slopes.Length; other++)
        {
            T slope = weight * anchor.Slopes[other];
            own -= double.CreateTruncating(InverseUnits.IsEmpty ? slope : slope * (distances[other] * factor));
            anchor.Slopes[other] = Mining.Distance switch
            {
                EmbeddingDistance.Euclidean => Embedding.Distances.Force(slope, distances[other] * Factor),
                EmbeddingDistance.SquaredEuclidean => (slope + slope) * factor,
                EmbeddingDistance.Cosine => -slope,
                _ => slope,
            };
        }

        Embedding.Rows.IfAny(OwnSlopes, row..(row + 1)).Fill(T.CreateTruncating(own));
        anchor.Slopes.CopyTo(distances);
    }

    /// <summary>Which of the boundaries is that of a row.</summary>
    public int BoundaryOf(int row) => Boundaries.Length == 1 ? 0 : Labels[row];
}
