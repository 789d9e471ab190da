namespace LossKit.Internals;

/// <summary>Tails and quantiles of the distributions that intervals and tests need, in double.</summary>
/// <remarks>Quantiles are where a tail is what is asked, by bisection: as exact as the tail itself.</remarks>
internal static class Distributions
{
    /// <summary>Beyond it the normal tail is less than any double.</summary>
    private const double FarthestNormal = 40;

    /// <summary>
    /// From here on three terms are what Student's quantile differs by from the normal one, and the continued fraction
    /// would lose digits.
    /// </summary>
    private const double ManyDegrees = 5000;

    /// <summary>Beyond it the square leaves the range of double.</summary>
    private const double LargestRatio = 1e150;

    private const int MostTerms = 100_000;
    private const double HalfLogOfTwoPi = 0.91893853320467274;

    /// <summary>The z that a normal number exceeds with a probability of <paramref name="tail"/> of at most
    /// ½.</summary>
    public static double NormalQuantile(double tail) =>
        Bisection.Root(0, FarthestNormal, z => tail - NormalTail(z));

    /// <summary>
    /// The t that a number of Student's distribution exceeds with a probability of <paramref name="tail"/> of at most
    /// ½; NaN where there are no degrees of freedom.
    /// </summary>
    public static double StudentQuantile(double tail, double degrees)
    {
        if (!(degrees > 0))
        {
            return double.NaN;
        }

        if (degrees < ManyDegrees)
        {
            return Bisection.Root(0, double.MaxValue, t => tail - StudentTail(t, degrees));
        }

        // Abramowitz and Stegun, 26.7.5.
        double z = NormalQuantile(tail);
        double square = z * z;
        return z * (1 + (square + 1) / (4 * degrees)
            + ((5 * square + 16) * square + 3) / (96 * degrees * degrees)
            + (((3 * square + 19) * square + 17) * square - 15) / (384 * degrees * degrees * degrees));
    }

    /// <summary>The probability of at most <paramref name="heads"/> heads in as many fair tosses.</summary>
    public static double FairTail(long heads, long tosses) =>
        heads >= tosses ? 1 : IncompleteBeta(tosses - heads, heads + 1.0, 0.5, 0.5);

    private static double NormalTail(double z)
    {
        Normals<ScalarLane<double>, double>.Cdf(z, out ScalarLane<double> tail, out _, out _);
        return tail.Number;
    }

    private static double StudentTail(double t, double degrees)
    {
        double ratio = t / Math.Sqrt(degrees);
        double inverse = 1 / (1 + ratio * ratio);
        return ratio > LargestRatio
            ? FarStudentTail(ratio, degrees)
            : 0.5 * IncompleteBeta(0.5 * degrees, 0.5, inverse, ratio * ratio * inverse);
    }

    /// <summary>By the first term, since all others vanish.</summary>
    private static double FarStudentTail(double ratio, double degrees) =>
        Math.Exp(LogOfInverseBeta(0.5 * degrees, 0.5) - degrees * Math.Log(ratio)) / degrees;

    /// <summary>
    /// The regularised incomplete beta function at <paramref name="x"/>, of which <paramref name="y"/> is 1 − x.
    /// </summary>
    /// <remarks>
    /// By its continued fraction (Lentz' method), on the side where it converges fast. Source: Press et al., "Numerical
    /// Recipes", third edition, 6.4.
    /// </remarks>
    internal static double IncompleteBeta(double a, double b, double x, double y) =>
        x <= 0 ? 0
        : y <= 0 ? 1
        : x < (a + 1) / (a + b + 2) ? Factor(a, b, x, y) / a * Fraction(a, b, x)
        : 1 - Factor(b, a, y, x) / b * Fraction(b, a, y);

    private static double Fraction(double a, double b, double x)
    {
        double c = 1;
        double d = 1 / NotZero(1 - (a + b) * x / (a + 1));
        double fraction = d;
        for (int m = 1; m < MostTerms; m++)
        {
            double before = a + 2 * m;
            Step(m * (b - m) * x / ((before - 1) * before));
            double change = Step(-(a + m) * (a + b + m) * x / (before * (before + 1)));
            if (Math.Abs(change - 1) < 1e-16)
            {
                break;
            }
        }

        return fraction;

        double Step(double term)
        {
            d = 1 / NotZero(1 + term * d);
            c = NotZero(1 + term / c);
            fraction *= d * c;
            return d * c;
        }

        static double NotZero(double number) => Math.Abs(number) < 1e-300 ? 1e-300 : number;
    }

    /// <summary>xᵃyᵇ/B(a, b), without the difference of large logarithms of gamma functions (Loader 2000).</summary>
    private static double Factor(double a, double b, double x, double y)
    {
        double off = x * b - y * a;
        return Math.Exp(a * LogOf(off / a, x * (a + b) / a) + b * LogOf(-off / b, y * (a + b) / b) + LogOfPeak(a, b));

        static double LogOf(double excess, double ratio) =>
            Math.Abs(excess) < 0.5
                ? Logarithms<ScalarLane<double>, double>.Log1p(excess).Number
                : Math.Log(ratio);
    }

    /// <summary>log xᵃyᵇ/B(a, b) where it is largest, at x = a/(a + b).</summary>
    private static double LogOfPeak(double a, double b) =>
        0.5 * (Math.Log(a) + Math.Log(b) - Math.Log(a + b)) - HalfLogOfTwoPi
        + StirlingError(a + b) - StirlingError(a) - StirlingError(b);

    private static double LogOfInverseBeta(double a, double b) =>
        LogOfPeak(a, b) - a * Math.Log(a / (a + b)) - b * Math.Log(b / (a + b));

    private static double StirlingError(double x) =>
        Gammas<ScalarLane<double>, double>.StirlingError<ScalarLane<double>>(Math.Log(x)).Value.Number;
}
