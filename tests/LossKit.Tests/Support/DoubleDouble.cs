using System.Numerics;

namespace LossKit.Tests.Support;

/// <summary>
/// The unevaluated sum of two doubles, good to some 10⁻³⁰ of its size: what elementary functions in double are measured
/// against. Source: Dekker (1971), A floating-point technique for extending the available precision.
/// </summary>
internal readonly struct DoubleDouble(double high, double low) : IUnaryNegationOperators<DoubleDouble, DoubleDouble>
{
    private const int TaylorTerms = 28;

    /// <summary>Below this size, eˣ − 1 and log(1 + x) are x.</summary>
    private const double Linear = 1e-33;

    private static readonly DoubleDouble s_log2 = new(0.6931471805599453, 2.3190468138462996e-17);
    private static readonly DoubleDouble s_pi = new(3.141592653589793, 1.2246467991473532e-16);
    private static readonly DoubleDouble[] s_inverseFactorials = InverseFactorials();

    public static DoubleDouble Log2 => s_log2;

    public double High { get; } = high;

    public double Low { get; } = low;

    public static implicit operator DoubleDouble(double value) => new(value, 0);

    public static DoubleDouble operator -(DoubleDouble value) => new(-value.High, -value.Low);

    public static DoubleDouble operator +(DoubleDouble left, DoubleDouble right)
    {
        DoubleDouble high = Sum(left.High, right.High);
        DoubleDouble low = Sum(left.Low, right.Low);
        DoubleDouble sum = QuickSum(high.High, high.Low + low.High);
        return QuickSum(sum.High, sum.Low + low.Low);
    }

    public static DoubleDouble operator -(DoubleDouble left, DoubleDouble right) => left + -right;

    public static DoubleDouble operator *(DoubleDouble left, DoubleDouble right)
    {
        double product = left.High * right.High;
        double rest = Math.FusedMultiplyAdd(left.High, right.High, -product);
        return QuickSum(product, rest + (left.High * right.Low + left.Low * right.High));
    }

    public static DoubleDouble operator /(DoubleDouble left, DoubleDouble right)
    {
        double first = left.High / right.High;
        DoubleDouble rest = left - first * right;
        double second = rest.High / right.High;
        rest -= second * right;
        return QuickSum(first, second) + rest.High / right.High;
    }

    /// <summary>eˣ − 1 = (1 + y)^256 − 1 for y = e^(x/256) − 1, by squaring; up to |x| = ½ log 2.</summary>
    private static DoubleDouble ReducedExpm1(DoubleDouble x)
    {
        const int Squarings = 8;
        const int Terms = 10;
        const double Scale = 1.0 / (1 << Squarings);
        DoubleDouble reduced = new(x.High * Scale, x.Low * Scale);
        DoubleDouble sum = s_inverseFactorials[Terms];
        for (int n = Terms - 1; n > 0; n--)
        {
            sum = sum * reduced + s_inverseFactorials[n];
        }

        sum *= reduced;
        for (int i = 0; i < Squarings; i++)
        {
            sum *= sum + 2.0;
        }

        return sum;
    }

    public static DoubleDouble Exp(DoubleDouble x)
    {
        double n = Math.Round(x.High / s_log2.High);
        DoubleDouble scaled = ReducedExpm1(x - n * s_log2) + 1.0;
        return new(Math.ScaleB(scaled.High, (int)n), Math.ScaleB(scaled.Low, (int)n));
    }

    public static DoubleDouble Expm1(DoubleDouble x) =>
        Math.Abs(x.High) < Linear ? x : Math.Abs(x.High) < 0.3 ? ReducedExpm1(x) : x.High > 100 ? Exp(x) : Exp(x) - 1.0;

    /// <summary>Newton's step from the logarithm in double, which it squares the error of.</summary>
    public static DoubleDouble Log(double x)
    {
        int exponent = Math.ILogB(x);
        double mantissa = Math.ScaleB(x, -exponent);
        if (mantissa > 1.4)
        {
            exponent++;
            mantissa *= 0.5;
        }

        return exponent * s_log2 + Log1p(mantissa - 1.0);
    }

    /// <inheritdoc cref="Log"/>
    public static DoubleDouble Log1p(DoubleDouble x)
    {
        if (Math.Abs(x.High) < Linear)
        {
            return x;
        }

        double sum = 1 + x.High;
        if (x.High is < -0.5 or > 1e40)
        {
            // Exact, or as good as.
            return Log(sum);
        }

        double start = sum == 1 ? x.High : Math.Log(sum) * (x.High / (sum - 1));
        DoubleDouble power = Expm1(start);
        DoubleDouble step = (x - power) / (power + 1.0);
        return start + (step - 0.5 * step * step);
    }

    /// <summary>sin πx for |x| ≤ ¼.</summary>
    public static DoubleDouble SinPi(double x)
    {
        DoubleDouble angle = x * s_pi;
        return angle * Alternating(angle * angle, 1);
    }

    /// <summary>cos πx for |x| ≤ ¼.</summary>
    public static DoubleDouble CosPi(double x)
    {
        DoubleDouble angle = x * s_pi;
        return Alternating(angle * angle, 0);
    }

    private static DoubleDouble Alternating(DoubleDouble square, int last)
    {
        DoubleDouble sum = default;
        for (int n = TaylorTerms - 2 + last; n >= 0; n -= 2)
        {
            sum = s_inverseFactorials[n] - sum * square;
        }

        return sum;
    }

    private static DoubleDouble Sum(double left, double right)
    {
        double sum = left + right;
        double part = sum - left;
        return new(sum, left - (sum - part) + (right - part));
    }

    private static DoubleDouble QuickSum(double larger, double smaller)
    {
        double sum = larger + smaller;
        return new(sum, smaller - (sum - larger));
    }

    private static DoubleDouble[] InverseFactorials()
    {
        DoubleDouble[] inverses = new DoubleDouble[TaylorTerms];
        inverses[0] = 1;
        for (int n = 1; n < TaylorTerms; n++)
        {
            inverses[n] = inverses[n - 1] / n;
        }

        return inverses;
    }
}
