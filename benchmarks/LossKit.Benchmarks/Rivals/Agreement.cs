using System.Numerics;

namespace LossKit.Benchmarks.Rivals;

/// <summary>Throws where a rival computes something else: its time would mean nothing.</summary>
internal static class Agreement
{
    public static double Tolerance<T>() => typeof(T) == typeof(float) ? 1e-4 : 1e-9;

    /// <param name="rival">Its name.</param>
    /// <param name="expected">LossKit's value.</param>
    /// <param name="actual">The rival's.</param>
    /// <param name="tolerance">The greatest relative error.</param>
    /// <param name="smallest">Where the value is less, the error is relative to this: terms have cancelled.</param>
    public static void OfValues(
        string rival, double expected, double actual, double tolerance, double smallest = 0)
    {
        if (!(Math.Abs(actual - expected) <= tolerance * Math.Max(Math.Abs(expected), smallest)))
        {
            throw new InvalidOperationException($"{rival} is {actual:R} where LossKit is {expected:R}.");
        }
    }

    /// <summary>
    /// Derivatives of the mean: the error of each relative to itself, or to 1/n where terms that cancel made it small.
    /// </summary>
    public static void OfDerivatives<T>(string rival, ReadOnlySpan<T> expected, ReadOnlySpan<T> actual)
        where T : IFloatingPointIeee754<T>
    {
        double smallest = 1.0 / expected.Length;
        double tolerance = Tolerance<T>();
        for (int i = 0; i < expected.Length; i++)
        {
            double wanted = double.CreateTruncating(expected[i]);
            double error = Math.Abs(double.CreateTruncating(actual[i]) - wanted);
            if (!(error <= tolerance * Math.Max(Math.Abs(wanted), smallest)))
            {
                throw new InvalidOperationException($"{rival} is {actual[i]:R} at {i} where LossKit is {wanted:R}.");
            }
        }
    }
}
