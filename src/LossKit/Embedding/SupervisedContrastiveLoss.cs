using System.Numerics;
using LossKit.Costs;
using LossKit.Kernels;
using LossKit.Kernels.Embedding;
using LossKit.Kernels.Rows;
using LossKit.Lanes;

namespace LossKit;

/// <summary>The loss of <see cref="Loss.SupervisedContrastive"/>.</summary>
/// <inheritdoc cref="EmbeddingLoss{T}"/>
public sealed class SupervisedContrastiveLoss<T> : EmbeddingLoss<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly T _inverseTemperature;
    private readonly bool _normalizes;

    internal SupervisedContrastiveLoss(int dimension, double temperature, bool normalizes) : base(dimension)
    {
        _inverseTemperature = T.CreateTruncating(1 / Parameter.Positive(temperature).In<T>(nameof(temperature)).Value);
        _normalizes = normalizes;
    }

    /// <summary>One loss a row, 0 for a row without another of its label.</summary>
    public override int Losses(ReadOnlySpan<int> labels) => labels.Length;

    private protected override Cost Run(in EmbeddingBatch<T> batch, Reduction reduction, out TripletCount triplets)
    {
        triplets = default;
        int rows = batch.Rows;
        using Rented<T> weights = new(rows);
        using Rented<T> shares = new(rows);
        int counted = Weigh(batch, weights.Span);
        Plan plan = Plan.Of<T>(weights.Span, rows, reduction, wantsLosses: !batch.Losses.IsEmpty);
        batch.Losses.Clear();
        batch.Gradient.Clear();
        if (!plan.Evaluates)
        {
            return plan.Cost(default, counted);
        }

        using Rented<T> vectors = new(batch.Embeddings.Length);
        using Rented<T> norms = new(rows);
        using Rented<T> similarities = new(EmbeddingChecks.Square(rows));
        batch.Embeddings.CopyTo(vectors.Span);
        if (_normalizes)
        {
            Normalization.Normalize(vectors.Span, Dimension, norms.Span);
        }

        MatrixProduct<T>.RowsByRows<Dot>(vectors.Span, vectors.Span, Dimension, similarities.Span);
        Spans.Scale(similarities.Span, _inverseTemperature);
        bool differentiates = plan.Differentiates && !batch.Gradient.IsEmpty;
        CompensatedSum sum = default;
        for (int row = 0; row < rows; row++)
        {
            Span<T> ofRow = similarities.Span.Slice(row * rows, rows);
            ofRow[row] = T.NegativeInfinity;
            if (!Share(batch.Labels, row, shares.Span))
            {
                ofRow.Clear();
                continue;
            }

            RowBatch<T> anchor = new()
            {
                Columns = rows,
                Predictions = ofRow,
                Targets = shares.Span,
                Weights = weights.Span.Slice(row, 1),
                Losses = batch.Losses.IsEmpty ? default : batch.Losses.Slice(row, 1),
                Gradient = differentiates ? ofRow : default,
                Scale = T.CreateTruncating(plan.Scale) * _inverseTemperature,
            };
            DerivativeOrder order = differentiates ? DerivativeOrder.Gradient : DerivativeOrder.Value;
            sum += SimilarityKernels<T>.ToShares.Run(anchor, order, LaneWidths.Best);
        }

        if (differentiates)
        {
            Symmetry.AddTransposed(similarities.Span, rows);
            MatrixProduct<T>.Multiply(
                new(similarities.Span, rows, rows), vectors.Span, Dimension, batch.Gradient);
            if (_normalizes)
            {
                Normalization.Backward<T>(vectors.Span, norms.Span, batch.Gradient);
            }
        }

        return plan.Cost(sum, counted);
    }

    /// <summary>The weights of the rows, 0 for those without a partner; returns how many have one.</summary>
    private static int Weigh(in EmbeddingBatch<T> batch, Span<T> weights)
    {
        int counted = 0;
        for (int row = 0; row < batch.Rows; row++)
        {
            bool hasPartner = batch.Labels[..row].Contains(batch.Labels[row])
                || batch.Labels[(row + 1)..].Contains(batch.Labels[row]);
            weights[row] = hasPartner ? batch.WeightOf(row) : T.Zero;
            counted += hasPartner ? 1 : 0;
        }

        return counted;
    }

    /// <summary>An equal share for each other row of the label, if there is one.</summary>
    private static bool Share(ReadOnlySpan<int> labels, int row, Span<T> shares)
    {
        int partners = labels.Count(labels[row]) - 1;
        if (partners == 0)
        {
            return false;
        }

        T share = T.One / T.CreateTruncating(partners);
        for (int other = 0; other < labels.Length; other++)
        {
            shares[other] = labels[other] == labels[row] && other != row ? share : T.Zero;
        }

        return true;
    }
}
