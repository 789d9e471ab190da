namespace LossKit.Internals;

/// <summary>The total weight of a batch, by the pointwise loop itself.</summary>
/// <remarks>
/// Weights that are all tiny or huge are brought near 1 first, by a power of two: else their sum, its inverse, or their
/// products with losses could leave the range of <typeparamref name="T"/>, though no result does.
/// </remarks>
internal static class WeightTotal<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>
    /// Mean weights up to this power of two, and down to its inverse, leave losses and gradients room enough.
    /// </summary>
    private const int OrdinaryExponent = 30;

    /// <summary>
    /// What a weight can be multiplied with and stay in range, if it is not of a class' weight as well.
    /// </summary>
    private const int MostExponentOfSingle = 100;

    private const int MostExponentOfDouble = 1000;

    private static readonly FormulaKernel<T, Itself> s_sum = new(default);

    private static int MostExponent => typeof(T) == typeof(float) ? MostExponentOfSingle : MostExponentOfDouble;

    /// <summary>Σ w, and whether any weight is not 0.</summary>
    /// <param name="weights">None means 1 each. By another unit afterwards, if they are far from 1.</param>
    /// <param name="length">How many there are.</param>
    /// <param name="any">Whether any is not 0.</param>
    /// <param name="exponent">The weights were 2^exponent times as much.</param>
    /// <param name="degree">The most threads.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static CompensatedSum Of(
        ref ReadOnlySpan<T> weights, int length, out bool any, out int exponent, int degree = 1)
    {
        if (!weights.IsEmpty)
        {
            return OfGiven(ref weights, out any, out exponent, degree);
        }

        any = length > 0;
        exponent = 0;
        return new(length, 0);
    }

    public static CompensatedSum Sum(ReadOnlySpan<T> numbers, int degree = 1) => BatchWork<T>.Run(
        s_sum, new() { Predictions = numbers, Targets = numbers }, DerivativeOrder.Value, degree);

    /// <summary>Whether the sum of <paramref name="count"/> weights says that they are neither tiny nor huge.</summary>
    public static bool IsOrdinary(double total, int count) =>
        double.IsNaN(total)
        || Math.Abs(total) / count is > 1.0 / (1L << OrdinaryExponent) and < 1L << OrdinaryExponent;

    /// <summary>The exponent of what a weight of about <paramref name="largest"/> is to be divided by.</summary>
    public static int ExponentOf(T largest) =>
        T.IsFinite(largest) && largest > T.Zero ? Math.Clamp(T.ILogB(largest), -MostExponent, MostExponent) : 0;

    /// <summary>Weights divided by 2^<paramref name="exponent"/>; all of them were 1 if there are none.</summary>
    public static ReadOnlySpan<T> Rescaled(ReadOnlySpan<T> weights, int length, int exponent)
    {
        T[] rescaled = new T[length];
        if (weights.IsEmpty)
        {
            rescaled.AsSpan().Fill(T.ScaleB(T.One, -exponent));
        }

        for (int i = 0; i < weights.Length; i++)
        {
            rescaled[i] = T.ScaleB(weights[i], -exponent);
        }

        return rescaled;
    }

    // By itself, because the preparation of its batch would be noticed by short batches without weights.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static CompensatedSum OfGiven(
        ref ReadOnlySpan<T> weights, out bool any, out int exponent, int degree)
    {
        CompensatedSum total = Sum(weights, degree);
        any = total.Total != 0 || weights.ContainsAnyExcept(T.Zero);
        exponent = IsOrdinary(total.Total, weights.Length) ? 0 : ExponentOf(Spans.LargestSize(weights));
        if (exponent == 0)
        {
            return total;
        }

        weights = Rescaled(weights, weights.Length, exponent);
        return Sum(weights, degree);
    }

    private readonly struct Itself : IPointwiseFormula, IPropagatesNaN
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> => prediction;
    }
}
