namespace LossKit;

/// <summary>
/// How good the order is that scores put the items of each list in: <see cref="Loss.Ndcg"/>, <see cref="Loss.Mrr"/>,
/// <see cref="Loss.MeanAveragePrecision"/>, <see cref="Loss.PrecisionAt"/>, <see cref="Loss.Auc"/>. The larger, the
/// better, from 0 to 1.
/// </summary>
/// <remarks>
/// Higher scores rank first, −∞ last; equal ones keep the order of the inputs. A list takes the time of sorting it; for
/// each item of the longest, 56 bytes of scratch memory are rented from the shared array pool for the time of a call.
/// Everything is computed in double.
/// </remarks>
/// <inheritdoc cref="IGroupedMetric{T}"/>
public sealed class RankingMetric<T> : NamedMetric, IGroupedMetric<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly RankMeasure _measure;

    internal RankingMetric(RankMeasure measure)
    {
        Precision.Check<T>();
        _measure = measure;
    }

    /// <inheritdoc/>
    public Cost Value(
        ReadOnlySpan<T> predictions,
        ReadOnlySpan<T> targets,
        Groups groups,
        ReadOnlySpan<T> weights = default,
        ReadOnlySpan<T> itemWeights = default,
        ReadOnlySpan<bool> mask = default)
    {
        Items items = new() { Scores = predictions, Relevances = targets, Weights = itemWeights, Mask = mask };
        return Run(items, groups, Check(items, groups, weights), default, weights);
    }

    /// <inheritdoc/>
    public Cost PerExample(
        ReadOnlySpan<T> predictions,
        ReadOnlySpan<T> targets,
        Groups groups,
        Span<T> values,
        ReadOnlySpan<T> weights = default,
        ReadOnlySpan<T> itemWeights = default,
        ReadOnlySpan<bool> mask = default)
    {
        Items items = new() { Scores = predictions, Relevances = targets, Weights = itemWeights, Mask = mask };
        int count = Check(items, groups, weights);
        BatchChecks.Length(nameof(values), values.Length, count, "groups");
        BatchChecks.Apart(nameof(values), values, nameof(predictions), predictions);
        BatchChecks.Apart(nameof(values), values, nameof(targets), targets);
        BatchChecks.Apart(nameof(values), values, nameof(weights), weights);
        BatchChecks.Apart(nameof(values), values, nameof(itemWeights), itemWeights);
        BatchChecks.Apart(nameof(values), values, nameof(mask), mask);
        return Run(items, groups, count, values, weights);
    }

    /// <summary>The value of one list; NaN if it has none.</summary>
    /// <param name="predictions">What the model says.</param>
    /// <param name="targets">What is true, one an item.</param>
    /// <param name="itemWeights">As <see cref="Value"/> has them.</param>
    /// <param name="mask">Which items there are; none means all.</param>
    /// <exception cref="ArgumentException">Lengths do not fit, or an item is what no item can be.</exception>
    public double OfList(
        ReadOnlySpan<T> predictions,
        ReadOnlySpan<T> targets,
        ReadOnlySpan<T> itemWeights = default,
        ReadOnlySpan<bool> mask = default) =>
        Value(predictions, targets, Groups.OfLengths([predictions.Length]), default, itemWeights, mask).Mean;

    private int Check(in Items items, Groups groups, ReadOnlySpan<T> weights)
    {
        int entries = items.Scores.Length;
        int count = groups.Count(entries);
        BatchChecks.Length("targets", items.Relevances.Length, entries, "entries");
        BatchChecks.LengthIfGiven("itemWeights", items.Weights.Length, entries, "entries");
        BatchChecks.LengthIfGiven("mask", items.Mask.Length, entries, "entries");
        BatchChecks.LengthIfGiven("weights", weights.Length, count, "groups");
        if (!items.Weights.IsEmpty && !_measure.TakesItemWeights)
        {
            throw BatchChecks.Refusal(
                "itemWeights", $"'itemWeights' are given, but {this} has no part for them: leave them out.");
        }

        for (int group = 0, i = 0; group < count; group++)
        {
            for (int end = i + groups.Length(group); i < end; i++)
            {
                if (weights.IsEmpty || weights[group] != T.Zero)
                {
                    CheckItem(items, group, i);
                }
            }
        }

        return count;
    }

    private void CheckItem(in Items items, int group, int i)
    {
        if (!items.IsThere(i))
        {
            return;
        }

        if (!items.Weights.IsEmpty && !Domain.NotNegative.Contains(double.CreateTruncating(items.Weights[i])))
        {
            EntryChecks.Throw("itemWeights", i, items.Weights[i], Domain.NotNegative, $", of group {group},");
        }

        T relevance = items.Relevances[i];
        if (!T.IsNaN(relevance) && !_measure.Relevances.Contains(double.CreateTruncating(relevance)))
        {
            EntryChecks.Throw("targets", i, relevance, _measure.Relevances, $", of group {group},");
        }
    }

    private Cost Run(in Items items, Groups groups, int count, Span<T> values, ReadOnlySpan<T> weights)
    {
        int longest = 0;
        for (int group = 0; group < count; group++)
        {
            longest = Math.Max(longest, groups.Length(group));
        }

        using Rented<UInt128> keys = new(longest);
        using Rented<double> numbers = new(3 * longest);
        WeightedMean mean = default;
        for (int group = 0, start = 0; group < count; start += groups.Length(group), group++)
        {
            Items list = items.Slice(start, groups.Length(group));
            double? value = list.IsNaN ? double.NaN : Of(list, keys.Span, numbers.Span);
            if (value is { } number)
            {
                mean.Add(number, weights.IsEmpty ? 1 : double.CreateTruncating(weights[group]));
            }

            if (!values.IsEmpty)
            {
                values[group] = T.CreateTruncating(value ?? double.NaN);
            }
        }

        return mean.Cost;
    }

    private double? Of(in Items list, Span<UInt128> keys, Span<double> numbers)
    {
        int length = list.Scores.Length;
        Span<double> relevances = Spans.Next(ref numbers, length);
        Span<double> shares = Spans.Next(ref numbers, length);
        Span<double> ordered = Spans.Next(ref numbers, length);
        list.Shares(shares);
        int count = 0;
        for (int i = 0; i < length; i++)
        {
            if (shares[i] > 0)
            {
                keys[count++] = JoiningOrder.Key(0, -double.CreateTruncating(list.Scores[i]), i);
            }
        }

        keys = keys[..count];
        JoiningOrder.Sort(keys);
        for (int place = 0; place < count; place++)
        {
            int i = JoiningOrder.TieBreak(keys[place]);
            relevances[place] = double.CreateTruncating(list.Relevances[i]);
            ordered[place] = shares[i];
        }

        return _measure.Of(new()
        {
            Keys = keys,
            Relevances = relevances[..count],
            Weights = list.Weights.IsEmpty ? default : ordered[..count],
            Scratch = shares,
        });
    }

    /// <summary>Items of some lists, or of one.</summary>
    private readonly ref struct Items
    {
        public required ReadOnlySpan<T> Scores { get; init; }

        public required ReadOnlySpan<T> Relevances { get; init; }

        public required ReadOnlySpan<T> Weights { get; init; }

        public required ReadOnlySpan<bool> Mask { get; init; }

        /// <summary>Whether any number of an item that is there is NaN.</summary>
        public bool IsNaN
        {
            get
            {
                bool isNaN = false;
                for (int i = 0; i < Scores.Length && !isNaN; i++)
                {
                    isNaN = IsThere(i)
                        && (T.IsNaN(Scores[i]) || T.IsNaN(Relevances[i]) || (!Weights.IsEmpty && T.IsNaN(Weights[i])));
                }

                return isNaN;
            }
        }

        public bool IsThere(int i) => (Mask.IsEmpty || Mask[i]) && (Weights.IsEmpty || Weights[i] != T.Zero);

        public Items Slice(int start, int length) => new()
        {
            Scores = Scores.Slice(start, length),
            Relevances = Relevances.Slice(start, length),
            Weights = Weights.IsEmpty ? default : Weights.Slice(start, length),
            Mask = Mask.IsEmpty ? default : Mask.Slice(start, length),
        };

        /// <summary>
        /// What each item counts, as a share of the heaviest: sums and products of shares stay in range. 0 is no item.
        /// </summary>
        public void Shares(Span<double> shares)
        {
            double heaviest = 0;
            for (int i = 0; i < shares.Length; i++)
            {
                shares[i] = !IsThere(i) ? 0 : Weights.IsEmpty ? 1 : double.CreateTruncating(Weights[i]);
                heaviest = Math.Max(heaviest, shares[i]);
            }

            for (int i = 0; i < shares.Length && heaviest > 0; i++)
            {
                shares[i] /= heaviest;
            }
        }
    }
}
