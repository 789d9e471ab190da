namespace LossKit.Internals.Guards;

/// <summary>The checks of people whose times until an event are known, or until when there was none.</summary>
internal static class SurvivalChecks
{
    private const string Things = "people";

    /// <summary>People with risks.</summary>
    public static void People<T>(Survival<T> batch, ReadOnlySpan<T> weights)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int people = batch.Risks.Length;
        BatchChecks.Length("times", batch.Times.Length, people, Things);
        BatchChecks.LengthIfGiven("strata", batch.Strata.Length, people, Things);
        BatchChecks.LengthIfGiven("entries", batch.Entries.Length, people, Things);
        Times(batch.Times, batch.Events, weights);
        for (int i = 0; i < batch.Entries.Length; i++)
        {
            if (IsThere(weights, i) && !(batch.Entries[i] < batch.Times[i]))
            {
                throw BatchChecks.Refusal("entries", FormattableString.Invariant(
                    $"entries[{i}] is {batch.Entries[i]}, but must be before times[{i}], which is {batch.Times[i]}."));
            }
        }
    }

    /// <summary>Times, and whether they are those of an event. Who has no weight may have any.</summary>
    public static void Times<T>(ReadOnlySpan<T> times, ReadOnlySpan<int> events, ReadOnlySpan<T> weights)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        BatchChecks.Length(nameof(events), events.Length, times.Length, Things);
        BatchChecks.LengthIfGiven(nameof(weights), weights.Length, times.Length, Things);
        EntryChecks.Weights(weights);
        for (int i = 0; i < times.Length; i++)
        {
            EntryChecks.Event(events, i);
            if (IsThere(weights, i) && T.IsNaN(times[i]))
            {
                throw BatchChecks.Refusal(nameof(times), $"times[{i}] is NaN, but must be a number.");
            }
        }
    }

    /// <summary>Someone is watched until a time, so that there is something to divide by.</summary>
    public static void Watched<T>(double share, string name, int index, T time)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (share == 0)
        {
            throw BatchChecks.Refusal(name, FormattableString.Invariant(
                $"{name}[{index}] is {time}, but must be a time until which anyone is watched by 'censoring'."));
        }
    }

    /// <summary>Whether a person has weight.</summary>
    public static bool IsThere<T>(ReadOnlySpan<T> weights, int person)
        where T : unmanaged, IFloatingPointIeee754<T> => weights.IsEmpty || weights[person] != T.Zero;

    /// <summary>
    /// Weights as multiples of a power of two near the largest, so that no sum or product of them leaves the range; its
    /// exponent is returned.
    /// </summary>
    public static int Shares<T>(ReadOnlySpan<T> weights, Span<double> shares)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        double largest = weights.IsEmpty ? 1 : double.CreateTruncating(Spans.LargestSize(weights));
        int exponent = largest == 0 ? 0 : Math.ILogB(largest);
        for (int i = 0; i < shares.Length; i++)
        {
            shares[i] = weights.IsEmpty ? 1 : Math.ScaleB(double.CreateTruncating(weights[i]), -exponent);
        }

        return exponent;
    }
}
