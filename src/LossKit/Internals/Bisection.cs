namespace LossKit.Internals;

/// <summary>Halves intervals of numbers until nothing lies between their ends.</summary>
internal static class Bisection
{
    /// <summary>
    /// Halfway, or, between numbers of different sizes, halfway by their exponents: any interval comes to its end after
    /// 70 halvings or so.
    /// </summary>
    /// <returns>Whether there is a number between the two.</returns>
    public static bool TryHalve(double one, double other, out double middle)
    {
        middle = Middle(one, other);
        return middle != one && middle != other && !double.IsNaN(middle);
    }

    /// <summary>
    /// The least number above <paramref name="low"/> at which a function that never falls is not negative; where it is
    /// so nowhere, <paramref name="high"/>.
    /// </summary>
    public static double Root(double low, double high, Func<double, double> function)
    {
        while (TryHalve(low, high, out double middle))
        {
            (low, high) = function(middle) < 0 ? (middle, high) : (low, middle);
        }

        return high;
    }

    private static double Middle(double one, double other)
    {
        double smaller = Math.Min(Math.Abs(one), Math.Abs(other));
        double larger = Math.Max(Math.Abs(one), Math.Abs(other));
        return one < 0 != other < 0 && smaller > 0 ? 0
            : smaller >= 0.25 * larger ? one + (other - one) / 2
            : Math.CopySign(
                BitConverter.Int64BitsToDouble(
                    (BitConverter.DoubleToInt64Bits(smaller) + BitConverter.DoubleToInt64Bits(larger)) / 2),
                Math.Abs(one) > Math.Abs(other) ? one : other);
    }
}
