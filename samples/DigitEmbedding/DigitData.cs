using Toolbox;

namespace DigitEmbedding;

/// <summary>Handwritten digits of 8×8 pixels, split.</summary>
internal static class DigitData
{
    public const int Classes = 10;

    /// <summary>Full ink of a pixel.</summary>
    private const float Black = 16;

    public static (LabelledRows Train, LabelledRows Test) LoadAndSplit(double testShare, int seed)
    {
        LabelledRows all = Load();
        Random random = new(seed);
        List<int> train = [];
        List<int> test = [];

        // Class by class, so that both parts have the same share of each digit.
        foreach (IGrouping<int, int> group in Enumerable.Range(0, all.Count).GroupBy(row => all.Labels[row]))
        {
            int[] rows = [.. group];
            random.Shuffle(rows);
            int testCount = (int)Math.Round(testShare * rows.Length);
            test.AddRange(rows[..testCount]);
            train.AddRange(rows[testCount..]);
        }

        return (all.Pick([.. train]), all.Pick([.. test]));
    }

    private static LabelledRows Load()
    {
        double[][] lines = Csv.Numbers("digits.csv");
        return new(
            [.. lines.SelectMany(line => line[..^1]).Select(pixel => (float)pixel / Black)],
            [.. lines.Select(line => (int)line[^1])]);
    }
}
