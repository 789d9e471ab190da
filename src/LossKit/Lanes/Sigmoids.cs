namespace LossKit.Lanes;

/// <summary>The functions of logits, each to 2 ulp or better over the whole range, for lanes of every width.</summary>
internal static class Sigmoids<TLane, T>
    where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
    where T : unmanaged
{
    /// <summary>
    /// With e = exp(−|x|), softplus(±x) = max(±x, 0) + log(1 + e) and σ(±x) is 1/(1 + e) or e/(1 + e).
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Logistic<TLane> Logistic(TLane x)
    {
        TLane opposite = -x;
        TLane e = Exponentials<TLane, T>.ExpOfNegative(TLane.Min(x, opposite));
        TLane larger = TLane.Reciprocal(e + 1.0);
        TLane quotient = e * larger;
        TLane smaller = quotient - larger * Excess(e, quotient);
        TLane log1p = Logarithms<TLane, T>.Log1pOfUnit(e);
        return new()
        {
            Softplus = TLane.PositivePart(x) + log1p,
            OppositeSoftplus = TLane.PositivePart(opposite) + log1p,
            Sigmoid = TLane.SelectPositive(x, larger, smaller),
            OppositeSigmoid = TLane.SelectPositive(x, smaller, larger),
        };
    }

    /// <summary>
    /// With e = exp(−2|x|), log cosh x = |x| − log 2 + log(1 + e), tanh |x| = 1 − 2e/(1 + e) and
    /// 1/cosh² x = 4e/(1 + e)²; near 0 the first two cancel and minimax polynomials in x² stand in.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Hyperbolic<TLane> Hyperbolic(TLane x)
    {
        TLane size = TLane.Abs(x);
        TLane e = Exponentials<TLane, T>.ExpOfNegative(-2.0 * size, out TLane quadruple);
        TLane inverse = TLane.Reciprocal(e + 1.0);
        TLane quotient = e * inverse;
        TLane square = x * x;

        TLane logCosh = size - IeeeFormat<T>.Log2High + (Logarithms<TLane, T>.Reduced(e) - IeeeFormat<T>.Log2Low);
        TLane smallLogCosh = TLane.MultiplyAdd(square * square, LogCoshRemainder(square), 0.5 * square);

        TLane tanh = TLane.MultiplyAdd(quotient, -2, 1);
        TLane smallTanh = TLane.MultiplyAdd(x * square, TanhRemainder(square), x);

        return new()
        {
            LogCosh = TLane.SelectPositive(size - 0.875, logCosh, smallLogCosh),
            Tanh = TLane.SelectPositive(size - 0.625, TLane.SelectPositive(x, tanh, -tanh), smallTanh),

            SquaredSech = SquaredSech(e, quadruple, inverse, quotient, tanh),
        };
    }

    /// <summary>4(s − s²) of the exact s = e/(1 + e), which is the quotient less what it has in excess.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane SquaredSech(TLane e, TLane quadruple, TLane inverse, TLane quotient, TLane tanh)
    {
        // Where s is small, only the last difference is rounded.
        TLane large = quadruple * inverse;
        return large - TLane.MultiplyAdd(4.0 * inverse * tanh, Excess(e, quotient), large * quotient);
    }

    /// <summary>
    /// q·(1 + e) − e of a rounded quotient q = e/(1 + e): what takes back its rounding and that of its divisor. q lies
    /// so near e that their difference is exact.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Excess(TLane e, TLane quotient) => TLane.MultiplyAdd(quotient, e, quotient - e);

    /// <summary>(log cosh x / x² − ½) / x² in z = x², for |x| ≤ 0.875.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane LogCoshRemainder(TLane z)
    {
        TLane p;
        if (IeeeFormat<T>.IsSingle)
        {
            p = TLane.Polynomial(
                z, -3.39698999596294e-06, 2.2278112737694755e-05, -8.287176751764491e-05, 0.0002525821910239756,
                -0.0007373556145466864);
            return TLane.Horner(
                p, z, 0.002186710247769952, -0.006746005732566118, 0.02222222089767456, -0.0833333358168602);
        }

        p = TLane.Polynomial(
            z, -3.7497123280389635e-08, 3.000162492930058e-07, -1.2799386853256345e-06, 4.1165399071225245e-06,
            -1.178935660869358e-05);
        p = TLane.Horner(
            p, z, 3.2709937444117004e-05, -9.096911984596806e-05, 0.000256576314722553, -0.0007386023603115415);
        return TLane.Horner(
            p, z, 0.0021869487989891164, -0.006746031743092574, 0.022222222222142422, -0.08333333333333258);
    }

    /// <summary>(tanh x / x − 1) / x² in z = x², for |x| ≤ 0.625.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane TanhRemainder(TLane z)
    {
        if (IeeeFormat<T>.IsSingle)
        {
            return TLane.Polynomial(
                z, -0.005717047955840826, 0.02065059170126915, -0.053743500262498856, 0.13331490755081177,
                -0.3333328366279602);
        }

        TLane p = TLane.Polynomial(
            z, -2.2767184899331264e-06, 1.1807120672231495e-05, -3.6639558058386834e-05, 9.576022098106958e-05,
            -0.00023877466071510134);
        p = TLane.Horner(
            p, z, 0.0005899503100508948, -0.0014558225019458242, 0.0035921267583213907, -0.008863235436748848);
        return TLane.Horner(
            p, z, 0.021869488531783617, -0.053968253968132776, 0.13333333333333164, -0.3333333333333333);
    }
}

internal struct Hyperbolic<TLane> where TLane : struct
{
    public TLane LogCosh;
    public TLane Tanh;
    public TLane SquaredSech;
}

internal readonly struct TanhFunction : IElementary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Derivatives<TLane> At<TLane, T, TJet>(TLane x)
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where T : unmanaged
    {
        Hyperbolic<TLane> at = Sigmoids<TLane, T>.Hyperbolic(x);
        return new() { Value = at.Tanh, First = at.SquaredSech, Second = -2.0 * at.Tanh * at.SquaredSech };
    }
}

internal readonly struct LogCoshFunction : IElementary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Derivatives<TLane> At<TLane, T, TJet>(TLane x)
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where T : unmanaged
    {
        Hyperbolic<TLane> at = Sigmoids<TLane, T>.Hyperbolic(x);
        return new() { Value = at.LogCosh, First = at.Tanh, Second = at.SquaredSech };
    }
}
