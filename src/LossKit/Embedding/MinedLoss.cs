namespace LossKit;

/// <summary>
/// A formula on the distances or cosines of each row to others, which are chosen by their labels and distances:
/// <see cref="Loss.SemiHardTriplet"/>, <see cref="Loss.BatchHardTriplet"/>, <see cref="Loss.BatchAllTriplet"/>; of
/// pairs <see cref="Loss.BatchContrastive"/>, <see cref="Loss.MarginBased"/>, <see cref="Loss.SnrContrastive"/>,
/// <see cref="Loss.LiftedStructure"/>, <see cref="Loss.TupletMargin"/>; of rows <see cref="Loss.FastAp"/>.
/// </summary>
/// <remarks>
/// The choice is taken as constant in the gradient. A distance of 0 has gradient 0, so that duplicate rows are
/// harmless. Every row is an anchor that is compared with all others or references; its weight is that of its losses,
/// of which the labels say how many there are; they are ordered anchor by anchor. <see cref="Cost.Weight"/> and
/// <see cref="Cost.Count"/> are those of the losses that count, so that a batch without any has a NaN mean, a gradient
/// of exact zeros, and adds nothing to an aggregate. A NaN spreads to all rows that are compared with it. Scratch
/// memory is rented from the shared array pool for the time of a call: as much as the batch has, 1 MB or 48 numbers a
/// row, or all rows × rows where that is at most 16 times the batch and 32 MiB, or a million numbers, and 25 numbers a
/// row and thread.
/// </remarks>
/// <inheritdoc cref="IBatchLoss{T, TBatch, TGradients}"/>
public sealed class MinedLoss<T> : LabelledLoss<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly Mining<T> _mining;

    internal MinedLoss(Mining<T> mining, int dimension) : base(dimension) => _mining = mining;

    private protected override string Things => "losses";

    private protected override int LossesOf(in EmbeddingSides<T> sides)
    {
        long losses = 0;
        for (int row = 0; row < sides.Labels.Length; row++)
        {
            losses += LossesOf(sides, row);
        }

        return EmbeddingChecks.Numbers(losses, "losses");
    }

    /// <param name="batch">The labelled batch.</param>
    /// <param name="gradients">Receives the gradient.</param>
    /// <param name="triplets">
    /// How many triplets there were, or pairs or rows if the loss is of these, and how many of them had a loss above 0.
    /// </param>
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

    /// <summary>The triplets that the loss chooses, in the order of its losses.</summary>
    /// <param name="batch">The labelled batch.</param>
    /// <param name="activeOnly">Whether those without a loss above 0 are left out.</param>
    /// <exception cref="InvalidOperationException">The loss is of pairs or rows.</exception>
    public TripletIndices Triplets(Labelled<T> batch, bool activeOnly = false)
    {
        if (!_mining.IsOfTriplets)
        {
            throw new InvalidOperationException($"'{this}' is no loss of triplets.");
        }

        CheckInputs(batch, default);
        T[] losses = new T[Losses(batch)];
        MinedTriplet[] chosen = new MinedTriplet[losses.Length];
        _ = Run(new() { Sides = SidesOf(batch), Losses = losses }, Reduction.Sum, chosen, out _);
        MinedTriplet[] found =
            [.. chosen.Where((triplet, loss) => triplet.IsThere && (losses[loss] > T.Zero || !activeOnly))];
        return new(
            found.Select(triplet => triplet.Anchor).ToArray(),
            found.Select(triplet => triplet.Positive).ToArray(),
            found.Select(triplet => triplet.Negative).ToArray());
    }

    private protected override Cost Run(
        in EmbeddingBatch<T> batch, Reduction reduction, out TripletCount triplets) =>
        Run(batch, reduction, chosen: default, out triplets);

    private Cost Run(
        in EmbeddingBatch<T> batch, Reduction reduction, Span<MinedTriplet> chosen, out TripletCount triplets)
    {
        Plan.Check(reduction);
        ReadOnlySpan<int> labels = batch.Sides.Labels;
        int columns = batch.Sides.ColumnLabels.Length;
        ReadOnlySpan<T> weights = batch.Weights;
        _ = WeightTotal<T>.Of(ref weights, labels.Length, out _, out int exponent);
        batch.Gradients.Clear();
        bool hasOwn = _mining.IsRelative || _mining.HasBoundaries;
        using Rented<AnchorResult> results = new(labels.Length);
        using Rented<int> starts = new(batch.Losses.IsEmpty ? 0 : labels.Length + 1);
        using Rented<int> numbers = new(Math.Max(columns, labels.Length));
        using Rented<long> sorted = new(columns);
        using CentredRows<T> first = new(batch.Sides.First, Dimension, _mining.IsRelative);
        using CentredRows<T> second = new(batch.Sides.Second, Dimension, _mining.IsRelative);
        using Rented<T> ownSlopes = new(hasOwn ? labels.Length : 0);
        bool folds = _mining.HasFolds && !batch.Sides.IsAcross;
        using Rented<double> ofRows = new(folds ? labels.Length : 0);
        LabelRanks.Sort(batch.Sides.ColumnLabels, sorted.Span);
        long losses = 0;
        Spans.Enumerate(numbers.Span);
        for (int row = 0; row < labels.Length && !batch.Losses.IsEmpty; row++)
        {
            starts.Span[row] = (int)losses;
            losses += LossesOf(batch.Sides, row);
            starts.Span[row + 1] = (int)losses;
        }

        EmbeddingSides<T> sides = batch.Sides with { First = first.Rows, Second = second.Rows };
        bool isDistance = _mining.Distance == EmbeddingDistance.Euclidean;
        MiningWork<T> work = new()
        {
            Mining = _mining,
            Factor = isDistance ? T.One / Lengths<T>.Unit(sides) : T.One,
            Call = new()
            {
                Weights = weights,
                Losses = batch.Losses,
                Order = batch.Gradients.Order,
                Degree = Degree,
            },
            Labels = labels,
            FirstRow = sides.FirstRow,
            Numbers = numbers.Span,
            Sorted = sorted.Span,
            Starts = starts.Span,
            Results = results.Span,
            InverseUnits = first.InverseSquares,
            Boundaries = sides.Targets,
            OwnSlopes = ownSlopes.Span,
            Folds = ofRows.Span,
            Chosen = chosen,
        };
        if (folds)
        {
            Call<T> values = work.Call with { Losses = default, Order = DerivativeOrder.Value };
            Run(sides, default, work with { OnlyFolds = true, Call = values });
        }

        Run(sides, batch.Gradients, work);
        CompensatedSum sum = default;
        CompensatedSum total = default;
        long count = 0;
        bool hasWeight = false;
        triplets = default;
        for (int row = 0; row < labels.Length; row++)
        {
            AnchorResult result = results.Span[row];
            double weight = weights.IsEmpty ? 1 : double.CreateTruncating(weights[row]);
            if (result.Count > 0)
            {
                sum += weight == 0 ? 0 : weight * result.Sum;
                total += weight * result.Count;
                hasWeight |= weight != 0;
            }

            count += result.Count;
            triplets += new TripletCount(result.Triplets, result.Active);
        }

        // Only now is it known what the mean is over.
        Plan plan = new(total, hasWeight, exponent, count, reduction, wantsLosses: true);
        if (plan.Differentiates)
        {
            // What units and boundaries make of the gradients.
            first.Backward(ownSlopes.Span, batch.Gradients.First);
            second.Backward(slopes: [], batch.Gradients.Second);
            for (int row = 0; row < labels.Length && !batch.Gradients.Third.IsEmpty; row++)
            {
                batch.Gradients.Third[work.BoundaryOf(row)] += ownSlopes.Span[row];
            }

            batch.Gradients.Scale(T.CreateTruncating(plan.Scale));
        }
        else
        {
            batch.Gradients.Clear();
        }

        return plan.Cost(sum);
    }

    private void Run(in EmbeddingSides<T> sides, in SideGradients<T> gradients, in MiningWork<T> work) =>
        _ = _mining.IsOnCosines
            ? Products<T, Dot>.Run(Dimension, _mining.Normalizes, sides, gradients, work)
            : Products<T, SquaredDistance>.Run(Dimension, _mining.Normalizes, sides, gradients, work);

    private long LossesOf(in EmbeddingSides<T> sides, int row)
    {
        int label = sides.Labels[row];
        int same = sides.ColumnLabels.Count(label);
        int positives = sides.IsAcross ? same
            : _mining.TakesPairsOnce ? sides.Labels[(row + 1)..].Count(label)
            : same - 1;
        return _mining.Losses(positives, sides.ColumnLabels.Length - same);
    }

    private protected override bool TakesBoundaries => _mining.HasBoundaries;
}
