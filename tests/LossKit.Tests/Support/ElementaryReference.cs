using System.Numerics;

namespace LossKit.Tests.Support;

/// <summary>The elementary functions of lanes, and of jets over them.</summary>
internal enum Elementary
{
    Exp,
    Expm1,
    ExpOfExpm1,
    Log,
    Log1p,
    Softplus,
    OppositeSoftplus,
    Sigmoid,
    OppositeSigmoid,
    Tanh,
    LogCosh,
    SquaredSech,
    SinPi,
    CosPi,
}

/// <summary>
/// What the elementary functions are, to more digits than the format has: in double for float, in
/// <see cref="DoubleDouble"/> for double. Cancellation is avoided by other formulas than those of the lanes.
/// </summary>
internal static class ElementaryReference
{
    public static int Count { get; } = Enum.GetValues<Elementary>().Length;

    /// <summary>Every function at x, in the order of <see cref="Elementary"/>.</summary>
    public static void OfSingle(float x, Span<double> values)
    {
        double at = x;
        double size = Math.Abs(at);
        double e = Math.Exp(-size);
        double log1p = Log1p(e);
        double inverse = 1 / (1 + e);
        double twice = e * e;
        double halfSinh = Math.Sinh(0.5 * Math.Min(size, 1));
        double angle = Math.IEEERemainder(at, 2);
        values[(int)Elementary.Exp] = values[(int)Elementary.ExpOfExpm1] = Math.Exp(at);
        values[(int)Elementary.Expm1] = Expm1(at);
        values[(int)Elementary.Log] = Math.Log(at);
        values[(int)Elementary.Log1p] = Log1p(at);
        values[(int)Elementary.Softplus] = Math.Max(at, 0) + log1p;
        values[(int)Elementary.OppositeSoftplus] = Math.Max(-at, 0) + log1p;
        values[(int)Elementary.Sigmoid] = at < 0 ? e * inverse : inverse;
        values[(int)Elementary.OppositeSigmoid] = at < 0 ? inverse : e * inverse;
        values[(int)Elementary.Tanh] = Math.Tanh(at);
        values[(int)Elementary.LogCosh] = size > 1
            ? size - Math.Log(2) + Log1p(twice) : Log1p(2 * halfSinh * halfSinh);
        values[(int)Elementary.SquaredSech] = 4 * twice / ((1 + twice) * (1 + twice));
        values[(int)Elementary.SinPi] = Sine(angle, SinPi, CosPi);
        values[(int)Elementary.CosPi] = Cosine(angle, SinPi, CosPi);
    }

    /// <inheritdoc cref="OfSingle"/>
    public static void OfDouble(double x, Span<DoubleDouble> values)
    {
        if (!double.IsFinite(x) || x == 0)
        {
            Span<double> plain = stackalloc double[Count];
            OfSingle((float)x, plain);
            for (int i = 0; i < Count; i++)
            {
                values[i] = plain[i];
            }

            return;
        }

        double size = Math.Abs(x);
        bool isTiny = size > 800;
        DoubleDouble e = isTiny ? 0 : DoubleDouble.Exp(-size);
        DoubleDouble log1p = DoubleDouble.Log1p(e);
        DoubleDouble inverse = 1.0 / (e + 1.0);
        DoubleDouble twice = size > 400 ? 0 : e * e;
        DoubleDouble beside = twice + 1.0;
        DoubleDouble exp = !isTiny ? DoubleDouble.Exp(x) : x > 0 ? double.PositiveInfinity : 0;
        DoubleDouble half = size < 1 ? DoubleDouble.Expm1(0.5 * x) : default;
        DoubleDouble doubleSinh = half + half / (half + 1.0);
        double angle = Math.IEEERemainder(x, 2);
        values[(int)Elementary.Exp] = values[(int)Elementary.ExpOfExpm1] = exp;
        values[(int)Elementary.Expm1] = isTiny ? exp.High - 1 : DoubleDouble.Expm1(x);
        values[(int)Elementary.Log] = x < 0 ? double.NaN : DoubleDouble.Log(x);
        values[(int)Elementary.Log1p] =
            x < -1 ? double.NaN : x == -1 ? double.NegativeInfinity : DoubleDouble.Log1p(x);
        values[(int)Elementary.Softplus] = log1p + Math.Max(x, 0);
        values[(int)Elementary.OppositeSoftplus] = log1p + Math.Max(-x, 0);
        values[(int)Elementary.Sigmoid] = x < 0 ? e * inverse : inverse;
        values[(int)Elementary.OppositeSigmoid] = x < 0 ? inverse : e * inverse;
        DoubleDouble tanh = size > 400 ? 1 : -DoubleDouble.Expm1(-2 * size) / beside;
        values[(int)Elementary.Tanh] = x < 0 ? -tanh : tanh;
        values[(int)Elementary.LogCosh] = size < 1
            ? DoubleDouble.Log1p(0.5 * doubleSinh * doubleSinh)
            : DoubleDouble.Log1p(twice) - DoubleDouble.Log2 + size;
        values[(int)Elementary.SquaredSech] = size > 400 ? 0 : (e + e) * (e + e) / (beside * beside);
        values[(int)Elementary.SinPi] = Sine(angle, DoubleDouble.SinPi, DoubleDouble.CosPi);
        values[(int)Elementary.CosPi] = Cosine(angle, DoubleDouble.SinPi, DoubleDouble.CosPi);
    }

    /// <summary>sin πx for |x| ≤ 1 from both functions on |x| ≤ ¼.</summary>
    private static TNumber Sine<TNumber>(double x, Func<double, TNumber> sine, Func<double, TNumber> cosine)
        where TNumber : IUnaryNegationOperators<TNumber, TNumber>
    {
        double size = Math.Abs(x);
        TNumber value = size <= 0.25 ? sine(size) : size < 0.75 ? cosine(size - 0.5) : sine(1 - size);
        return x < 0 ? -value : value;
    }

    /// <summary>cos πx for |x| ≤ 1 from both functions on |x| ≤ ¼.</summary>
    private static TNumber Cosine<TNumber>(double x, Func<double, TNumber> sine, Func<double, TNumber> cosine)
        where TNumber : IUnaryNegationOperators<TNumber, TNumber>
    {
        double size = Math.Abs(x);
        return size <= 0.25 ? cosine(size) : size < 0.75 ? sine(0.5 - size) : -cosine(1 - size);
    }

    private static double SinPi(double x) => Math.Sin(Math.PI * x);

    private static double CosPi(double x) => Math.Cos(Math.PI * x);

    private static double Expm1(double x)
    {
        if (!(Math.Abs(x) < 0.5))
        {
            return Math.Exp(x) - 1;
        }

        double sum = 0;
        for (int n = 15; n > 0; n--)
        {
            sum = (sum + 1) * (x / n);
        }

        return sum;
    }

    // Kahan's: what rounding 1 + x has lost is lost in the quotient too.
    private static double Log1p(double x)
    {
        double sum = 1 + x;
        return sum == 1 ? x : double.IsPositiveInfinity(sum) ? sum : Math.Log(sum) * (x / (sum - 1));
    }
}
