using LossKit.LightGbm;
using Toolbox;

namespace CostSensitiveBoosting;

/// <summary>Some patients: what was measured of each, row by row, and 1 if it turned out to be malignant.</summary>
internal sealed record Patients(double[] Features, double[] Malignant, int Columns)
{
    public int Count => Malignant.Length;

    public LightGbmDataset<double> Dataset => new(Features, Columns, Malignant);

    /// <summary>The Wisconsin breast cancer data.</summary>
    public static Patients Load()
    {
        double[][] rows = Csv.Numbers("breast_cancer.csv");
        return new([.. rows.SelectMany(row => row[..^1])], [.. rows.Select(row => row[^1])], rows[0].Length - 1);
    }

    /// <summary>Which part of so many each patient is in; malignant ones are in all parts alike.</summary>
    public int[] Parts(int count, int seed)
    {
        Random random = new(seed);
        int[] parts = new int[Count];
        foreach (IGrouping<double, int> alike in Enumerable.Range(0, Count).GroupBy(i => Malignant[i]))
        {
            int[] shuffled = [.. alike];
            random.Shuffle(shuffled);
            for (int k = 0; k < shuffled.Length; k++)
            {
                parts[shuffled[k]] = k % count;
            }
        }

        return parts;
    }

    public Patients Only(int[] indices) => new(
        [.. indices.SelectMany(i => Features[(i * Columns)..((i + 1) * Columns)])],
        [.. indices.Select(i => Malignant[i])],
        Columns);
}
