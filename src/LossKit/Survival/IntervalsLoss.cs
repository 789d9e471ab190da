namespace LossKit;

/// <summary>
/// What losses of times in intervals share: one loss and one weight a person, and what a person may be.
/// </summary>
/// <inheritdoc cref="IBatchLoss{T, TBatch, TGradients}"/>
public abstract class IntervalsLoss<T> : BatchLoss<T, IntervalSurvival<T>, IntervalSurvivalGradients<T>>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private protected IntervalsLoss(int intervals) => Intervals =
        BatchChecks.Positive(intervals, "how many predictions a person has");

    /// <summary>How many predictions a person has.</summary>
    public int Intervals { get; }

    private protected override string Things => "people";

    /// <summary>Whether the loss takes <see cref="IntervalSurvival{T}.Fractions"/>.</summary>
    private protected virtual bool TakesFractions => false;

    /// <summary>One a person.</summary>
    public override int Losses(IntervalSurvival<T> batch) => batch.Predictions.Length / Intervals;

    private protected override void Check(IntervalSurvival<T> batch, ReadOnlySpan<T> weights)
    {
        int people = BatchChecks.Rows("predictions", batch.Predictions.Length, Intervals, "intervals", "a person");
        BatchChecks.Length("intervals", batch.Intervals.Length, people, Things);
        BatchChecks.Length("events", batch.Events.Length, people, Things);
        BatchChecks.LengthIfGiven("weights", weights.Length, people, Things);
        if (TakesFractions)
        {
            BatchChecks.Length("fractions", batch.Fractions.Length, people, Things);
        }
        else if (!batch.Fractions.IsEmpty)
        {
            throw Refusal("fractions", "'fractions' are given, but this loss has no part for them.");
        }

        for (int i = 0; i < people; i++)
        {
            if ((uint)batch.Intervals[i] >= (uint)Intervals)
            {
                throw Refusal(
                    "intervals",
                    $"intervals[{i}] is {batch.Intervals[i]}, but must be between 0 and {Intervals - 1}.");
            }

            EntryChecks.Event(batch.Events, i);
        }
    }

    private protected override void CheckApart(string name, ReadOnlySpan<T> output, IntervalSurvival<T> batch)
    {
        BatchChecks.Apart(name, output, "predictions", batch.Predictions);
        BatchChecks.Apart(name, output, "intervals", batch.Intervals);
        BatchChecks.Apart(name, output, "events", batch.Events);
        BatchChecks.Apart(name, output, "fractions", batch.Fractions);
    }

    private protected override void CheckNumbers(IntervalSurvival<T> batch)
    {
        EntryChecks.Numbers("predictions", batch.Predictions, Domain.Logits);
        EntryChecks.Numbers("fractions", batch.Fractions, Domain.Probabilities);
    }

    private protected override void CheckGradients(
        IntervalSurvival<T> batch, IntervalSurvivalGradients<T> gradients, ReadOnlySpan<T> weights)
    {
        int length = batch.Predictions.Length;
        CheckGradient("gradients.Predictions", gradients.Predictions, "predictions", length, batch, weights);
        CheckGradient("gradients.Hessian", gradients.Hessian, "predictions", length, batch, weights);
        BatchChecks.Apart("gradients.Hessian", gradients.Hessian, "gradients.Predictions", gradients.Predictions);
    }
}
