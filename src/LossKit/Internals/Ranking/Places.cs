namespace LossKit.Internals.Ranking;

/// <summary>The places of a list's items, and what relevances are worth there.</summary>
internal static class Places
{
    /// <summary>In longer lists an order is found sooner than all items are compared with each other.</summary>
    private const int MostCompared = 256;

    private static readonly double[] s_discounts = [.. Enumerable.Range(0, 1024).Select(place => Discount((double)place))];

    /// <summary>What a gain is worth at a place, from 1 at the top.</summary>
    public static double Discount(double place) => 1 / Math.Log2(1 + place);

    /// <inheritdoc cref="Discount(double)"/>
    public static double Discount(int place) => place < s_discounts.Length ? s_discounts[place] : Discount((double)place);

    /// <summary>The place of each score in descending order; of equals the first input ranks first.</summary>
    public static void Of<T>(ReadOnlySpan<T> scores, Span<T> places) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (scores.Length <= MostCompared)
        {
            Compare(scores, places);
            return;
        }

        using Rented<UInt128> rented = new(scores.Length);
        Span<UInt128> keys = rented.Span;
        for (int i = 0; i < keys.Length; i++)
        {
            keys[i] = JoiningOrder.Key(0, -double.CreateTruncating(scores[i]), i);
        }

        JoiningOrder.Sort(keys);
        for (int place = 1; place <= keys.Length; place++)
        {
            places[JoiningOrder.TieBreak(keys[place - 1])] = T.CreateTruncating(place);
        }
    }

    /// <summary>Counts for each score which are before it.</summary>
    private static void Compare<T>(ReadOnlySpan<T> scores, Span<T> places) where T : unmanaged, IFloatingPointIeee754<T>
    {
        int step = Vector<T>.Count;
        for (int i = 0; i < scores.Length && scores.Length >= step; i += step)
        {
            // The last ones are counted once more where they do not fill a vector.
            int at = Math.Min(i, scores.Length - step);
            Vector<T> ofPlaces = new(scores[at..]);
            Vector<T> inputs = Vector<T>.Indices + new Vector<T>(T.CreateTruncating(at));
            Vector<T> count = Vector<T>.One;
            for (int other = 0; other < scores.Length; other++)
            {
                Vector<T> score = new(scores[other]);
                Vector<T> isFirst = Vector.GreaterThan(inputs, new Vector<T>(T.CreateTruncating(other)));
                count += Vector<T>.One & (Vector.GreaterThan(score, ofPlaces) | (Vector.Equals(score, ofPlaces) & isFirst));
            }

            count.CopyTo(places[at..]);
        }

        for (int i = 0; i < scores.Length && scores.Length < step; i++)
        {
            int place = 1;
            for (int other = 0; other < scores.Length; other++)
            {
                place += scores[other] > scores[i] || (scores[other] == scores[i] && other < i) ? 1 : 0;
            }

            places[i] = T.CreateTruncating(place);
        }
    }

    /// <summary>The gains 2^y − 1.</summary>
    public static void Gains<T>(ReadOnlySpan<T> relevances, Span<double> gains)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int i = 0; i < gains.Length; i++)
        {
            gains[i] = Math.Log(2) * double.CreateTruncating(relevances[i]);
        }

        // 2^y − 1 as a difference would be 0 of small relevances.
        Elementary<double>.Expm1(gains);
    }

    /// <summary>
    /// The gains 2^y − 1, divided by what the first <paramref name="truncation"/> places of the best order are worth.
    /// </summary>
    public static void Gains<T>(ReadOnlySpan<T> relevances, double truncation, Span<T> gains)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        using Rented<double> rented = new(relevances.Length);
        Span<double> ofItems = rented.Span;
        Gains(relevances, ofItems);
        Of(relevances, gains);
        double ideal = 0;
        for (int i = 0; i < ofItems.Length; i++)
        {
            int place = int.CreateTruncating(gains[i]);
            ideal += place <= truncation ? ofItems[i] * Discount(place) : 0;
        }

        for (int i = 0; i < ofItems.Length; i++)
        {
            gains[i] = T.CreateTruncating(ofItems[i] / (ideal == 0 ? 1 : ideal));
        }
    }

    /// <summary>Numbers as shares of their sum; all of them 0 if that is.</summary>
    public static void Normalize<T>(Span<T> numbers) where T : unmanaged, IFloatingPointIeee754<T>
    {
        CompensatedSum sum = WeightTotal<T>.Sum(numbers);
        for (int i = 0; i < numbers.Length && sum.Total != 0; i++)
        {
            numbers[i] = T.CreateTruncating(double.CreateTruncating(numbers[i]) / sum.Total);
        }
    }
}
