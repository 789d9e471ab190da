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
        int step = Vector<T>.Count;
        int i = 0;
        if (numbers.Length >= step)
        {
            Vector<T> lanes = new(numbers);
            for (i = step; i <= numbers.Length - step; i += step)
            {
                lanes = Vector.Max(lanes, new(numbers[i..]));
            }

            for (int lane = 0; lane < step; lane++)
            {
                largest = T.Max(largest, lanes[lane]);
            }
        }

        for (; i < numbers.Length; i++)
        {
            largest = T.Max(largest, numbers[i]);
        }

        largest = T.IsInfinity(largest) ? T.Zero : largest;
        for (i = 0; i <= numbers.Length - step; i += step)
        {
            (new Vector<T>(numbers[i..]) - new Vector<T>(largest)).CopyTo(shifted[i..]);
        }

        for (; i < numbers.Length; i++)
        {
            shifted[i] = numbers[i] - largest;
        }
    }
}

/// <summary>The logarithms of that distribution in place of it, and the scores beside the largest.</summary>
internal readonly struct LogSoftmaxColumns(TargetDistribution distribution) : IPreparation
{
    private readonly SoftmaxColumns _shares = new(
        distribution == TargetDistribution.Raw ? TargetDistribution.Normalized : distribution);

    public static int Columns => SoftmaxColumns.Columns;

    public void Prepare<T>(
        ReadOnlySpan<T> scores, ReadOnlySpan<T> targets, ReadOnlySpan<T> entryWeights, Span<T> columns)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        _shares.Prepare(scores, targets, entryWeights, columns);
        Span<T> logs = columns.Slice(scores.Length, scores.Length);
        Elementary<T>.Log(logs);
        for (int i = 0; i < logs.Length; i++)
        {
            // A score of −∞, less a target of −∞, would look as if something were missing.
            logs[i] = T.IsNegativeInfinity(logs[i]) ? T.CreateTruncating(-IeeeFormat<T>.LargestFinite / 4) : logs[i];
        }
    }
}
