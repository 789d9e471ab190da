namespace LossKit;

/// <summary>
/// A formula on the distances of each row to others, which are chosen by their labels and distances:
/// <see cref="Loss.SemiHardTriplet"/>, <see cref="Loss.BatchHardTriplet"/>, <see cref="Loss.BatchAllTriplet"/> and
/// <see cref="Loss.BatchContrastive"/> (which has pairs, and so no triplets to count).
/// </summary>
/// <remarks>
/// The choice is taken as constant in the gradient. A distance of 0 has gradient 0, so that duplicate rows are harmless.
/// </remarks>
/// <inheritdoc cref="EmbeddingLoss{T}"/>
public sealed class MinedLoss<T> : EmbeddingLoss<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>From this share of pairs on that pull at each other, a product of matrices is faster.</summary>
    private const int DensePart = 16;

    private readonly AnchorLoss<T> _loss;

    internal MinedLoss(AnchorLoss<T> loss, int dimension) : base(dimension) => _loss = loss;

    /// <inheritdoc/>
    public override int Losses(ReadOnlySpan<int> labels)
    {
        long losses = 0;
        foreach (int label in labels)
        {
            int same = labels.Count(label);
            losses += _loss.Losses(same - 1, labels.Length - same);
        }

        return EmbeddingChecks.Numbers(losses, "losses");
    }

    /// <summary>
    /// The loss of a batch and its gradient, with the number of triplets and of those that still cost something.
    /// </summary>
    /// <param name="predictions">The embeddings: rows × dimension.</param>
    /// <param name="targets">The labels, one a row.</param>
    /// <param name="gradient">Receives the gradient.</param>
    /// <param name="triplets">How many triplets there were, and how many of them had a loss above 0.</param>
    /// <param name="weights">What each anchor counts; none means 1 each.</param>
    /// <param name="reduction">Whether the gradient is that of the mean or of the sum.</param>
    /// <returns>Weighted sum, total weight and count of the losses that count.</returns>
    /// <exception cref="ArgumentException">Lengths do not fit, or buffers overlap.</exception>
    public Cost ValueAndGradient(
        ReadOnlySpan<T> predictions,
        ReadOnlySpan<int> targets,
        Span<T> gradient,
        out TripletCount triplets,
        ReadOnlySpan<T> weights = default,
        Reduction reduction = Reduction.Mean) =>
        ValueAndGradient(predictions, targets, gradient, weights, reduction, out triplets);

    private protected override Cost Run(in EmbeddingBatch<T> given, Reduction reduction, out TripletCount triplets)
    {
        int rows = given.Rows;
        int square = EmbeddingChecks.Square(rows);
        ReadOnlySpan<T> weights = given.Weights;
        _ = WeightTotal<T>.Of(ref weights, rows, out _, out int exponent);
        EmbeddingBatch<T> batch = given with { Weights = weights };
        using Rented<T> distances = new(square);
        using Rented<T> slopes = new(batch.Gradient.IsEmpty ? 0 : square);
        T unit = _loss.IsSquared ? T.One : Lengths<T>.Unit(batch.Embeddings);
        if (unit == T.One)
        {
            MatrixProduct<T>.RowsByRows<SquaredDistance>(batch.Embeddings, batch.Embeddings, Dimension, distances.Span);
        }
        else
        {
            using Rented<T> rescaled = new(batch.Embeddings.Length);
            batch.Embeddings.CopyTo(rescaled.Span);
            Spans.Scale(rescaled.Span, T.One / unit);
            MatrixProduct<T>.RowsByRows<SquaredDistance>(rescaled.Span, rescaled.Span, Dimension, distances.Span);
        }

        slopes.Span.Clear();

        Totals totals = Mine(batch, distances.Span, unit, slopes.Span);
        triplets = totals.Triplets;
        Plan plan = new(totals.Weight, totals.HasWeight, exponent, totals.Count, reduction, wantsLosses: true);
        batch.Gradient.Clear();
        if (plan.Differentiates && !batch.Gradient.IsEmpty)
        {
            Symmetry.AddTransposed(slopes.Span, rows);
            Spans.Scale(slopes.Span, T.CreateTruncating(plan.Scale));
            Pull(batch, slopes.Span);
        }

        return plan.Cost(totals.Sum, totals.Count);
    }

    private Totals Mine(in EmbeddingBatch<T> batch, ReadOnlySpan<T> distances, T unit, Span<T> slopes)
    {
        int rows = batch.Rows;
        using Rented<T> scratch = new(Anchor<T>.ScratchPerRow * rows);
        using Rented<int> others = new(rows);
        Totals totals = default;
        int written = 0;
        for (int row = 0; row < rows; row++)
        {
            int positives = batch.Split(row, others.Span);
            int negatives = rows - 1 - positives;
            int losses = batch.Losses.IsEmpty ? 0 : (int)_loss.Losses(positives, negatives);
            Anchor<T> anchor = new()
            {
                Row = row,
                SquaredDistances = distances.Slice(row * rows, rows),
                Unit = unit,
                Positives = others.Span[..positives],
                Negatives = others.Span[(rows - negatives)..],
                Slopes = slopes.IsEmpty ? default : slopes.Slice(row * rows, rows),
                Losses = batch.Losses.IsEmpty ? default : batch.Losses.Slice(written, losses),
                Scratch = scratch.Span,
            };
            AnchorResult result = _loss.Run(anchor);
            written += losses;
            totals.Add(result, double.CreateTruncating(batch.WeightOf(row)));
            MakeForces(anchor, batch.WeightOf(row));
        }

        return totals;
    }

    /// <summary>Turns slopes into what the difference of two rows is to be multiplied with.</summary>
    private void MakeForces(in Anchor<T> anchor, T weight)
    {
        if (weight == T.Zero)
        {
            anchor.Slopes.Clear();
        }

        T factor = _loss.IsSquared ? weight + weight : weight;
        for (int other = 0; other < anchor.Slopes.Length; other++)
        {
            T slope = anchor.Slopes[other];
            if (slope != T.Zero)
            {
                anchor.Slopes[other] = factor * (_loss.IsSquared
                    ? slope
                    : Distances.Force(slope, anchor.Distance(other)));
            }
        }
    }

    private void Pull(in EmbeddingBatch<T> batch, ReadOnlySpan<T> forces)
    {
        int rows = batch.Rows;
        if (forces.Length - forces.Count(T.Zero) > forces.Length / DensePart)
        {
            MatrixProduct<T>.Pull(forces, batch.Embeddings, Dimension, batch.Gradient);
            return;
        }

        for (int row = 0; row < rows; row++)
        {
            ReadOnlySpan<T> ofRow = forces.Slice(row * rows, rows);
            for (int other = ofRow.IndexOfAnyExcept(T.Zero); other >= 0; other = Next(ofRow, other))
            {
                Spans.AddScaledDifference(
                    ofRow[other],
                    batch.Embeddings[Rows.At(row, Dimension)],
                    batch.Embeddings[Rows.At(other, Dimension)],
                    batch.Gradient[Rows.At(row, Dimension)]);
            }
        }
    }

    private static int Next(ReadOnlySpan<T> forces, int index)
    {
        int next = forces[(index + 1)..].IndexOfAnyExcept(T.Zero);
        return next < 0 ? next : next + index + 1;
    }

    private struct Totals
    {
        public CompensatedSum Sum;
        public CompensatedSum Weight;
        public long Count;
        public bool HasWeight;
        public TripletCount Triplets;

        public void Add(AnchorResult result, double weight)
        {
            if (result.Triplets > 0 || result.Count > 0)
            {
                Sum += weight == 0 ? 0 : weight * result.Sum;
                Weight += weight * result.Count;
            }

            Count += result.Count;
            HasWeight |= weight != 0 && result.Count > 0;
            Triplets += new TripletCount(result.Triplets, result.Active);
        }
    }
}
