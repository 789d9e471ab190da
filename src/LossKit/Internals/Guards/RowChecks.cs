namespace LossKit.Internals.Guards;

/// <summary>The check of rows of scores of classes, with a label each, but for rows of weight 0.</summary>
internal static class RowChecks
{
    public static void Check<T>(
        string name,
        ReadOnlySpan<T> scores,
        Domain domain,
        ReadOnlySpan<int> labels,
        int classes,
        ReadOnlySpan<T> weights)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        BatchChecks.Positive(classes, "how many classes a row has");
        int rows = BatchChecks.Rows(name, scores.Length, classes, "classes");
        BatchChecks.Length(nameof(labels), labels.Length, rows, "rows");
        BatchChecks.LengthIfGiven(nameof(weights), weights.Length, nameof(labels), labels.Length);
        EntryChecks.Weights(weights);
        for (int row = 0; row < labels.Length; row++)
        {
            if (!weights.IsEmpty && weights[row] == T.Zero)
            {
                continue;
            }

            if ((uint)labels[row] >= (uint)classes)
            {
                throw BatchChecks.Refusal(
                    nameof(labels), $"labels[{row}] is {labels[row]}: must be a class from 0 to {classes - 1}.");
            }

            int start = row * classes;
            for (int i = start; i < start + classes; i++)
            {
                EntryChecks.Number(name, i, scores[i], domain, classes);
            }

            if (scores.Slice(start, classes).IndexOfAnyExcept(T.NegativeInfinity) < 0)
            {
                throw BatchChecks.Refusal(
                    name, $"'{name}' has only -Infinity in row {row}: one class must not be masked.");
            }
        }
    }
}
