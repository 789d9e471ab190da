using System.Buffers;

namespace LossKit.Internals;

/// <summary>The cost of the decisions that a cost matrix makes of probabilities or logits.</summary>
internal sealed class CostMatrixMetric<T>(CostMatrix matrix, bool onLogits) : IMetric<T, int>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int MostOnStack = 256;

    public Shape Shape => new(matrix.Classes, 1);

    public Cost Value(ReadOnlySpan<T> predictions, ReadOnlySpan<int> targets, ReadOnlySpan<T> weights = default)
    {
        Check(predictions, targets, weights);
        return Run(predictions, targets, default, weights);
    }

    public Cost PerExample(
        ReadOnlySpan<T> predictions, ReadOnlySpan<int> targets, Span<T> losses, ReadOnlySpan<T> weights = default)
    {
        Check(predictions, targets, weights);
        BatchChecks.Length(nameof(losses), losses.Length, nameof(targets), targets.Length);
        BatchChecks.Apart(nameof(losses), losses, nameof(predictions), predictions);
        BatchChecks.Apart(nameof(losses), losses, nameof(targets), targets);
        BatchChecks.NoPartialOverlap(nameof(losses), losses, nameof(weights), weights);
        return Run(predictions, targets, losses, weights);
    }

    private void Check(ReadOnlySpan<T> predictions, ReadOnlySpan<int> targets, ReadOnlySpan<T> weights)
    {
        matrix.CheckRows(nameof(predictions), predictions.Length, nameof(targets), targets.Length);
        BatchChecks.LengthIfGiven(nameof(weights), weights.Length, nameof(targets), targets.Length);
        for (int i = 0; i < targets.Length; i++)
        {
            matrix.CheckClass(targets[i], nameof(targets), i);
        }

        for (int i = 0; !onLogits && i < predictions.Length; i++)
        {
            if (predictions[i] < T.Zero)
            {
                throw new ArgumentException(
                    FormattableString.Invariant($"predictions[{i}] is {predictions[i]}: ")
                    + "a probability is not negative.",
                    nameof(predictions));
            }
        }
    }

    private Cost Run(
        ReadOnlySpan<T> predictions, ReadOnlySpan<int> targets, Span<T> losses, ReadOnlySpan<T> weights)
    {
        int classes = matrix.Classes;
        double[]? rented = classes > MostOnStack ? ArrayPool<double>.Shared.Rent(classes) : null;
        Span<double> shares = rented is null ? stackalloc double[MostOnStack] : rented;
        WeightedMean mean = default;
        for (int i = 0; i < targets.Length; i++)
        {
            double total = Shares(predictions.Slice(i * classes, classes), shares[..classes]);
            double cost = double.IsNaN(total)
                ? double.NaN
                : matrix[targets[i], matrix.LeastCost<double>(shares[..classes])];
            mean.Add(cost, weights.IsEmpty ? 1 : double.CreateTruncating(weights[i]));
            if (!losses.IsEmpty)
            {
                losses[i] = T.CreateTruncating(cost);
            }
        }

        if (rented is not null)
        {
            ArrayPool<double>.Shared.Return(rented);
        }

        return mean.Cost;
    }

    /// <summary>The probabilities but for a factor, which no decision depends on, and their sum.</summary>
    private double Shares(ReadOnlySpan<T> row, Span<double> shares)
    {
        double largest = double.NegativeInfinity;
        foreach (T score in row)
        {
            largest = Math.Max(largest, double.CreateTruncating(score));
        }

        double total = 0;
        for (int j = 0; j < row.Length; j++)
        {
            double score = double.CreateTruncating(row[j]);

            // An infinite logit is certain: it must not come to ∞ − ∞. An infinite probability is none.
            shares[j] = !onLogits
                ? double.IsFinite(score) ? score : double.NaN
                : score == largest ? 1 : Math.Exp(score - largest);
            total += shares[j];
        }

        return total;
    }
}
