namespace LossKit.Plots;

/// <summary>Sums over parameters.</summary>
internal static class Vectors
{
    public static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }

    public static double Norm(ReadOnlySpan<double> a) => Math.Sqrt(Dot(a, a));

    public static void Scale(Span<double> a, double factor)
    {
        foreach (ref double entry in a)
        {
            entry *= factor;
        }
    }

    /// <summary>Adds <paramref name="factor"/> · <paramref name="b"/> to <paramref name="a"/>.</summary>
    public static void Add(Span<double> a, double factor, ReadOnlySpan<double> b)
    {
        for (int i = 0; i < a.Length; i++)
        {
            a[i] += factor * b[i];
        }
    }

    /// <summary>A direction of length 1, by normal numbers.</summary>
    public static double[] RandomUnit(int count, Random random)
    {
        double[] vector = new double[count];
        double norm = 0;
        while (norm == 0)
        {
            for (int i = 0; i < count; i++)
            {
                vector[i] = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()))
                    * Math.Cos(2 * Math.PI * random.NextDouble());
            }

            norm = Norm(vector);
        }

        Scale(vector, 1 / norm);
        return vector;
    }
}
