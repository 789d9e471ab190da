namespace LossKit;

/// <summary>
/// A formula on the distances of each row to others, which are chosen by their labels and distances:
/// <see cref="Loss.SemiHardTriplet"/>, <see cref="Loss.BatchHardTriplet"/>, <see cref="Loss.BatchAllTriplet"/> and
/// <see cref="Loss.BatchContrastive"/> (which has pairs, and so no triplets to count).
/// </summary>
/// <remarks>
/// The choice is taken as constant in the gradient. A distance of 0 has gradient 0, so that duplicate rows are
/// harmless. Every row is an anchor that is compared with all others; its weight is that of its losses, of which the
/// labels say how many there are; they are ordered anchor by anchor. <see cref="Cost.Weight"/> and
/// <see cref="Cost.Count"/> are those of the losses that count, so that a batch without any has a NaN mean, a gradient
/// of exact zeros, and adds nothing to an aggregate. A NaN spreads to all rows that are compared with it. Scratch
/// memory is rented from the shared array pool for the time of a call: 2 MB or 96 numbers a row, or twice all rows ×
/// rows where that is at most 16 times the batch or a million numbers.
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
        in EmbeddingBatch<T> batch, Reduction reduction, out TripletCount triplets)
    {
        Plan.Check(reduction);
        int rows = batch.Sides.Labels.Length;
        ReadOnlySpan<T> weights = batch.Weights;
        _ = WeightTotal<T>.Of(ref weights, rows, out _, out int exponent);
        int most = Products<T>.AreWhole(rows, Dimension) ? rows : ScoreBlocks<T>.RowsOf(rows, rows);
        int size = EmbeddingChecks.Numbers((long)most * rows);
        ReadOnlySpan<T> embeddings = batch.Sides.First;
        Span<T> gradient = batch.Gradients.First;
        Span<T> losses = batch.Losses;
        T unit = _loss.IsSquared ? T.One : Lengths<T>.Unit(embeddings);
        using Rented<T> rescaled = new(unit == T.One ? 0 : embeddings.Length);
        ReadOnlySpan<T> points = embeddings;
        if (unit != T.One)
        {
            points.CopyTo(rescaled.Span);
            Spans.Scale(rescaled.Span, T.One / unit);
            points = rescaled.Span;
        }

        using Rented<T> distances = new(size);
        using Rented<T> slopes = new(gradient.IsEmpty ? 0 : size);
        gradient.Clear();
        Totals totals = new();
        for (int first = 0; first < rows; first += most)
        {
            int count = Math.Min(most, rows - first);
            ReadOnlySpan<T> block = points.Slice(first * Dimension, count * Dimension);
            Span<T> ofBlock = distances.Span[..(count * rows)];
            MatrixProduct<T>.RowsByRows<SquaredDistance>(block, points, Dimension, ofBlock, Degree);
            Span<T> forces = gradient.IsEmpty ? default : slopes.Span[..(count * rows)];
            forces.Clear();
            Mine(batch.Sides.Labels, weights, ref losses, ofBlock, unit, forces, first, ref totals);
            if (!gradient.IsEmpty)
            {
                Pull(embeddings, forces, first, count, gradient);
            }
        }

        triplets = totals.Triplets;
        Plan plan = new(totals.Weight, totals.HasWeight, exponent, totals.Count, reduction, wantsLosses: true);
        if (plan.Differentiates)
        {
            Spans.Scale(gradient, T.CreateTruncating(plan.Scale));
        }
        else
        {
            gradient.Clear();
        }

        return plan.Cost(totals.Sum, totals.Count);
    }

    /// <summary>Evaluates the anchors of a block; their losses are the next that are written.</summary>
    private void Mine(
        ReadOnlySpan<int> labels,
        ReadOnlySpan<T> weights,
        ref Span<T> losses,
        ReadOnlySpan<T> distances,
        T unit,
        Span<T> slopes,
        int first,
        ref Totals totals)
    {
        int rows = labels.Length;
        int count = distances.Length / rows;
        using Rented<AnchorResult> results = new(count);
        using Rented<int> starts = new(losses.IsEmpty ? 0 : count);
        int written = 0;
        for (int k = 0; k < starts.Span.Length; k++)
        {
            starts.Span[k] = written;
            int same = labels.Count(labels[first + k]);
            written += (int)_loss.Losses(same - 1, rows - same);
        }

        AnchorWork<T> work = new()
        {
            Loss = _loss,
            First = first,
            Unit = unit,
            Labels = labels,
            Weights = weights,
            Distances = distances,
            Slopes = slopes,
            Losses = losses,
            Starts = starts.Span,
            Results = results.Span,
        };
        _ = Segments.Run(work, count, rows, Degree);
        losses = losses[written..];
        for (int k = 0; k < count; k++)
        {
            totals.Add(results.Span[k], weights.IsEmpty ? 1 : double.CreateTruncating(weights[first + k]));
        }
    }

    /// <summary>Adds what the forces of a block of anchors make of the gradients of both ends.</summary>
    private void Pull(ReadOnlySpan<T> embeddings, Span<T> forces, int first, int count, Span<T> gradient)
    {
        int rows = forces.Length / count;
        Span<T> own = gradient.Slice(first * Dimension, count * Dimension);
        ReadOnlySpan<T> block = embeddings.Slice(first * Dimension, count * Dimension);
        bool isDense = forces.Length - forces.Count(T.Zero) > forces.Length / DensePart;
        if (isDense && count == rows)
        {
            Symmetry.AddTransposed(forces, rows);
            MatrixProduct<T>.Pull(new(forces, rows, rows), embeddings, embeddings, Dimension, gradient, Degree);
        }
        else if (isDense)
        {
            Matrix<T> all = new(forces, count, rows);
            MatrixProduct<T>.Pull(all, block, embeddings, Dimension, own, Degree);
            MatrixProduct<T>.Pull(all.Transposed, embeddings, block, Dimension, gradient, Degree);
        }

        for (int row = 0; row < count && !isDense; row++)
        {
            ReadOnlySpan<T> ofRow = forces.Slice(row * rows, rows);
            Range at = Rows.At(row, Dimension);
            for (int other = ofRow.IndexOfAnyExcept(T.Zero); other >= 0; other = Next(ofRow, other))
            {
                Range atOther = Rows.At(other, Dimension);
                Spans.AddScaledDifference(ofRow[other], block[at], embeddings[atOther], own[at]);
                Spans.AddScaledDifference(ofRow[other], embeddings[atOther], block[at], gradient[atOther]);
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
