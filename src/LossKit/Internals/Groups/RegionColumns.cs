namespace LossKit.Internals.Groups;

/// <summary>What the pixels of each class count, whose classes follow each other in a group.</summary>
internal readonly struct RegionColumns(int classes, RegionWeighting weighting) : IPreparation
{
    public static int Columns => 3;

    public void Prepare<T>(
        ReadOnlySpan<T> scores, ReadOnlySpan<T> targets, ReadOnlySpan<T> entryWeights, Span<T> columns)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int length = scores.Length;
        int pixels = length / classes;
        scores.CopyTo(columns);
        targets.CopyTo(columns[length..]);
        Span<T> weights = columns[(2 * length)..];
        T largest = T.Zero;
        for (int label = 0; label < classes; label++)
        {
            double sum = WeightTotal<T>.Sum(targets.Slice(label * pixels, pixels)).Total;
            T weight = T.CreateTruncating(sum == 0 && weighting != RegionWeighting.Uniform ? 0 : weighting switch
            {
                RegionWeighting.Square => 1 / (sum * sum),
                RegionWeighting.Simple => 1 / sum,
                _ => 1,
            });
            largest = T.Max(largest, weight);
            weights.Slice(label * pixels, pixels).Fill(weight);
        }

        // A class that is absent counts as much as any.
        weights.Replace(T.Zero, largest);
    }
}
