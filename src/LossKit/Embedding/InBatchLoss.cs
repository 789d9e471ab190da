namespace LossKit;

/// <summary>
/// A formula on the similarities of each row to all others, by their labels: <see cref="Loss.MultiSimilarity"/>,
/// <see cref="Loss.Circle"/>, <see cref="Loss.SupervisedContrastive"/>, and what
/// <see cref="Loss.FromInBatchFormula{T, TFormula, TFirst, TSecond}"/> makes of yours.
/// </summary>
/// <remarks>
/// Every row is compared with all others, and has one loss and one weight; <see cref="Cost.Weight"/> and
/// <see cref="Cost.Count"/> are those of the rows that count, the others' loss is 0: a batch without any has a NaN mean, a
/// gradient of exact zeros, and adds nothing to an aggregate. A NaN spreads to all rows that are compared with it.
/// Scratch memory is rented from the shared array pool for the time of a call: as much as the batch has, and 1 MB or 48
/// numbers a row, or all rows × rows where that is at most 16 times the batch or a million numbers.
/// </remarks>
/// <inheritdoc cref="IBatchLoss{T, TBatch, TGradients}"/>
public sealed class InBatchLoss<T> : LabelledLoss<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly BlockKernel<T> _kernel;
    private readonly T _factor;
    private readonly bool _normalizes;
    private readonly bool _hidesItself;
    private readonly AnchorNeeds _needs;
    private readonly T? _miningEpsilon;

    internal InBatchLoss(
        BlockKernel<T> kernel,
        int dimension,
        AnchorNeeds needs,
        bool normalizes,
        double factor = 1,
        bool hidesItself = false,
        Parameter? miningEpsilon = null) : base(dimension)
    {
        _kernel = kernel;
        _needs = needs;
        _normalizes = normalizes;
        _factor = T.CreateTruncating(factor);
        _hidesItself = hidesItself;
        _miningEpsilon = miningEpsilon is { } epsilon
            ? T.CreateTruncating(epsilon.In<T>(nameof(miningEpsilon)).Value)
            : null;
    }

    private protected override string Things => "rows";

    private protected override Cost Run(
        in EmbeddingSides<T> sides,
        ReadOnlySpan<T> weightsOfRows,
        Span<T> losses,
        in SideGradients<T> gradients,
        Reduction reduction,
        out TripletCount triplets)
    {
        triplets = default;
        int rows = sides.Labels.Length;
        ScoreBlocks<T>.CheckRows(rows, Dimension);
        int padded = ScoreBlocks<T>.Padded(rows);
        using Rented<T> labels = new(padded);
        using Rented<T> partners = new(padded);
        using Rented<bool> present = new(rows);
        using Rented<T> weights = new(rows);
        LabelRanks.Rank(sides.Labels, labels.Span, partners.Span);
        int counted = 0;
        for (int row = 0; row < rows; row++)
        {
            int positives = int.CreateTruncating(partners.Span[row]);
            bool counts = _needs == AnchorNeeds.Nothing
                || (positives > 0 && (_needs == AnchorNeeds.Positive || positives < rows - 1));
            present.Span[row] = counts;
            weights.Span[row] = !counts ? T.Zero : weightsOfRows.IsEmpty ? T.One : weightsOfRows[row];
            counted += counts ? 1 : 0;
        }

        Evaluation evaluation = new()
        {
            Loss = this,
            Rows = rows,
            Embeddings = sides.First,
            Gradient = gradients.First,
            Labels = labels.Span,
            Partners = partners.Span,
            Present = present.Span,
            Counted = counted,
        };
        return Calls<T>.Run(evaluation, weights.Span, losses, gradients.Order, reduction, Degree);
    }

    private readonly ref struct Evaluation : IEvaluation<T>
    {
        public required InBatchLoss<T> Loss { get; init; }

        public required int Rows { get; init; }

        public required ReadOnlySpan<T> Embeddings { get; init; }

        public required Span<T> Gradient { get; init; }

        public required Span<T> Labels { get; init; }

        public required Span<T> Partners { get; init; }

        public required ReadOnlySpan<bool> Present { get; init; }

        public required int Counted { get; init; }

        public int Losses => Counted;

        public CompensatedSum Run(in Call<T> call)
        {
            using Rented<T> vectors = new(Products<T>.RowsOfVectors(Rows, Loss.Dimension) * Loss.Dimension);
            using Rented<T> norms = new(Rows);
            Span<T> rows = vectors.Span[..Embeddings.Length];
            Embeddings.CopyTo(rows);
            vectors.Span[rows.Length..].Clear();
            if (Loss._normalizes)
            {
                Normalization.Normalize(rows, Loss.Dimension, norms.Span);
            }

            bool differentiates = call.Order > DerivativeOrder.Value;
            if (differentiates)
            {
                Gradient.Clear();
            }

            Products<T> products = new()
            {
                Vectors = vectors.Span,
                Rows = Rows,
                Split = Rows,
                Dimension = Loss.Dimension,
                Factor = Loss._factor,
                Degree = call.Degree,
                Gradient = Gradient,
            };
            CompensatedSum sum = ScoreBlocks<T>.Run(products, Loss._kernel, new()
            {
                Order = call.Order,
                Weights = call.Weights,
                Losses = call.Losses,
                Scale = call.Scale,
                Labels = Labels,
                Partners = Partners,
                Present = Present,
                HidesItself = Loss._hidesItself,
                MiningEpsilon = Loss._miningEpsilon,
            });
            if (differentiates && Loss._normalizes)
            {
                Normalization.Backward<T>(rows, norms.Span, Gradient);
            }

            return sum;
        }

        public void ClearDerivatives() => Gradient.Clear();
    }
}
