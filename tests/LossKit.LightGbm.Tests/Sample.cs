namespace LossKit.LightGbm.Tests;

/// <summary>Made-up examples whose targets depend on their features, with exact floats everywhere.</summary>
internal sealed class Sample
{
    public const int Columns = 5;

    public Sample(int rows, int seed)
    {
        Random random = new(seed);
        Rows = rows;
        Features = new double[rows * Columns];
        Means = new double[rows];
        Noise = new double[rows];
        Weights = new double[rows];
        for (int i = 0; i < rows; i++)
        {
            Span<double> row = Features.AsSpan(i * Columns, Columns);
            foreach (ref double feature in row)
            {
                feature = Single(2 * random.NextDouble() - 1);
            }

            Means[i] = 1.5 * row[0] + row[1] * row[2] + (row[3] > 0.3 ? 1 : 0);
            Noise[i] = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            Weights[i] = Single(0.25 + random.NextDouble());
        }
    }

    public int Rows { get; }

    public double[] Features { get; }

    public double[] Means { get; }

    public double[] Noise { get; }

    public double[] Weights { get; }

    public float[] FloatFeatures => Array.ConvertAll(Features, feature => (float)feature);

    /// <summary>Numbers around the mean.</summary>
    public double[] Numbers => [.. Means.Zip(Noise, (mean, noise) => Single(mean + 0.5 * noise))];

    /// <summary>Above 0.</summary>
    public double[] Positive => [.. Means.Zip(Noise, (mean, noise) => Single(Math.Exp(mean + 0.3 * noise)))];

    /// <summary>Whole numbers from 0 on.</summary>
    public double[] Counts => [.. Positive.Select(Math.Floor)];

    /// <summary>0 or 1.</summary>
    public double[] Signs => [.. Means.Zip(Noise, (mean, noise) => mean + noise > 0.5 ? 1.0 : 0)];

    /// <summary>0, 1 or 2; the second is the rarest.</summary>
    public int[] Labels => [.. Means.Zip(Noise, (mean, noise) => mean + noise < 0 ? 0 : mean + noise < 0.5 ? 1 : 2)];

    /// <summary>0 to 3, for rankings.</summary>
    public double[] Relevances =>
        [.. Means.Zip(Noise, (mean, noise) => Math.Clamp(Math.Round(mean + 1 + 0.5 * noise), 0, 3))];

    public LightGbmDataset<TTarget> With<TTarget>(TTarget[] targets) where TTarget : unmanaged =>
        new(Features, Columns, targets);

    /// <summary>What a float holds, so that LightGBM's own objectives see the same numbers.</summary>
    private static double Single(double number) => (float)number;
}
