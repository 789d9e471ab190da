namespace LossKit;

/// <summary>What losses of rankings share: one loss and one weight a list, and what a list may be.</summary>
/// <inheritdoc cref="IBatchLoss{T, TBatch, TGradients}"/>
public abstract class RankingsLoss<T> : BatchLoss<T, Rankings<T>, RankingGradients<T>>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private protected RankingsLoss()
    {
    }

    /// <summary>Whether items can have weights of their own.</summary>
    private protected abstract bool TakesItemWeights { get; }

    private protected override string Things => "lists";

    /// <summary>One a list.</summary>
    public override int Losses(Rankings<T> batch) => batch.Lengths.Length;

    private protected override void Check(Rankings<T> batch, ReadOnlySpan<T> weights)
    {
        int items = batch.Scores.Length;
        BatchChecks.Length("relevances", batch.Relevances.Length, items, "items");
        BatchChecks.LengthIfGiven("mask", batch.Mask.Length, items, "items");
        BatchChecks.LengthIfGiven("itemWeights", batch.ItemWeights.Length, items, "items");
        BatchChecks.LengthIfGiven("weights", weights.Length, batch.Lengths.Length, Things);
        if (!batch.ItemWeights.IsEmpty && !TakesItemWeights)
        {
            throw Refusal("itemWeights", "'itemWeights' are given, but this loss has no part for them.");
        }

        BatchChecks.Parts("lengths", batch.Lengths, "scores", items);
        for (int list = 0, i = 0; list < batch.Lengths.Length; list++)
        {
            bool counts = weights.IsEmpty || weights[list] != T.Zero;
            for (int end = i + batch.Lengths[list]; i < end; i++)
            {
                if (counts && T.IsNaN(batch.Relevances[i]) && IsThere(batch, i))
                {
                    throw Refusal("relevances", $"relevances[{i}] is NaN, but must be a number.");
                }
            }
        }
    }

    private protected override void CheckApart(string name, ReadOnlySpan<T> output, Rankings<T> batch)
    {
        BatchChecks.Apart(name, output, "scores", batch.Scores);
        BatchChecks.Apart(name, output, "relevances", batch.Relevances);
        BatchChecks.Apart(name, output, "lengths", batch.Lengths);
        BatchChecks.Apart(name, output, "mask", batch.Mask);
        BatchChecks.Apart(name, output, "itemWeights", batch.ItemWeights);
    }

    private protected override void CheckNumbers(Rankings<T> batch)
    {
        for (int i = 0; i < batch.Scores.Length; i++)
        {
            if (IsThere(batch, i))
            {
                EntryChecks.Number("scores", i, batch.Scores[i], Domain.Logits);
                EntryChecks.Number("relevances", i, batch.Relevances[i], Domain.Reals);
                if (!batch.ItemWeights.IsEmpty)
                {
                    EntryChecks.Number("itemWeights", i, batch.ItemWeights[i], Domain.NotNegative);
                }
            }
        }
    }

    private protected override void CheckGradients(
        Rankings<T> batch, RankingGradients<T> gradients, ReadOnlySpan<T> weights)
    {
        CheckGradient("gradients.Scores", gradients.Scores, "scores", batch.Scores.Length, batch, weights);
        CheckGradient("gradients.Hessian", gradients.Hessian, "scores", batch.Scores.Length, batch, weights);
        BatchChecks.Apart("gradients.Hessian", gradients.Hessian, "gradients.Scores", gradients.Scores);
    }

    private protected static bool IsThere(Rankings<T> batch, int item) => batch.Mask.IsEmpty || batch.Mask[item];
}
