namespace LossKit;

/// <summary>
/// A formula on the similarities of each row to all others, by their labels: <see cref="Loss.MultiSimilarity"/>,
/// <see cref="Loss.Circle"/>, <see cref="Loss.SupervisedContrastive"/>, and what
/// <see cref="Loss.FromInBatchFormula{T, TFormula, TFirst, TSecond}"/> makes of yours.
/// </summary>
/// <inheritdoc cref="EmbeddingLoss{T}"/>
public sealed class InBatchLoss<T> : EmbeddingLoss<T> where T : unmanaged, IFloatingPointIeee754<T>
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

    /// <summary>One loss a row, 0 for a row that does not count.</summary>
    public override int Losses(ReadOnlySpan<int> labels) => labels.Length;

    private protected override Cost Run(in EmbeddingBatch<T> batch, Reduction reduction, out TripletCount triplets)
    {
        triplets = default;
        int rows = batch.Rows;
        ScoreBlocks<T>.CheckRows(rows, Dimension);
        int padded = ScoreBlocks<T>.Padded(rows);
        using Rented<T> labels = new(padded);
        using Rented<T> partners = new(padded);
        using Rented<bool> present = new(rows);
        using Rented<T> weights = new(rows);
        LabelRanks.Rank(batch.Labels, labels.Span, partners.Span);
        int counted = 0;
        for (int row = 0; row < rows; row++)
        {
            int positives = int.CreateTruncating(partners.Span[row]);
            bool counts = _needs == AnchorNeeds.Nothing
                || (positives > 0 && (_needs == AnchorNeeds.Positive || positives < rows - 1));
            present.Span[row] = counts;
            weights.Span[row] = counts ? batch.WeightOf(row) : T.Zero;
            counted += counts ? 1 : 0;
        }

        Evaluation evaluation = new()
        {
            Loss = this,
            Batch = batch,
            Labels = labels.Span,
            Partners = partners.Span,
            Present = present.Span,
            Counted = counted,
        };
        DerivativeOrder order = batch.Gradient.IsEmpty ? DerivativeOrder.Value : DerivativeOrder.Gradient;
        return Calls<T>.Run(evaluation, weights.Span, batch.Losses, order, reduction);
    }

    private readonly ref struct Evaluation : IEvaluation<T>
    {
        public required InBatchLoss<T> Loss { get; init; }

        public required EmbeddingBatch<T> Batch { get; init; }

        public required Span<T> Labels { get; init; }

        public required Span<T> Partners { get; init; }

        public required ReadOnlySpan<bool> Present { get; init; }

        public required int Counted { get; init; }

        public int Losses => Counted;

        public CompensatedSum Run(in Call<T> call)
        {
            using Rented<T> vectors = new(Products<T>.RowsOfVectors(Batch.Rows, Loss.Dimension) * Loss.Dimension);
            using Rented<T> norms = new(Batch.Rows);
            Span<T> rows = vectors.Span[..Batch.Embeddings.Length];
            Batch.Embeddings.CopyTo(rows);
            vectors.Span[rows.Length..].Clear();
            if (Loss._normalizes)
            {
                Normalization.Normalize(rows, Loss.Dimension, norms.Span);
            }

            bool differentiates = call.Order > DerivativeOrder.Value;
            if (differentiates)
            {
                Batch.Gradient.Clear();
            }

            Products<T> products = new()
            {
                Vectors = vectors.Span,
                Rows = Batch.Rows,
                Dimension = Loss.Dimension,
                Factor = Loss._factor,
                Gradient = Batch.Gradient,
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
                Normalization.Backward<T>(rows, norms.Span, Batch.Gradient);
            }

            return sum;
        }

        public void ClearDerivatives() => Batch.Gradient.Clear();
    }
}
