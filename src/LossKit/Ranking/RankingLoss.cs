namespace LossKit;

/// <summary>
/// A loss of groups on lists of items, of which some may be masked, and which may have weights. What
/// <see cref="GroupedLoss{T}.OfRankings"/> makes.
/// </summary>
/// <remarks>
/// As many numbers as the inputs have are rented from the shared array pool for the time of a call.
/// </remarks>
/// <inheritdoc cref="IBatchLoss{T, TBatch, TGradients}"/>
public sealed class RankingLoss<T> : RankingsLoss<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    internal RankingLoss(GroupedLoss<T> loss) => Inner = loss;

    private GroupedLoss<T> Entries => (GroupedLoss<T>)Inner!;

    private protected override bool TakesItemWeights => Entries.TakesEntryWeights;

    private protected override Cost Run(
        Rankings<T> batch, ReadOnlySpan<T> weights, Span<T> losses, RankingGradients<T> gradients, Reduction reduction)
    {
        int items = batch.Mask.IsEmpty ? batch.Scores.Length : batch.Mask.Count(true);
        using Rented<int> lengths = new(batch.Lengths.Length);
        using Rented<T> scores = new(items);
        using Rented<T> relevances = new(items);
        using Rented<T> itemWeights = new(batch.ItemWeights.IsEmpty ? 0 : items);
        bool differentiates = !gradients.Scores.IsEmpty || !gradients.Hessian.IsEmpty;
        using Rented<T> gradient = new(differentiates ? items : 0);
        using Rented<T> hessian = new(gradients.Hessian.IsEmpty ? 0 : items);
        for (int list = 0, first = 0; list < batch.Lengths.Length; first += batch.Lengths[list], list++)
        {
            int length = batch.Lengths[list];
            lengths.Span[list] = batch.Mask.IsEmpty ? length : batch.Mask.Slice(first, length).Count(true);
        }

        Keep(batch.Scores, batch.Mask, scores.Span);
        Keep(batch.Relevances, batch.Mask, relevances.Span);
        Keep(batch.ItemWeights, batch.Mask, itemWeights.Span);
        Cost cost = Entries.Run(
            new()
            {
                Predictions = scores.Span,
                Targets = relevances.Span,
                Weights = weights,
                Losses = losses,
                Gradient = gradient.Span,
                Hessian = hessian.Span,
            },
            itemWeights.Span,
            Groups.OfLengths(lengths.Span),
            reduction);
        Spread(gradient.Span, batch.Mask, gradients.Scores);
        Spread(hessian.Span, batch.Mask, gradients.Hessian);
        return cost;
    }

    /// <summary>What is not masked.</summary>
    private static void Keep(ReadOnlySpan<T> numbers, ReadOnlySpan<bool> mask, Span<T> kept)
    {
        for (int i = 0, k = 0; i < numbers.Length; i++)
        {
            if (mask.IsEmpty || mask[i])
            {
                kept[k++] = numbers[i];
            }
        }
    }

    /// <summary>The inverse; what is masked becomes 0.</summary>
    private static void Spread(ReadOnlySpan<T> kept, ReadOnlySpan<bool> mask, Span<T> numbers)
    {
        for (int i = 0, k = 0; i < numbers.Length; i++)
        {
            numbers[i] = mask.IsEmpty || mask[i] ? kept[k++] : T.Zero;
        }
    }
}
