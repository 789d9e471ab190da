namespace LossKit;

/// <summary>The mean of a loss of pairs in both directions between two views: <see cref="Loss.SimSiam"/>.</summary>
/// <remarks>
/// A NaN makes its item's loss and gradients NaN, and no other's. Scratch memory is rented from the shared array pool
/// for the time of a call: a number an item, if losses are asked for.
/// </remarks>
/// <inheritdoc cref="IBatchLoss{T, TBatch, TGradients}"/>
public sealed class SimSiamLoss<T> : BatchLoss<T, SiameseViews<T>, PairGradients<T>>, IRowsOfNumbers
    where T : unmanaged, IFloatingPointIeee754<T>
{
    internal SimSiamLoss(PairLoss<T> pairs) => Inner = pairs;

    /// <summary>How many numbers a row has.</summary>
    public int Dimension => Pairs.Dimension;

    private PairLoss<T> Pairs => (PairLoss<T>)Inner!;

    private protected override string Things => "items";

    /// <summary>One an item.</summary>
    public override int Losses(SiameseViews<T> batch) => batch.First.Length / Dimension;

    private protected override void Check(SiameseViews<T> batch, ReadOnlySpan<T> weights)
    {
        int items = BatchChecks.Rows("first", batch.First.Length, Dimension, "numbers");
        BatchChecks.Length("second", batch.Second.Length, "first", batch.First.Length);
        BatchChecks.Length("firstProjections", batch.FirstProjections.Length, "first", batch.First.Length);
        BatchChecks.Length("secondProjections", batch.SecondProjections.Length, "first", batch.First.Length);
        BatchChecks.LengthIfGiven("weights", weights.Length, items, Things);
    }

    private protected override void CheckNumbers(SiameseViews<T> batch)
    {
        EntryChecks.Numbers("first", batch.First, Domain.Reals, Dimension);
        EntryChecks.Numbers("second", batch.Second, Domain.Reals, Dimension);
        EntryChecks.Numbers("firstProjections", batch.FirstProjections, Domain.Reals, Dimension);
        EntryChecks.Numbers("secondProjections", batch.SecondProjections, Domain.Reals, Dimension);
    }

    private protected override void CheckApart(string name, ReadOnlySpan<T> output, SiameseViews<T> batch)
    {
        BatchChecks.Apart(name, output, "first", batch.First);
        BatchChecks.Apart(name, output, "second", batch.Second);
        BatchChecks.Apart(name, output, "firstProjections", batch.FirstProjections);
        BatchChecks.Apart(name, output, "secondProjections", batch.SecondProjections);
    }

    private protected override void CheckGradients(
        SiameseViews<T> batch, PairGradients<T> gradients, ReadOnlySpan<T> weights)
    {
        CheckGradient("gradients.First", gradients.First, "first", batch.First.Length, batch, weights);
        CheckGradient("gradients.Second", gradients.Second, "first", batch.First.Length, batch, weights);
        BatchChecks.Apart("gradients.Second", gradients.Second, "gradients.First", gradients.First);
    }

    private protected override Cost Run(
        SiameseViews<T> batch, ReadOnlySpan<T> weights, Span<T> losses, PairGradients<T> gradients, Reduction reduction)
    {
        using Rented<T> others = new(losses.Length);
        Cost first = Run(batch.First, batch.SecondProjections, weights, losses, gradients.First, reduction);
        Cost second = Run(batch.Second, batch.FirstProjections, weights, others.Span, gradients.Second, reduction);
        T half = T.CreateTruncating(0.5);
        Spans.Add<T>(losses, others.Span);
        Spans.Scale(losses, half);
        Spans.Scale(gradients.First, half);
        Spans.Scale(gradients.Second, half);
        CompensatedSum sum = (first.SumParts + second.SumParts).Scaled(-1);
        return new(sum, first.WeightParts, first.Count, first.Exponent);
    }

    private Cost Run(
        ReadOnlySpan<T> predictions,
        ReadOnlySpan<T> projections,
        ReadOnlySpan<T> weights,
        Span<T> losses,
        Span<T> gradient,
        Reduction reduction)
    {
        Pairs<T> pairs = new() { First = predictions, Second = projections };
        return losses.IsEmpty
            ? Pairs.ValueAndGradient(pairs, new() { First = gradient }, weights, reduction)
            : Pairs.PerExample(pairs, losses, weights);
    }
}
