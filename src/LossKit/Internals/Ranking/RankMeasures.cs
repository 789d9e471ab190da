namespace LossKit.Internals.Ranking;

/// <summary>A number of one list in the order of its scores.</summary>
/// <param name="withoutRelevant">What a list without a relevant item is.</param>
internal abstract class RankMeasure(AbsentRelevance withoutRelevant)
{
    private readonly AbsentRelevance _withoutRelevant = Enum.IsDefined(withoutRelevant)
        ? withoutRelevant
        : throw new ArgumentOutOfRangeException(
            nameof(withoutRelevant), withoutRelevant, "Expected Skip, Zero or One.");

    /// <summary>Whether items can have weights of their own.</summary>
    public abstract bool TakesItemWeights { get; }

    /// <summary>What a relevance may be besides NaN.</summary>
    public virtual Domain Relevances => Domain.Reals;

    /// <summary>The number; null of a list that does not count.</summary>
    public double? Of(in RankedList list) =>
        list.Length == 0 ? null
        : list.HasRelevant ? Measure(list)
        : _withoutRelevant switch
        {
            AbsentRelevance.Skip => null,
            AbsentRelevance.Zero => 0,
            _ => 1,
        };

    /// <summary>That of a list with a relevant item.</summary>
    protected abstract double? Measure(in RankedList list);

    /// <summary>How many places count.</summary>
    protected static int PlacesOf(int? cutoff) =>
        cutoff is { } places ? BatchChecks.Positive(places, "how many places count", nameof(cutoff)) : int.MaxValue;
}

/// <summary>Σ gain/log₂(1 + place), over that of the best order.</summary>
internal sealed class NdcgMeasure(int? cutoff, RelevanceGain gain, AbsentRelevance withoutRelevant)
    : RankMeasure(withoutRelevant)
{
    private readonly int _places = PlacesOf(cutoff);
    private readonly bool _isExponential = gain switch
    {
        RelevanceGain.Exponential => true,
        RelevanceGain.Linear => false,
        _ => throw new ArgumentOutOfRangeException(nameof(gain), gain, "Expected Exponential or Linear."),
    };

    public override bool TakesItemWeights => true;

    public override Domain Relevances => Domain.NotNegative;

    protected override double? Measure(in RankedList list)
    {
        Span<double> gains = list.Scratch[..list.Length];
        Gains(list.Relevances, gains);
        for (int place = 0; place < gains.Length; place++)
        {
            gains[place] *= list.Weight(place);
        }

        double worth = Worth(gains);
        gains.Sort();
        gains.Reverse();
        return worth / Worth(gains);
    }

    /// <summary>
    /// The gains as shares of the largest, which no relevance can take out of range: (2^y − 1)/(2^m − 1) is
    /// 2^(y − m)·(1 − 2^−y)/(1 − 2^−m).
    /// </summary>
    private void Gains(ReadOnlySpan<double> relevances, Span<double> gains)
    {
        double largest = Spans.Largest(relevances);
        if (!_isExponential)
        {
            for (int i = 0; i < gains.Length; i++)
            {
                gains[i] = relevances[i] / largest;
            }

            return;
        }

        for (int i = 0; i < gains.Length; i++)
        {
            gains[i] = -Math.Log(2) * relevances[i];
        }

        Elementary<double>.Expm1(gains);
        double most = -Spans.LargestSize<double>(gains);
        for (int i = 0; i < gains.Length; i++)
        {
            gains[i] = Math.Pow(2, relevances[i] - largest) * (gains[i] / most);
        }
    }

    private double Worth(ReadOnlySpan<double> gains)
    {
        double worth = 0;
        for (int place = 1; place <= Math.Min(gains.Length, _places); place++)
        {
            worth += gains[place - 1] * Places.Discount(place);
        }

        return worth;
    }
}

/// <summary>One over the place of the first relevant item.</summary>
internal sealed class MrrMeasure(int? cutoff, AbsentRelevance withoutRelevant)
    : RankMeasure(withoutRelevant)
{
    private readonly int _places = PlacesOf(cutoff);

    public override bool TakesItemWeights => false;

    protected override double? Measure(in RankedList list)
    {
        int place = 0;
        while (!list.IsRelevant(place))
        {
            place++;
        }

        return place < _places ? 1.0 / (place + 1) : 0;
    }
}

/// <summary>The precisions at the places of relevant items, over what the best order reaches.</summary>
internal sealed class AveragePrecisionMeasure(int? cutoff, AbsentRelevance withoutRelevant)
    : RankMeasure(withoutRelevant)
{
    private readonly int _places = PlacesOf(cutoff);

    public override bool TakesItemWeights => true;

    protected override double? Measure(in RankedList list)
    {
        (double sum, double relevant, double all) = (0, 0, 0);
        for (int place = 0; place < Math.Min(list.Length, _places); place++)
        {
            double weight = list.Weight(place);
            all += weight;
            if (list.IsRelevant(place))
            {
                relevant += weight;
                sum += weight * (relevant / all);
            }
        }

        return sum / Best(list);
    }

    /// <summary>The heaviest relevant items come first, each with a precision of 1.</summary>
    private double Best(in RankedList list)
    {
        int count = 0;
        for (int place = 0; place < list.Length; place++)
        {
            if (list.IsRelevant(place))
            {
                list.Scratch[count++] = list.Weight(place);
            }
        }

        if (list.Weights.IsEmpty)
        {
            return Math.Min(count, _places);
        }

        Span<double> relevant = list.Scratch[..count];
        relevant.Sort();
        double best = 0;
        foreach (double weight in relevant[Math.Max(0, count - _places)..])
        {
            best += weight;
        }

        return best;
    }
}

/// <summary>The share of the first places that relevant items have.</summary>
internal sealed class PrecisionMeasure(int k, AbsentRelevance withoutRelevant)
    : RankMeasure(withoutRelevant)
{
    private readonly int _places = BatchChecks.Positive(k, "how many places count");

    public override bool TakesItemWeights => false;

    protected override double? Measure(in RankedList list)
    {
        int relevant = 0;
        for (int place = 0; place < Math.Min(list.Length, _places); place++)
        {
            relevant += list.IsRelevant(place) ? 1 : 0;
        }

        return (double)relevant / _places;
    }
}

/// <summary>The share of pairs of a relevant and another item that are in order, half of those that tie.</summary>
internal sealed class AucMeasure() : RankMeasure(AbsentRelevance.Skip)
{
    public override bool TakesItemWeights => true;

    protected override double? Measure(in RankedList list)
    {
        (double ofRelevant, double ofOthers) = Totals(list);
        if (ofOthers == 0)
        {
            return null;
        }

        CompensatedSum auc = default;
        double above = 0;
        for (int place = 0; place < list.Length;)
        {
            (double relevant, double others) = (0, 0);
            do
            {
                double share = list.Weight(place) / (list.IsRelevant(place) ? ofRelevant : ofOthers);
                relevant += list.IsRelevant(place) ? share : 0;
                others += list.IsRelevant(place) ? 0 : share;
                place++;
            }
            while (place < list.Length && list.IsTied(place));
            auc += others * (above + relevant / 2);
            above += relevant;
        }

        return auc.Total;
    }

    private static (double OfRelevant, double OfOthers) Totals(in RankedList list)
    {
        (double relevant, double others) = (0, 0);
        for (int place = 0; place < list.Length; place++)
        {
            relevant += list.IsRelevant(place) ? list.Weight(place) : 0;
            others += list.IsRelevant(place) ? 0 : list.Weight(place);
        }

        return (relevant, others);
    }
}
