namespace LossKit;

/// <summary>The metric of <see cref="Loss.ConcordanceIndex"/>.</summary>
/// <remarks>
/// The cost is of pairs: its count is how many can be compared, its weight what they count, and costs of several
/// batches add up, as if each were a stratum. Without such a pair the mean is NaN, and so it is if the risk of anyone
/// in a pair is NaN. Weights are those of the people, finite and not negative: a pair counts as their product. Takes n
/// log n; about 80 bytes of scratch memory a person are rented from the shared array pool for the time of a call.
/// </remarks>
/// <inheritdoc cref="IBatchMetric{T, TBatch}"/>
public sealed class ConcordanceIndex<T> : NamedMetric, IBatchMetric<T, Survival<T>>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly double _until;

    internal ConcordanceIndex(double? until)
    {
        Precision.Check<T>();
        Until = until is { } time && double.IsNaN(time)
            ? throw new ArgumentOutOfRangeException(nameof(until), until, "'until' must be a number.")
            : until;
        _until = until ?? double.PositiveInfinity;
    }

    /// <summary>Events count that come before it; null if all do.</summary>
    public double? Until { get; }

    /// <inheritdoc/>
    public Cost Value(Survival<T> batch, ReadOnlySpan<T> weights = default)
    {
        SurvivalChecks.People(batch, weights);
        return Run(batch, weights, null);
    }

    /// <summary>
    /// Uno's index: each pair counts 1/G² besides, G being the share of people who are watched until the event that it
    /// has, so that the index does not depend on who was lost.
    /// </summary>
    /// <param name="batch">The people; they cannot have entries.</param>
    /// <param name="censoring">
    /// How long people are watched, from a reference sample, such as the one the model was trained on, or the batch
    /// itself.
    /// </param>
    /// <param name="weights">What each person counts; none means 1 each.</param>
    /// <exception cref="ArgumentException">
    /// Lengths do not fit, or an event comes so late that by <paramref name="censoring"/> nobody is watched for so
    /// long: <see cref="Until"/> leaves it out.
    /// </exception>
    public Cost Value(Survival<T> batch, KaplanMeier censoring, ReadOnlySpan<T> weights = default)
    {
        ArgumentNullException.ThrowIfNull(censoring);
        SurvivalChecks.People(batch, weights);
        if (!batch.Entries.IsEmpty)
        {
            throw BatchChecks.Refusal("entries", "'entries' are given, but 'censoring' has no part for them.");
        }

        for (int i = 0; i < batch.Times.Length; i++)
        {
            if (Counts(batch, i) && SurvivalChecks.IsThere(weights, i))
            {
                T time = batch.Times[i];
                SurvivalChecks.Watched(censoring.Before(double.CreateTruncating(time)), "times", i, time);
            }
        }

        return Run(batch, weights, censoring);
    }

    /// <summary>Whether someone had an event that counts.</summary>
    private bool Counts(Survival<T> batch, int i) =>
        batch.Events[i] == 1 && double.CreateTruncating(batch.Times[i]) < _until;

    private Cost Run(Survival<T> batch, ReadOnlySpan<T> weights, KaplanMeier? censoring)
    {
        int people = batch.Risks.Length;
        using Rented<double> shares = new(people);
        using Rented<UInt128> byTime = new(people);
        using Rented<UInt128> byEntry = new(batch.Entries.IsEmpty ? 0 : people);
        using Rented<int> ranks = new(people);
        int exponent = SurvivalChecks.Shares(weights, shares.Span);
        int count = 0;
        for (int i = 0; i < people; i++)
        {
            if (shares.Span[i] > 0)
            {
                byTime.Span[count++] = Key(batch, batch.Times[i], i);
            }
        }

        Span<UInt128> keys = byTime.Span[..count];
        Span<UInt128> entries = batch.Entries.IsEmpty ? default : byEntry.Span[..count];
        for (int k = 0; k < entries.Length; k++)
        {
            int i = JoiningOrder.TieBreak(keys[k]);
            entries[k] = Key(batch, batch.Entries[i], i);
        }

        Rank(batch, keys, ranks.Span);
        JoiningOrder.Sort(keys);
        JoiningOrder.Sort(entries);
        using Rented<double> tree = new(count + 1);
        using Rented<double> ofRanks = new(count + 1);
        Pairs pairs = new();
        for (int start = 0, end; start < keys.Length; start = end)
        {
            end = EndOfStratum(keys, start);
            Left left = new(tree.Span[..(end - start + 1)], ofRanks.Span[..(end - start + 1)]);
            ReadOnlySpan<UInt128> ofStratum = entries.IsEmpty ? default : entries[start..end];
            Run(batch, keys[start..end], ofStratum, shares.Span, ranks.Span, censoring, left, ref pairs);
        }

        return new(pairs.Concordant, pairs.Weight, pairs.Count, 2 * exponent);
    }

    private static UInt128 Key(Survival<T> batch, T when, int person) => JoiningOrder.Key(
        batch.Strata.IsEmpty ? 0 : batch.Strata[person], -double.CreateTruncating(when), person);

    private static int EndOfStratum(ReadOnlySpan<UInt128> keys, int start)
    {
        int end = start + 1;
        while (end < keys.Length && JoiningOrder.Group(keys[end]) == JoiningOrder.Group(keys[start]))
        {
            end++;
        }

        return end;
    }

    /// <summary>The ranks of risks within each stratum, the least 1, equal ones the same; 0 of NaN.</summary>
    private static void Rank(Survival<T> batch, ReadOnlySpan<UInt128> people, Span<int> ranks)
    {
        using Rented<UInt128> rented = new(people.Length);
        Span<UInt128> keys = rented.Span;
        for (int k = 0; k < keys.Length; k++)
        {
            int i = JoiningOrder.TieBreak(people[k]);
            keys[k] = JoiningOrder.Key(JoiningOrder.Group(people[k]), double.CreateTruncating(batch.Risks[i]), i);
        }

        JoiningOrder.Sort(keys);
        for (int k = 0, rank = 0; k < keys.Length; k++)
        {
            bool begins = k == 0 || JoiningOrder.Group(keys[k]) != JoiningOrder.Group(keys[k - 1]);
            rank = begins ? 1 : JoiningOrder.IsTogether(keys[k], keys[k - 1]) ? rank : rank + 1;
            int i = JoiningOrder.TieBreak(keys[k]);
            ranks[i] = T.IsNaN(batch.Risks[i]) ? 0 : rank;
        }
    }

    /// <summary>
    /// From the last time to the first: who is left after a time, or censored at it, is compared with who has an event
    /// then.
    /// </summary>
    private void Run(
        Survival<T> batch,
        ReadOnlySpan<UInt128> keys,
        ReadOnlySpan<UInt128> entries,
        ReadOnlySpan<double> shares,
        ReadOnlySpan<int> ranks,
        KaplanMeier? censoring,
        Left left,
        ref Pairs pairs)
    {
        int notYet = 0;
        left.Clear();
        for (int start = 0, end; start < keys.Length; start = end)
        {
            T time = batch.Times[JoiningOrder.TieBreak(keys[start])];
            for (end = start; end < keys.Length && JoiningOrder.IsTogether(keys[start], keys[end]); end++)
            {
                left.AddIf(batch.Events, 0, JoiningOrder.TieBreak(keys[end]), shares, ranks);
            }

            // Who comes later than this has been there for all later times.
            while (notYet < entries.Length && batch.Entries[JoiningOrder.TieBreak(entries[notYet])] >= time)
            {
                int i = JoiningOrder.TieBreak(entries[notYet++]);
                left.Add(ranks[i], -shares[i], -1);
            }

            for (int k = start; k < end; k++)
            {
                int i = JoiningOrder.TieBreak(keys[k]);
                if (Counts(batch, i) && left.Count > 0)
                {
                    double watched = censoring?.Before(double.CreateTruncating(time)) ?? 1;
                    pairs.Add(left, ranks[i], shares[i] / watched / watched);
                }
            }

            for (int k = start; k < end; k++)
            {
                left.AddIf(batch.Events, 1, JoiningOrder.TieBreak(keys[k]), shares, ranks);
            }
        }
    }

    /// <summary>All pairs so far.</summary>
    private struct Pairs
    {
        public CompensatedSum Concordant;
        public CompensatedSum Weight;
        public long Count;

        public void Add(in Left left, int rank, double weight)
        {
            Count += left.Count;
            Weight += weight * left.Total;
            Concordant += rank == 0 || left.HasNaN
                ? double.NaN
                : weight * (left.Below(rank) + left.At(rank) / 2);
        }
    }

    /// <summary>What those who are left count, by the ranks of their risks: a tree of sums, Fenwick's.</summary>
    private ref struct Left(Span<double> tree, Span<double> ofRanks)
    {
        private readonly Span<double> _tree = tree;
        private readonly Span<double> _ofRanks = ofRanks;
        private int _withoutRank;

        public int Count { get; private set; }

        public double Total { get; private set; }

        public readonly bool HasNaN => _withoutRank > 0;

        public readonly void Clear()
        {
            _tree.Clear();
            _ofRanks.Clear();
        }

        public void AddIf(
            ReadOnlySpan<int> events, int isEvent, int person, ReadOnlySpan<double> shares, ReadOnlySpan<int> ranks)
        {
            if (events[person] == isEvent)
            {
                Add(ranks[person], shares[person], 1);
            }
        }

        public void Add(int rank, double share, int count)
        {
            Count += count;
            Total += share;
            _withoutRank += rank == 0 ? count : 0;
            _ofRanks[rank] += share;
            for (int k = rank; k > 0 && k < _tree.Length; k += k & -k)
            {
                _tree[k] += share;
            }
        }

        public readonly double At(int rank) => _ofRanks[rank];

        public readonly double Below(int rank)
        {
            double sum = 0;
            for (int k = rank - 1; k > 0; k -= k & -k)
            {
                sum += _tree[k];
            }

            return sum;
        }
    }
}
