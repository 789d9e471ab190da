using System.Runtime.InteropServices;

namespace LossKit.LightGbm.Internals;

/// <summary>What a loss or a metric is given of examples besides scores.</summary>
internal sealed class Examples<TTarget>(
    int rows, ReadOnlyMemory<TTarget> targets, ReadOnlyMemory<double> weights, ReadOnlyMemory<int> groupLengths)
    where TTarget : unmanaged
{
    private readonly Lazy<double[]> _numbers = new(() => ToDouble(targets.Span));

    public int Rows => rows;

    public ReadOnlySpan<TTarget> Targets => targets.Span;

    public ReadOnlySpan<double> Weights => weights.Span;

    public bool HasGroups => !groupLengths.IsEmpty;

    public ReadOnlySpan<int> GroupLengths => groupLengths.Span;

    /// <summary>How many groups there are; without any all rows are one.</summary>
    public int GroupCount => HasGroups ? groupLengths.Length : 1;

    public Groups Groups => HasGroups ? Groups.OfLengths(groupLengths.Span) : Groups.OfWidth(rows);

    /// <summary>The targets as numbers, of labels too.</summary>
    public double[] Numbers => _numbers.Value;

    /// <summary>What each row counts, of which its group counts that; nothing if all count 1.</summary>
    public double[] RowWeights(bool areOfGroups)
    {
        if (!areOfGroups || weights.IsEmpty)
        {
            return weights.ToArray();
        }

        double[] ofRows = new double[rows];
        Span<double> rest = ofRows;
        for (int group = 0; group < weights.Length; group++)
        {
            int length = HasGroups ? groupLengths.Span[group] : rows;
            rest[..length].Fill(weights.Span[group]);
            rest = rest[length..];
        }

        return ofRows;
    }

    /// <summary>
    /// Examples that together have the same loss as these if all are predicted alike: one of each label, with the
    /// weight of all of them.
    /// </summary>
    public Examples<TTarget> Distinct()
    {
        Dictionary<TTarget, double> weightOf = [];
        for (int i = 0; i < rows; i++)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(weightOf, Targets[i], out _) += weights.IsEmpty ? 1 : Weights[i];
        }

        return new(weightOf.Count, weightOf.Keys.ToArray(), weightOf.Values.ToArray(), default);
    }

    private static double[] ToDouble(ReadOnlySpan<TTarget> targets)
    {
        double[] numbers = new double[targets.Length];
        for (int i = 0; i < numbers.Length; i++)
        {
            numbers[i] = targets[i] switch
            {
                double number => number,
                float number => number,
                int label => label,
                _ => throw new NotSupportedException($"Targets are {typeof(TTarget)}: expected double or int."),
            };
        }

        return numbers;
    }
}
