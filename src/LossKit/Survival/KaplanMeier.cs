namespace LossKit;

/// <summary>
/// Π (1 − d/n) over the times of events up to t, d of the n people who were still watched having theirs: the share
/// whose event comes later than t, estimated from people of whom some are censored. Kaplan's and Meier's estimator.
/// </summary>
/// <remarks>
/// A step function. Who is censored at the time of an event counts among those watched, as if it had been just after
/// it. With weights, a person of weight 2 counts as two. It does not say who has an event: beyond the last time, the
/// share stays what it is. Source: Kaplan and Meier, "Nonparametric Estimation from Incomplete Observations", JASA 53,
/// 1958.
/// </remarks>
public sealed class KaplanMeier
{
    private readonly double[] _times;
    private readonly double[] _shares;

    private KaplanMeier(double[] times, double[] shares) => (_times, _shares) = (times, shares);

    /// <summary>The times of events, in ascending order, each once.</summary>
    public ReadOnlySpan<double> Times => _times;

    /// <summary>The share whose event comes later than each of <see cref="Times"/>.</summary>
    public ReadOnlySpan<double> Shares => _shares;

    /// <summary>That of the events of people.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="times">When the event happened, or until when it is known not to have.</param>
    /// <param name="events">1 if the event was observed, 0 if the person is censored.</param>
    /// <param name="weights">
    /// What each person counts, finite and not negative; none means 1 each. Who has a weight of 0 is left out.
    /// </param>
    /// <exception cref="ArgumentException">
    /// Lengths do not fit, a time is NaN, a weight negative or not finite, or nobody has a weight.
    /// </exception>
    public static KaplanMeier Of<T>(
        ReadOnlySpan<T> times, ReadOnlySpan<int> events, ReadOnlySpan<T> weights = default)
        where T : unmanaged, IFloatingPointIeee754<T> => Of(times, events, weights, ofCensoring: false);

    /// <summary>
    /// That of the censoring: the share who would be watched for longer than t, if there were no events. What weighs
    /// those who are left by how many were lost.
    /// </summary>
    /// <remarks>
    /// Of people of one time, those with an event are not watched any more when the others are censored.
    /// </remarks>
    /// <inheritdoc cref="Of{T}(ReadOnlySpan{T}, ReadOnlySpan{int}, ReadOnlySpan{T})"/>
    public static KaplanMeier OfCensoring<T>(
        ReadOnlySpan<T> times, ReadOnlySpan<int> events, ReadOnlySpan<T> weights = default)
        where T : unmanaged, IFloatingPointIeee754<T> => Of(times, events, weights, ofCensoring: true);

    /// <summary>The share whose event comes later than a time.</summary>
    /// <param name="time">The time; NaN if it is.</param>
    public double At(double time) => Share(time, isAfter: true);

    /// <summary>The share whose event does not come before a time: it may be at that time.</summary>
    /// <param name="time">The time; NaN if it is.</param>
    public double Before(double time) => Share(time, isAfter: false);

    /// <summary>
    /// The first time after which at most 1 − <paramref name="quantile"/> are left, ∞ if more are left at the end. Of ½
    /// the median.
    /// </summary>
    /// <param name="quantile">A number between 0 and 1, and neither of both.</param>
    public double Quantile(double quantile)
    {
        if (!(quantile > 0 && quantile < 1))
        {
            throw new ArgumentOutOfRangeException(
                nameof(quantile), quantile, "'quantile' must be greater than 0 and less than 1.");
        }

        // Shares are products of quotients: one that is to be a half may be a bit above it.
        int first = Array.FindIndex(_shares, share => share <= (1 - quantile) * (1 + 1e-12));
        return first < 0 ? double.PositiveInfinity : _times[first];
    }

    private double Share(double time, bool isAfter)
    {
        if (double.IsNaN(time))
        {
            return double.NaN;
        }

        int at = Array.BinarySearch(_times, time);
        int passed = at < 0 ? ~at : isAfter ? at + 1 : at;
        return passed == 0 ? 1 : _shares[passed - 1];
    }

    private static KaplanMeier Of<T>(
        ReadOnlySpan<T> times, ReadOnlySpan<int> events, ReadOnlySpan<T> weights, bool ofCensoring)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Precision.Check<T>();
        SurvivalChecks.Times(times, events, weights);
        using Rented<UInt128> rented = new(times.Length);
        using Rented<double> shares = new(times.Length);
        SurvivalChecks.Shares(weights, shares.Span);
        int count = 0;
        for (int i = 0; i < times.Length; i++)
        {
            if (shares.Span[i] > 0)
            {
                rented.Span[count++] = JoiningOrder.Key(0, -double.CreateTruncating(times[i]), i);
            }
        }

        if (count == 0)
        {
            throw BatchChecks.Refusal(
                nameof(times), $"'times' has {times.Length} entries, but at least one person must have a weight.");
        }

        Span<UInt128> keys = rented.Span[..count];
        JoiningOrder.Sort(keys);
        List<double> found = [];
        List<double> factors = [];
        double later = 0;
        for (int start = 0, end; start < keys.Length; start = end)
        {
            // From the last time on, so that who is left is a sum and not a difference.
            (double ending, double others) = (0, 0);
            int first = JoiningOrder.TieBreak(keys[start]);
            for (end = start; end < keys.Length && JoiningOrder.IsTogether(keys[start], keys[end]); end++)
            {
                int i = JoiningOrder.TieBreak(keys[end]);
                bool ends = events[i] == 1 != ofCensoring;
                ending += ends ? shares.Span[i] : 0;
                others += ends ? 0 : shares.Span[i];
            }

            double left = ofCensoring ? later : later + others;
            if (ending > 0)
            {
                found.Add(double.CreateTruncating(times[first]) + 0.0);
                factors.Add(left / (left + ending));
            }

            later += ending + others;
        }

        double[] ascending = [.. found];
        double[] products = [.. factors];
        ascending.AsSpan().Reverse();
        products.AsSpan().Reverse();
        for (int k = 1; k < products.Length; k++)
        {
            products[k] *= products[k - 1];
        }

        return new(ascending, products);
    }
}
