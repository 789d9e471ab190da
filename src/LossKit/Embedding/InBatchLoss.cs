namespace LossKit;

/// <summary>
/// A formula on the similarities or distances of each row to all others, by their labels:
/// <see cref="Loss.MultiSimilarity"/>, <see cref="Loss.Circle"/>, <see cref="Loss.SupervisedContrastive"/>,
/// <see cref="Loss.Nca"/>, <see cref="Loss.GeneralizedLiftedStructure"/>, and what
/// <see cref="Loss.FromInBatchFormula{T, TFormula, TFirst, TSecond}"/> makes of yours.
/// </summary>
/// <remarks>
/// Every row is compared with all others or references, and has one loss and one weight; <see cref="Cost.Weight"/> and
/// <see cref="Cost.Count"/> are those of the rows that count, the others' loss is 0: a batch without any has a NaN
/// mean, a gradient of exact zeros, and adds nothing to an aggregate. A NaN spreads to all rows that are compared with
/// it. Scratch memory is rented from the shared array pool for the time of a call: as much as the batch has, and 1 MB
/// or 48 numbers a row, or all rows × rows where that is at most 16 times the batch and 32 MiB, or a million numbers.
/// </remarks>
/// <inheritdoc cref="IBatchLoss{T, TBatch, TGradients}"/>
public sealed class InBatchLoss<T> : LabelledLoss<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly BlockKernel<T> _kernel;
    private readonly T _factor;
    private readonly EmbeddingScore _score;
    private readonly bool _hidesItself;
    private readonly bool _takesScale;
    private readonly AnchorNeeds _needs;
    private readonly T? _miningEpsilon;

    internal InBatchLoss(
        BlockKernel<T> kernel,
        int dimension,
        AnchorNeeds needs,
        EmbeddingScore score,
        double factor = 1,
        bool hidesItself = false,
        bool takesScale = false,
        Parameter? miningEpsilon = null) : base(dimension)
    {
        _takesScale = takesScale;
        _kernel = kernel;
        _needs = needs;
        _score = score;
        _factor = T.CreateTruncating(factor);
        _hidesItself = hidesItself;
        _miningEpsilon = miningEpsilon is { } epsilon
            ? T.CreateTruncating(epsilon.In<T>(nameof(miningEpsilon)).Value)
            : null;
    }

    private protected override string Things => "rows";

    private protected override bool TakesScale => _takesScale;

    private protected override Cost Run(
        in EmbeddingBatch<T> batch, Reduction reduction, out TripletCount triplets)
    {
        triplets = default;
        EmbeddingSides<T> sides = batch.Sides;
        int rows = sides.Labels.Length;
        int others = sides.IsAcross ? sides.SecondLabels.Length : rows - 1;
        int padded = sides.FirstRow + ScoreBlocks<T>.Padded(rows);
        using Rented<T> labels = new(padded);
        using Rented<T> partners = new(padded);
        using Rented<bool> present = new(rows);
        using Rented<T> weights = new(rows);
        LabelRanks.Rank(sides.ColumnLabels, sides.IsAcross ? sides.Labels : [], labels.Span, partners.Span);
        int counted = 0;
        for (int row = 0; row < rows; row++)
        {
            int positives = int.CreateTruncating(partners.Span[sides.FirstRow + row]);
            bool counts = _needs == AnchorNeeds.Nothing
                || (positives > 0 && (_needs == AnchorNeeds.Positive || positives < others));
            present.Span[row] = counts;
            weights.Span[row] = !counts ? T.Zero : batch.Weights.IsEmpty ? T.One : batch.Weights[row];
            counted += counts ? 1 : 0;
        }

        Evaluation evaluation = new()
        {
            Loss = this,
            Sides = sides,
            Gradients = batch.Gradients,
            Labels = labels.Span,
            Partners = partners.Span,
            Present = present.Span,
            Losses = counted,
        };
        return Calls<T>.Run(evaluation, weights.Span, batch.Losses, batch.Gradients.Order, reduction, Degree);
    }

    /// <summary>
    /// The pairs that the mining of the loss leaves, row by row: positives less than ε above the largest similarity of
    /// a negative, negatives less than ε below the smallest of a positive. A row without a negative, or without a
    /// positive, has none.
    /// </summary>
    /// <remarks>
    /// PyTorch Metric Learning's <c>MultiSimilarityMiner</c>. Allocates what it finds. A pair may come twice, from
    /// either of its rows; a NaN similarity is left.
    /// </remarks>
    /// <param name="batch">The labelled batch.</param>
    /// <exception cref="InvalidOperationException">The loss has no ε.</exception>
    public PairIndices MinedPairs(Labelled<T> batch)
    {
        if (_miningEpsilon is not { } epsilon)
        {
            throw new InvalidOperationException(
                $"'{this}' mines no pairs; expected a loss with a miningEpsilon, as MultiSimilarity may have.");
        }

        CheckInputs(batch, default);
        EmbeddingSides<T> sides = SidesOf(batch);
        int padded = sides.FirstRow + ScoreBlocks<T>.Padded(sides.Labels.Length);
        using Rented<T> labels = new(padded);
        using Rented<T> partners = new(padded);
        LabelRanks.Rank(sides.ColumnLabels, sides.IsAcross ? sides.Labels : [], labels.Span, partners.Span);
        List<(int Row, int Column, bool IsPositive)> pairs = [];
        MinedPairs<T> work = new()
        {
            Factor = _factor,
            Epsilon = epsilon,
            Labels = labels.Span,
            FirstRow = sides.FirstRow,
            Pairs = pairs,
        };
        _ = Products<T, Dot>.Run(Dimension, _score == EmbeddingScore.Cosine, sides, default, work);
        return new(
            pairs.Select(pair => pair.Row).ToArray(),
            pairs.Select(pair => pair.Column).ToArray(),
            pairs.Select(pair => pair.IsPositive ? 1 : 0).ToArray());
    }

    private readonly ref struct Evaluation : IEvaluation<T>
    {
        public required InBatchLoss<T> Loss { get; init; }

        public required EmbeddingSides<T> Sides { get; init; }

        public required SideGradients<T> Gradients { get; init; }

        public required Span<T> Labels { get; init; }

        public required Span<T> Partners { get; init; }

        public required ReadOnlySpan<bool> Present { get; init; }

        /// <summary>Of the rows that count.</summary>
        public required int Losses { get; init; }

        public CompensatedSum Run(in Call<T> call)
        {
            if (call.Order > DerivativeOrder.Value)
            {
                ClearDerivatives();
            }

            // A power of two: rows far from 1 are compared in a unit that keeps the squares of distances in range.
            ScoreBatch<T> scores = new()
            {
                Kernel = Loss._kernel,
                Score = Loss._score,
                Factor = Loss._score == EmbeddingScore.Distance ? T.One / Lengths<T>.Unit(Sides)
                    : Sides.Scale.IsEmpty ? Loss._factor
                    : Sides.Scale[0],
                Call = call,
                Labels = Labels,
                Partners = Partners,
                Present = Present,
                FirstRow = Sides.FirstRow,
                HidesItself = Loss._hidesItself && !Sides.IsAcross,
                MiningEpsilon = Loss._miningEpsilon,
            };
            return Loss._score switch
            {
                EmbeddingScore.DotProduct => Run<Dot>(scores, normalizes: false),
                EmbeddingScore.Cosine => Run<Dot>(scores, normalizes: true),
                _ => Run<SquaredDistance>(scores, normalizes: false),
            };
        }

        private CompensatedSum Run<TProduct>(in ScoreBatch<T> scores, bool normalizes)
            where TProduct : struct, IProduct =>
            Products<T, TProduct>.Run(Loss.Dimension, normalizes, Sides, Gradients, scores);

        public void ClearDerivatives() => Gradients.Clear();
    }
}
