namespace LiveMetrics;

/// <summary>Points of two noisy rings, one around the other, and which of the two each is of.</summary>
internal sealed class Rings
{
    public const int Inputs = 2;

    private const double Noise = 0.35;

    public Rings(int count, int seed)
    {
        Random random = new(seed);
        Points = new float[Inputs * count];
        Sides = new float[count];
        for (int i = 0; i < count; i++)
        {
            Sides[i] = i % 2 == 0 ? -1 : 1;
            double radius = 1.5 + Sides[i] / 2 + Noise * Normal(random);
            (double sine, double cosine) = Math.SinCos(2 * Math.PI * random.NextDouble());
            (Points[Inputs * i], Points[Inputs * i + 1]) = ((float)(radius * cosine), (float)(radius * sine));
        }
    }

    /// <summary>Row by row.</summary>
    public float[] Points { get; }

    /// <summary>1 of the outer ring, −1 of the inner.</summary>
    public float[] Sides { get; }

    public int Count => Sides.Length;

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
