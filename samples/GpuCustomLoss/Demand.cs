namespace GpuCustomLoss;

/// <summary>Days of a shop: what is known in the morning, and what is asked for until the evening.</summary>
internal sealed class Demand
{
    /// <summary>How many numbers are known of a day: a constant, the weekday's usual sales, the weather, an offer.</summary>
    public const int Features = 4;

    public Demand(int days, int seed)
    {
        Random random = new(seed);
        Known = new float[days * Features];
        Asked = new float[days];
        for (int day = 0; day < days; day++)
        {
            Span<float> known = Known.AsSpan(day * Features, Features);
            known[0] = 1;
            known[1] = (float)random.NextDouble();
            known[2] = (float)(random.NextDouble() * 2 - 1);
            known[3] = random.Next(5) == 0 ? 1 : 0;
            double surprise = -Math.Log(1 - random.NextDouble());
            Asked[day] = (float)(2 + 4 * known[1] + 1.5 * known[2] + 3 * known[3] + 2 * surprise);
        }
    }

    /// <summary>Day by day.</summary>
    public float[] Known { get; }

    /// <summary>One a day.</summary>
    public float[] Asked { get; }

    public int Days => Asked.Length;
}
