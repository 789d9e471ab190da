using System.Numerics;
using LossKit.Costs;
using LossKit.Kernels;
using LossKit.Kernels.Embedding;
using LossKit.Kernels.Rows;
using LossKit.Lanes;

namespace LossKit;

/// <summary>
/// The softmax cross-entropy of the similarities of each row with all others, taken at its match. The built-in ones are
/// <see cref="Loss.InfoNce"/> and <see cref="Loss.NtXent"/>.
/// </summary>
/// <inheritdoc cref="IMatchLoss{T}"/>
public sealed class MatchLoss<T> : IMatchLoss<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly T _inverseTemperature;
    private readonly bool _normalizes;
    private readonly bool _isSymmetric;

    internal MatchLoss(int dimension, double temperature, bool normalizes, bool isSymmetric)
    {
        Precision.Check<T>();
        Dimension = EmbeddingChecks.Dimension(dimension);
        _inverseTemperature = T.CreateTruncating(1 / Parameter.Positive(temperature).In<T>(nameof(temperature)).Value);
        _normalizes = normalizes;
        _isSymmetric = isSymmetric;
    }

    /// <inheritdoc/>
    public int Dimension { get; }

    /// <inheritdoc/>
    public int Losses(int items) => _isSymmetric ? 2 * items : items;

    /// <inheritdoc/>
    public Cost Value(ReadOnlySpan<T> first, ReadOnlySpan<T> second, ReadOnlySpan<T> weights = default)
    {
        CheckInputs(first, second, weights);
        return Run(first, second, weights, default, default, default, Reduction.Mean);
    }

    /// <inheritdoc/>
    public Cost PerExample(
        ReadOnlySpan<T> first, ReadOnlySpan<T> second, Span<T> losses, ReadOnlySpan<T> weights = default)
    {
        int items = CheckInputs(first, second, weights);
        BatchChecks.Length("losses", losses.Length, Losses(items), "losses");
        CheckApart("losses", losses, first, second, weights);
        return Run(first, second, weights, losses, default, default, Reduction.Mean);
    }

    /// <inheritdoc/>
    public Cost ValueAndGradient(
        ReadOnlySpan<T> first,
        ReadOnlySpan<T> second,
        Span<T> gradientFirst,
        Span<T> gradientSecond,
        ReadOnlySpan<T> weights = default,
        Reduction reduction = Reduction.Mean)
    {
        CheckInputs(first, second, weights);
        EmbeddingChecks.SameLength("gradientFirst", gradientFirst.Length, "first", first.Length);
        EmbeddingChecks.SameLength("gradientSecond", gradientSecond.Length, "second", second.Length);
        CheckApart("gradientFirst", gradientFirst, first, second, weights);
        CheckApart("gradientSecond", gradientSecond, first, second, weights);
        BatchChecks.Apart("gradientSecond", gradientSecond, "gradientFirst", gradientFirst);
        return Run(first, second, weights, default, gradientFirst, gradientSecond, reduction);
    }

    private int CheckInputs(ReadOnlySpan<T> first, ReadOnlySpan<T> second, ReadOnlySpan<T> weights)
    {
        int items = BatchChecks.Rows("first", first.Length, Dimension, "numbers");
        EmbeddingChecks.SameLength("second", second.Length, "first", first.Length);
        EmbeddingChecks.Weights(weights, Losses(items), "losses");
        return items;
    }

    private static void CheckApart(
        string name, Span<T> output, ReadOnlySpan<T> first, ReadOnlySpan<T> second, ReadOnlySpan<T> weights)
    {
        BatchChecks.Apart(name, output, "first", first);
        BatchChecks.Apart(name, output, "second", second);
        BatchChecks.Apart(name, output, "weights", weights);
    }

    private Cost Run(
        ReadOnlySpan<T> first,
        ReadOnlySpan<T> second,
        ReadOnlySpan<T> weights,
        Span<T> losses,
        Span<T> gradientFirst,
        Span<T> gradientSecond,
        Reduction reduction)
    {
        int items = first.Length / Dimension;
        int rows = Losses(items);
        int square = EmbeddingChecks.Square(rows);
        int numbers = EmbeddingChecks.Numbers(2L * first.Length);
        Plan plan = Plan.Of(ref weights, rows, reduction, wantsLosses: !losses.IsEmpty);
        bool differentiates = plan.Differentiates && !gradientFirst.IsEmpty;
        if (!differentiates)
        {
            gradientFirst.Clear();
            gradientSecond.Clear();
        }

        if (!plan.Evaluates || items == 0)
        {
            return plan.Cost(default, rows);
        }

        using Rented<T> vectors = new(numbers);
        using Rented<T> norms = new(2 * items);
        using Rented<T> similarities = new(square);
        using Rented<int> matches = new(rows);
        Span<T> all = vectors.Span;
        first.CopyTo(all);
        second.CopyTo(all[first.Length..]);
        if (_normalizes)
        {
            Normalization.Normalize(all, Dimension, norms.Span);
        }

        Span<T> left = _isSymmetric ? all : all[..first.Length];
        Span<T> right = _isSymmetric ? all : all[first.Length..];
        MatrixProduct<T>.RowsByRows<Dot>(left, right, Dimension, similarities.Span);
        Spans.Scale(similarities.Span, _inverseTemperature);
        for (int row = 0; row < rows; row++)
        {
            matches.Span[row] = _isSymmetric ? (row + items) % rows : row;
            if (_isSymmetric)
            {
                similarities.Span[row * rows + row] = T.NegativeInfinity;
            }
        }

        RowBatch<T> batch = new()
        {
            Columns = rows,
            Predictions = similarities.Span,
            Labels = matches.Span,
            Weights = weights,
            Losses = losses,
            Gradient = differentiates ? similarities.Span : default,
            Scale = T.CreateTruncating(plan.Scale) * _inverseTemperature,
        };
        DerivativeOrder order = differentiates ? DerivativeOrder.Gradient : DerivativeOrder.Value;
        CompensatedSum sum = SimilarityKernels<T>.ToMatch.Run(batch, order, LaneWidths.Best);
        if (differentiates)
        {
            Matrix<T> forces = new(similarities.Span, rows, rows);
            if (_isSymmetric)
            {
                using Rented<T> gradient = new(all.Length);
                Symmetry.AddTransposed(similarities.Span, rows);
                MatrixProduct<T>.Multiply(forces, all, Dimension, gradient.Span);
                gradient.Span[..first.Length].CopyTo(gradientFirst);
                gradient.Span[first.Length..].CopyTo(gradientSecond);
            }
            else
            {
                ClearWeightless(left, weights);
                MatrixProduct<T>.Multiply(forces, right, Dimension, gradientFirst);
                MatrixProduct<T>.Multiply(forces.Transposed, left, Dimension, gradientSecond);
            }

            if (_normalizes)
            {
                Normalization.Backward(all[..first.Length], norms.Span[..items], gradientFirst);
                Normalization.Backward(all[first.Length..], norms.Span[items..], gradientSecond);
            }

            if (!_isSymmetric)
            {
                ClearWeightless(gradientFirst, weights);
            }
        }

        return plan.Cost(sum, rows);
    }

    /// <summary>Clears the rows that count for nothing: 0 times what they hold might be NaN.</summary>
    private void ClearWeightless(Span<T> rows, ReadOnlySpan<T> weights)
    {
        for (int row = 0; row < weights.Length; row++)
        {
            if (weights[row] == T.Zero)
            {
                rows[Rows.At(row, Dimension)].Clear();
            }
        }
    }
}
