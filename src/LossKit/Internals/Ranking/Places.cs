namespace LossKit.Internals.Ranking;

/// <summary>The places of a list's items, and what relevances are worth there.</summary>
internal static class Places
{
    /// <summary>What a gain is worth at a place, from 1 at the top.</summary>
    public static double Discount(double place) => 1 / Math.Log2(1 + place);

    /// <summary>The place of each score in descending order; of equals the first input ranks first.</summary>
    public static void Of<T>(ReadOnlySpan<T> scores, Span<T> places) where T : unmanaged, IFloatingPointIeee754<T>
    {
        using Rented<UInt128> rented = new(scores.Length);
        Span<UInt128> keys = rented.Span;
        for (int i = 0; i < keys.Length; i++)
        {
            keys[i] = JoiningOrder.Key(0, -double.CreateTruncating(scores[i]), i);
        }

        keys.Sort();
        for (int place = 1; place <= keys.Length; place++)
        {
            places[JoiningOrder.TieBreak(keys[place - 1])] = T.CreateTruncating(place);
        }
    }

    /// <summary>
    /// The gains 2^y − 1, divided by what the first <paramref name="truncation"/> places of the best order are worth.
    /// </summary>
    public static void Gains<T>(ReadOnlySpan<T> relevances, double truncation, Span<T> gains)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        using Rented<double> rented = new(2 * relevances.Length);
        Span<double> ofItems = rented.Span[..relevances.Length];
        Span<double> ascending = rented.Span[relevances.Length..];
        for (int i = 0; i < ofItems.Length; i++)
        {
            ofItems[i] = Math.Log(2) * double.CreateTruncating(relevances[i]);
        }

        // 2^y − 1 as a difference would be 0 of small relevances.
        Elementary<double>.Expm1(ofItems);
        ofItems.CopyTo(ascending);
        ascending.Sort();
        double ideal = 0;
        for (int place = 1; place <= Math.Min(ascending.Length, truncation); place++)
        {
            ideal += ascending[^place] * Discount(place);
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
