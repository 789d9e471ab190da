namespace LossKit.Internals.Embedding;

/// <summary>Angles between rows of norm 1.</summary>
internal static class Angles<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>What parallel rows may be apart by when they have been normalised.</summary>
    private static double Rounding => typeof(T) == typeof(float) ? 1e-6 : 2e-15;

    /// <summary>
    /// In [0, π]. A small angle is that of a distance, because its cosine says nothing of it; where it is no more than
    /// rounding it is 0, and likewise π.
    /// </summary>
    public static double Between(ReadOnlySpan<T> one, ReadOnlySpan<T> other)
    {
        double cosine = RowProduct<T>.Of<Dot>(one, other);
        if (cosine <= 0.5)
        {
            return 1 + cosine <= Rounding ? Math.PI : Math.Acos(cosine);
        }

        double distance = Math.Sqrt(RowProduct<T>.Of<SquaredDistance>(one, other));
        return distance <= Rounding ? 0 : 2 * Math.Asin(0.5 * distance);
    }

    /// <summary>The derivative of the angle with respect to its cosine, 0 where the angle is 0 or π.</summary>
    public static double Slope(double angle) => angle is 0 or Math.PI ? 0 : -1 / Math.Sin(angle);
}
