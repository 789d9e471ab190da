namespace LossKit.Formulas;

/// <summary>
/// D(x) = log Γ(x + ½) − log Γ(x) − ½log x for x &gt; 0: what half a step of the gamma function differs from a root by.
/// </summary>
/// <remarks>
/// To a few ulp, without a difference of large numbers: its asymptotic series in 1/x has the Bernoulli numbers in it
/// (Tricomi and Erdélyi, Pacific Journal of Mathematics 1, 1951). Below 8, x is shifted by 8: D(x) = D(x + 8) +
/// ½log((x + 8)/x) + Σ log((x + k)/(x + k + ½)) over k = 0 … 7.
/// </remarks>
internal readonly struct GammaStep : IFunction
{
    private const double Steps = 8;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Derivatives<TLane> At<TLane>(TLane x) where TLane : struct, ILane<TLane>
    {
        TLane small = TLane.Min(Steps, x);
        TLane shifted = small + Steps;
        TLane ratio = TLane.Sqrt(shifted / small);
        TLane slope = 0.5 * (1.0 / shifted - 1.0 / small);
        TLane bend = -0.5 * (TLane.Square(1.0 / shifted) - TLane.Square(1.0 / small));
        Take(small, ref ratio, ref slope, ref bend);
        Take(small + 1.0, ref ratio, ref slope, ref bend);
        Take(small + 2.0, ref ratio, ref slope, ref bend);
        Take(small + 3.0, ref ratio, ref slope, ref bend);
        Take(small + 4.0, ref ratio, ref slope, ref bend);
        Take(small + 5.0, ref ratio, ref slope, ref bend);
        Take(small + 6.0, ref ratio, ref slope, ref bend);
        Take(small + 7.0, ref ratio, ref slope, ref bend);
        TLane inverse = 1.0 / TLane.SelectGreater(Steps, x, shifted, x);
        TLane square = inverse * inverse;
        TLane value = inverse * Series(square, 1, 1, 1, 1, 1, 1, 1, 1);
        TLane first = -square * Series(square, 1, 3, 5, 7, 9, 11, 13, 15);
        TLane second = square * inverse * Series(square, 2, 12, 30, 56, 90, 132, 182, 240);
        return new()
        {
            Value = TLane.SelectGreater(Steps, x, value + TLane.Log(ratio), value),
            First = TLane.SelectGreater(Steps, x, first + slope, first),
            Second = TLane.SelectGreater(Steps, x, second + bend, second),
        };
    }

    /// <summary>
    /// One step of the shift: log(x/(x + ½)), of which the factors are multiplied, and its derivatives.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Take<TLane>(TLane x, ref TLane ratio, ref TLane slope, ref TLane bend)
        where TLane : struct, ILane<TLane>
    {
        TLane next = x + 0.5;
        TLane share = 1.0 / next;
        TLane step = 0.5 * share / x;
        ratio *= x * share;
        slope += step;
        bend -= step * (share + 1.0 / x);
    }

    /// <summary>The series, each coefficient with a factor, of which derivatives have one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Series<TLane>(
        TLane square, double f1, double f3, double f5, double f7, double f9, double f11, double f13, double f15)
        where TLane : struct, ILane<TLane>
    {
        TLane series = square * (f15 * (929569.0 / 15728640)) - f13 * (5461.0 / 425984);
        series = series * square + f11 * (691.0 / 180224);
        series = series * square - f9 * (31.0 / 18432);
        series = series * square + f7 * (17.0 / 14336);
        series = series * square - f5 / 640;
        series = series * square + f3 / 192;
        return series * square - f1 / 8;
    }
}
