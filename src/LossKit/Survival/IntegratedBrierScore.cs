namespace LossKit;

/// <summary>The metric of <see cref="Loss.IntegratedBrierScore"/>.</summary>
/// <remarks>
/// There is one number and one weight a person, of whom those censored early have little or none; all of them count.
/// The smaller, the better; a prediction of ½ everywhere has ¼ if nobody is censored. A NaN makes the number of its
/// person NaN, where it is looked at: what is predicted after a person was lost is not. Everything is computed in
/// double; 24 bytes of scratch memory for each time of the grid are rented from the shared array pool for the time of a
/// call.
/// </remarks>
/// <inheritdoc cref="IBatchMetric{T, TBatch}"/>
public sealed class IntegratedBrierScore<T> : NamedMetric, IBatchMetric<T, SurvivalCurves<T>>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    internal IntegratedBrierScore() => Precision.Check<T>();

    /// <inheritdoc/>
    public Cost Value(SurvivalCurves<T> batch, ReadOnlySpan<T> weights = default)
    {
        Check(batch, weights);
        return Run(batch, weights, default);
    }

    /// <summary>The same, and the number of each person by itself.</summary>
    /// <param name="batch">The people.</param>
    /// <param name="values">Receives one number a person, before weights.</param>
    /// <param name="weights">What each person counts in the returned cost; none means 1 each.</param>
    /// <exception cref="ArgumentException">
    /// As <see cref="IBatchMetric{T, TBatch}.Value"/>, or buffers overlap.
    /// </exception>
    public Cost PerExample(SurvivalCurves<T> batch, Span<T> values, ReadOnlySpan<T> weights = default)
    {
        Check(batch, weights);
        BatchChecks.Length(nameof(values), values.Length, batch.Times.Length, "people");
        BatchChecks.Apart(nameof(values), values, "survival", batch.Survival);
        BatchChecks.Apart(nameof(values), values, "grid", batch.Grid);
        BatchChecks.Apart(nameof(values), values, "times", batch.Times);
        BatchChecks.Apart(nameof(values), values, "events", batch.Events);
        BatchChecks.Apart(nameof(values), values, nameof(weights), weights);
        return Run(batch, weights, values);
    }

    /// <summary>The Brier score at each time of the grid, before it is integrated.</summary>
    /// <param name="batch">The people.</param>
    /// <param name="scores">Receives one cost a time, whose mean is the score; they add up over batches.</param>
    /// <param name="weights">What each person counts; none means 1 each.</param>
    /// <exception cref="ArgumentException">Lengths do not fit.</exception>
    public void PerTime(SurvivalCurves<T> batch, Span<Cost> scores, ReadOnlySpan<T> weights = default)
    {
        Check(batch, weights);
        BatchChecks.Length(nameof(scores), scores.Length, batch.Grid.Length, "times of 'grid'");
        for (int k = 0; k < scores.Length; k++)
        {
            double watched = batch.Censoring.At(double.CreateTruncating(batch.Grid[k]));
            WeightedMean mean = default;
            for (int i = 0; i < batch.Times.Length; i++)
            {
                mean.Add(Score(batch, i, k, watched, WatchedUntil(batch, i)), Weight(weights, i));
            }

            scores[k] = mean.Cost;
        }
    }

    private static double Weight(ReadOnlySpan<T> weights, int person) =>
        weights.IsEmpty ? 1 : double.CreateTruncating(weights[person]);

    private static double WatchedUntil(SurvivalCurves<T> batch, int person) =>
        batch.Censoring.Before(double.CreateTruncating(batch.Times[person]));

    /// <summary>What one person's prediction for one time costs; nothing if it is not known what came.</summary>
    private static double Score(SurvivalCurves<T> batch, int person, int k, double watched, double watchedUntilEvent)
    {
        double survival = double.CreateTruncating(batch.Survival[person * batch.Grid.Length + k]);
        return batch.Times[person] > batch.Grid[k] ? (1 - survival) * (1 - survival) / watched
            : batch.Events[person] == 1 ? survival * survival / watchedUntilEvent
            : 0;
    }

    private static Cost Run(SurvivalCurves<T> batch, ReadOnlySpan<T> weights, Span<T> values)
    {
        int times = batch.Grid.Length;
        using Rented<double> grid = new(3 * times);
        Span<double> rest = grid.Span;
        Span<double> at = Spans.Next(ref rest, times);
        Span<double> watched = Spans.Next(ref rest, times);
        Span<double> shares = Spans.Next(ref rest, times);
        for (int k = 0; k < times; k++)
        {
            at[k] = double.CreateTruncating(batch.Grid[k]);
            watched[k] = batch.Censoring.At(at[k]);
        }

        Trapezoids(at, shares);
        WeightedMean mean = default;
        for (int i = 0; i < batch.Times.Length; i++)
        {
            double watchedUntilEvent = WatchedUntil(batch, i);
            double value = 0;
            for (int k = 0; k < times; k++)
            {
                value += shares[k] * Score(batch, i, k, watched[k], watchedUntilEvent);
            }

            mean.Add(value, Weight(weights, i));
            if (!values.IsEmpty)
            {
                values[i] = T.CreateTruncating(value);
            }
        }

        return mean.Cost;
    }

    /// <summary>What each time counts in a mean over the time from the first to the last.</summary>
    private static void Trapezoids(ReadOnlySpan<double> at, Span<double> shares)
    {
        // Halves: times may lie farther apart than the largest number.
        double half = at[^1] / 2 - at[0] / 2;
        for (int k = 0; k < at.Length; k++)
        {
            double before = k == 0 ? 0 : at[k] / 2 - at[k - 1] / 2;
            double after = k == at.Length - 1 ? 0 : at[k + 1] / 2 - at[k] / 2;
            shares[k] = at.Length == 1 ? 1 : (before / half + after / half) / 2;
        }
    }

    private static void Check(SurvivalCurves<T> batch, ReadOnlySpan<T> weights)
    {
        int times = batch.Grid.Length;
        ArgumentNullException.ThrowIfNull(batch.Censoring, "censoring");
        SurvivalChecks.Times(batch.Times, batch.Events, weights);
        EntryChecks.Numbers("grid", batch.Grid, Domain.Reals);
        if (times == 0)
        {
            throw BatchChecks.Refusal("grid", "'grid' is empty, but must have at least one time.");
        }

        BatchChecks.Table("survival", batch.Survival.Length, batch.Times.Length, "people", times);
        T longest = T.NegativeInfinity;
        for (int i = 0; i < batch.Times.Length; i++)
        {
            bool isThere = SurvivalChecks.IsThere(weights, i);
            longest = isThere ? T.Max(longest, batch.Times[i]) : longest;
            if (isThere && batch.Events[i] == 1 && batch.Times[i] <= batch.Grid[^1])
            {
                SurvivalChecks.Watched(WatchedUntil(batch, i), "times", i, batch.Times[i]);
            }
        }

        for (int k = 0; k < times; k++)
        {
            if (k > 0 && batch.Grid[k] <= batch.Grid[k - 1])
            {
                throw BatchChecks.Refusal("grid", FormattableString.Invariant(
                    $"grid[{k}] is {batch.Grid[k]}, but must be after grid[{k - 1}], which is {batch.Grid[k - 1]}."));
            }

            if (longest > batch.Grid[k])
            {
                double watched = batch.Censoring.At(double.CreateTruncating(batch.Grid[k]));
                SurvivalChecks.Watched(watched, "grid", k, batch.Grid[k]);
            }
        }
    }
}
