namespace LossKit.Internals.Ranking;

/// <summary>
/// The distribution that the softmax of a list's scores is to be, and the scores beside the largest: the loss is the
/// same, but what is small is not a difference of large sums.
/// </summary>
internal readonly struct SoftmaxColumns(TargetDistribution distribution) : IPreparation
{
    public static int Columns => 2;

    public void Prepare<T>(
        ReadOnlySpan<T> scores, ReadOnlySpan<T> targets, ReadOnlySpan<T> entryWeights, Span<T> columns)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Span<T> shares = columns[scores.Length..];
        Shift(scores, columns[..scores.Length]);
        if (distribution == TargetDistribution.Softmax)
        {
            Shift(targets, shares);
            Elementary<T>.ExpOfNegative(shares);
        }
        else
        {
            targets.CopyTo(shares);
            for (int i = 0; i < entryWeights.Length; i++)
            {
                shares[i] = entryWeights[i] == T.Zero ? T.Zero : shares[i] * entryWeights[i];
            }
        }

        if (distribution != TargetDistribution.Raw)
        {
            Places.Normalize(shares);
        }
    }

    /// <summary>Numbers less the largest of them.</summary>
    private static void Shift<T>(ReadOnlySpan<T> numbers, Span<T> shifted) where T : unmanaged, IFloatingPointIeee754<T>
    {
        T largest = numbers[0];
        foreach (T number in numbers)
        {
            largest = T.Max(largest, number);
        }

        for (int i = 0; i < numbers.Length; i++)
        {
            shifted[i] = numbers[i] - (T.IsInfinity(largest) ? T.Zero : largest);
        }
    }
}
