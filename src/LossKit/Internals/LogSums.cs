namespace LossKit.Internals;

/// <summary>Logarithms of sums of exponentials, a number at a time.</summary>
internal static class LogSums
{
    /// <summary>log(eᵃ + eᵇ), to the last digits also where it is nearly 0.</summary>
    public static double Add(double a, double b)
    {
        double larger = Math.Max(a, b);
        if (double.IsInfinity(larger))
        {
            return larger;
        }

        // The runtime's own log(1 + x) adds first.
        Span<double> rest = [Math.Exp(Math.Min(a, b) - larger)];
        Elementary<double>.Log1p(rest);
        return larger + rest[0];
    }
}
