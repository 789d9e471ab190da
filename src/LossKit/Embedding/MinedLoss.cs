namespace LossKit;

/// <summary>
/// A formula on the distances of each row to others, which are chosen by their labels and distances:
/// <see cref="Loss.SemiHardTriplet"/>, <see cref="Loss.BatchHardTriplet"/>, <see cref="Loss.BatchAllTriplet"/> and
/// <see cref="Loss.BatchContrastive"/> (which has pairs, and so no triplets to count).
/// </summary>
/// <remarks>
/// The choice is taken as constant in the gradient. A distance of 0 has gradient 0, so that duplicate rows are harmless.
/// Every row is an anchor that is compared with all others; its weight is that of its losses, of which the labels say how
/// many there are; they are ordered anchor by anchor. <see cref="Cost.Weight"/> and <see cref="Cost.Count"/> are those of
/// the losses that count, so that a batch without any has a NaN mean, a gradient of exact zeros, and adds nothing to an
/// aggregate. A NaN spreads to all rows that are compared with it. Scratch memory of the order of rows × rows is rented
/// from the shared array pool for the time of a call.
/// </remarks>
/// <inheritdoc cref="IBatchLoss{T, TBatch, TGradients}"/>
public sealed class MinedLoss<T> : LabelledLoss<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>From this share of pairs on that pull at each other, a product of matrices is faster.</summary>
    private const int DensePart = 16;

    private readonly AnchorLoss<T> _loss;

    internal MinedLoss(AnchorLoss<T> loss, int dimension) : base(dimension) => _loss = loss;

    private protected override string Things => "losses";

    private protected override int LossesOf(in EmbeddingSides<T> sides)
    {
        long losses = 0;
        foreach (int label in sides.Labels)
        {
            int same = sides.Labels.Count(label);
            losses += _loss.Losses(same - 1, sides.Labels.Length - same);
        }

        return EmbeddingChecks.Numbers(losses, "losses");
    }

    /// <param name="batch">The labelled batch.</param>
    /// <param name="gradients">Receives the gradient.</param>
    /// <param name="triplets">How many triplets there were, and how many of them had a loss above 0.</param>
    /// <param name="weights">What each anchor counts; none means 1 each.</param>
    /// <param name="reduction">Whether the gradient is that of the mean or of the sum.</param>
    /// <inheritdoc cref="IBatchLoss{T, TBatch, TGradients}.ValueAndGradient"/>
    public Cost ValueAndGradient(
        Labelled<T> batch,
        LabelledGradients<T> gradients,
        out TripletCount triplets,
        ReadOnlySpan<T> weights = default,
        Reduction reduction = Reduction.Mean) =>
        ValueAndGradient(batch, gradients, weights, reduction, out triplets);

    private protected override Cost Run(
        in EmbeddingSides<T> sides,
        ReadOnlySpan<T> weights,
        Span<T> losses,
        in SideGradients<T> gradients,
        Reduction reduction,
        out TripletCount triplets)
    {
        int rows = sides.Labels.Length;
        int square = EmbeddingChecks.Square(rows);
        _ = WeightTotal<T>.Of(ref weights, rows, out _, out int exponent);
        Span<T> gradient = gradients.First;
        using Rented<T> distances = new(square);
        using Rented<T> slopes = new(gradient.IsEmpty ? 0 : square);
        T unit = _loss.IsSquared ? T.One : Lengths<T>.Unit(sides.First);
        if (unit == T.One)
        {
            MatrixProduct<T>.RowsByRows<SquaredDistance>(sides.First, sides.First, Dimension, distances.Span);
        }
        else
        {
            using Rented<T> rescaled = new(sides.First.Length);
            sides.First.CopyTo(rescaled.Span);
            Spans.Scale(rescaled.Span, T.One / unit);
            MatrixProduct<T>.RowsByRows<SquaredDistance>(rescaled.Span, rescaled.Span, Dimension, distances.Span);
        }

        slopes.Span.Clear();

        Totals totals = Mine(sides.Labels, weights, losses, distances.Span, unit, slopes.Span);
        triplets = totals.Triplets;
        Plan plan = new(totals.Weight, totals.HasWeight, exponent, reduction, wantsLosses: true);
        gradient.Clear();
        if (plan.Differentiates && !gradient.IsEmpty)
        {
            Symmetry.AddTransposed(slopes.Span, rows);
            Spans.Scale(slopes.Span, T.CreateTruncating(plan.Scale));
            Pull(sides.First, slopes.Span, rows, gradient);
        }

        return plan.Cost(totals.Sum, totals.Count);
    }

    private Totals Mine(
        ReadOnlySpan<int> labels,
        ReadOnlySpan<T> weights,
        Span<T> losses,
        ReadOnlySpan<T> distances,
        T unit,
        Span<T> slopes)
    {
        int rows = labels.Length;
        using Rented<T> scratch = new(Anchor<T>.ScratchPerRow * rows);
        using Rented<int> others = new(rows);
        Totals totals = default;
        int written = 0;
        for (int row = 0; row < rows; row++)
        {
            int positives = Split(labels, row, others.Span);
            int negatives = rows - 1 - positives;
            int count = losses.IsEmpty ? 0 : (int)_loss.Losses(positives, negatives);
            Anchor<T> anchor = new()
            {
                Row = row,
                SquaredDistances = distances.Slice(row * rows, rows),
                Unit = unit,
                Positives = others.Span[..positives],
                Negatives = others.Span[(rows - negatives)..],
                Slopes = slopes.IsEmpty ? default : slopes.Slice(row * rows, rows),
                Losses = losses.IsEmpty ? default : losses.Slice(written, count),
                Scratch = scratch.Span,
            };
            AnchorResult result = _loss.Run(anchor);
            written += count;
            T weight = weights.IsEmpty ? T.One : weights[row];
            totals.Add(result, double.CreateTruncating(weight));
            MakeForces(anchor, weight);
        }

        return totals;
    }

    /// <summary>
    /// The rows with the label of <paramref name="anchor"/>, without it, and the rows of other labels, in order.
    /// </summary>
    private static int Split(ReadOnlySpan<int> labels, int anchor, Span<int> rows)
    {
        int positives = 0;
        int negatives = 0;
        int label = labels[anchor];
        for (int row = 0; row < labels.Length; row++)
        {
            if (labels[row] != label)
            {
                rows[^++negatives] = row;
            }
            else if (row != anchor)
            {
                rows[positives++] = row;
            }
        }

        rows[^negatives..].Reverse();
        return positives;
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

    private void Pull(ReadOnlySpan<T> embeddings, ReadOnlySpan<T> forces, int rows, Span<T> gradient)
    {
        if (forces.Length - forces.Count(T.Zero) > forces.Length / DensePart)
        {
            MatrixProduct<T>.Pull(forces, embeddings, Dimension, gradient);
            return;
        }

        for (int row = 0; row < rows; row++)
        {
            ReadOnlySpan<T> ofRow = forces.Slice(row * rows, rows);
            for (int other = ofRow.IndexOfAnyExcept(T.Zero); other >= 0; other = Next(ofRow, other))
            {
                Spans.AddScaledDifference(
                    ofRow[other],
                    embeddings[Rows.At(row, Dimension)],
                    embeddings[Rows.At(other, Dimension)],
                    gradient[Rows.At(row, Dimension)]);
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
