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
        int square = EmbeddingChecks.Square(rows);
        using Rented<T> weights = new(rows);
        using Rented<T> partners = new(rows);
        int counted = Weigh(batch, weights.Span);
        ReadOnlySpan<T> weightOf = weights.Span;
        Plan plan = Plan.Of(ref weightOf, rows, reduction, wantsLosses: !batch.Losses.IsEmpty);
        batch.Losses.Clear();
        batch.Gradient.Clear();
        if (!plan.Evaluates)
        {
            return plan.Cost(default, counted);
        }

        using Rented<T> vectors = new(batch.Embeddings.Length);
        using Rented<T> norms = new(rows);
        using Rented<T> similarities = new(square);
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
            T count = T.CreateTruncating(Mark(batch.Labels, row, partners.Span));
            if (count == T.Zero)
            {
                ofRow.Clear();
                continue;
            }

            // The mean over its partners, by the weight: each counts exactly 1 against the softmax, whose probabilities
            // could not be told from rounded shares where the row is confident.
            T weight = weightOf[row] / count;
            Span<T> loss = batch.Losses.IsEmpty ? default : batch.Losses.Slice(row, 1);
            RowBatch<T> anchor = new()
            {
                Columns = rows,
                Predictions = ofRow,
                Targets = partners.Span,
                Weights = new(in weight),
                Losses = loss,
                Gradient = differentiates ? ofRow : default,
                Scale = T.CreateTruncating(plan.Scale) * _inverseTemperature,
            };
            DerivativeOrder order = differentiates ? DerivativeOrder.Gradient : DerivativeOrder.Value;
            sum += SimilarityKernels<T>.ToTargets.Run(anchor, order, LaneWidths.Best);
            Spans.Scale(loss, T.One / count);
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

    /// <summary>1 for each other row of the label, else 0; returns how many these are.</summary>
    private static int Mark(ReadOnlySpan<int> labels, int row, Span<T> partners)
    {
        int count = 0;
        for (int other = 0; other < labels.Length; other++)
        {
            bool isPartner = labels[other] == labels[row] && other != row;
            partners[other] = isPartner ? T.One : T.Zero;
            count += isPartner ? 1 : 0;
        }

        return count;
    }
}
