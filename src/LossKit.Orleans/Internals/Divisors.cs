namespace LossKit.Orleans.Internals;

/// <summary>What the gradient of a sum is divided by.</summary>
internal static class Divisors
{
    /// <exception cref="ArgumentOutOfRangeException">There is no such reduction.</exception>
    public static double Of(Reduction reduction, Cost cost) => reduction switch
    {
        Reduction.Mean => cost.Weight,
        Reduction.Sum => 1,
        Reduction.MeanOverCount => cost.Count,
        _ => throw new ArgumentOutOfRangeException(nameof(reduction), reduction, "Expected a reduction."),
    };

    /// <summary>Divides; without a divisor there is no mean, and no slope of it.</summary>
    public static T Divide<T>(double sum, double divisor) where T : unmanaged, IFloatingPointIeee754<T> =>
        divisor == 0 ? T.Zero : T.CreateTruncating(sum / divisor);

    /// <inheritdoc cref="Divide{T}(double, double)"/>
    public static void Divide<T>(Span<T> sums, double divisor) where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int i = 0; i < sums.Length && divisor != 1; i++)
        {
            sums[i] = Divide<T>(double.CreateTruncating(sums[i]), divisor);
        }
    }
}
