using System.Runtime.CompilerServices;

namespace LossKit.Lanes;

/// <summary>The functions of logits, each to better than 2 ulp over the whole range, for lanes of every width.</summary>
internal static class Sigmoids<TLane, T>
    where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
    where T : unmanaged
{
    /// <summary>With e = exp(−|x|), softplus(±x) = max(±x, 0) + log(1 + e) and σ(±x) is 1/(1 + e) or e/(1 + e).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Logistic<TLane> Logistic(TLane x)
    {
        TLane e = TLane.Exp(-TLane.Abs(x));
        TLane log1p = Logarithms<TLane, T>.Log1pOfUnit(e);
        TLane larger = (TLane)1.0 / (1.0 + e);
        TLane smaller = e * larger;
        return new(
            TLane.PositivePart(x) + log1p,
            TLane.PositivePart(-x) + log1p,
            TLane.SelectGreater(0.0, x, smaller, larger),
            TLane.SelectGreater(0.0, x, larger, smaller));
    }

    /// <summary>
    /// With e = exp(−2|x|), log cosh x = |x| − log 2 + log(1 + e), tanh |x| = 1 − 2e/(1 + e) and
    /// 1/cosh² x = 4e/(1 + e)²; near 0 the first two cancel and minimax polynomials in x² stand in.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Hyperbolic<TLane> Hyperbolic(TLane x)
    {
        TLane size = TLane.Abs(x);
        TLane e = TLane.Exp(-2.0 * size);
        TLane inverse = (TLane)1.0 / (1.0 + e);
        TLane square = x * x;

        TLane logCosh = size - IeeeFormat<T>.Log2High + (Logarithms<TLane, T>.Reduced(e) - IeeeFormat<T>.Log2Low);
        TLane smallLogCosh = square * TLane.MultiplyAdd(square, LogCoshRemainder(square), 0.5);

        TLane tanh = 1.0 - 2.0 * e * inverse;
        TLane smallTanh = TLane.MultiplyAdd(x * square, TanhRemainder(square), x);

        return new(
            TLane.SelectGreater(0.875, size, smallLogCosh, logCosh),
            TLane.SelectGreater(0.625, size, smallTanh, TLane.SelectGreater(0.0, x, -tanh, tanh)),
            4.0 * e * inverse * inverse);
    }

    /// <summary>(log cosh x / x² − ½) / x² in z = x², for |x| ≤ 0.875.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane LogCoshRemainder(TLane z)
    {
        TLane p;
        if (IeeeFormat<T>.IsSingle)
        {
            p = TLane.MultiplyAdd(z, 0.00011061418626923114, -0.0006142286001704633);
            p = TLane.MultiplyAdd(p, z, 0.002129764761775732);
            p = TLane.MultiplyAdd(p, z, -0.006732231937348843);
            p = TLane.MultiplyAdd(p, z, 0.022220663726329803);
            return TLane.MultiplyAdd(p, z, -0.08333327621221542);
        }

        p = TLane.MultiplyAdd(z, 1.2337929985218423e-08, -1.032638867808285e-07);
        p = TLane.MultiplyAdd(p, z, 4.5641067728056e-07);
        p = TLane.MultiplyAdd(p, z, -1.4987320418470717e-06);
        p = TLane.MultiplyAdd(p, z, 4.31646972214508e-06);
        p = TLane.MultiplyAdd(p, z, -1.1914625875327034e-05);
        p = TLane.MultiplyAdd(p, z, 3.2764903566674166e-05);
        p = TLane.MultiplyAdd(p, z, -9.098606446694834e-05);
        p = TLane.MultiplyAdd(p, z, 0.00025657994145193296);
        p = TLane.MultiplyAdd(p, z, -0.0007386028843214493);
        p = TLane.MultiplyAdd(p, z, 0.002186948847607807);
        p = TLane.MultiplyAdd(p, z, -0.0067460317457514);
        p = TLane.MultiplyAdd(p, z, 0.0222222222222156);
        return TLane.MultiplyAdd(p, z, -0.08333333333333327);
    }

    /// <summary>(tanh x / x − 1) / x² in z = x², for |x| ≤ 0.625.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane TanhRemainder(TLane z)
    {
        TLane p;
        if (IeeeFormat<T>.IsSingle)
        {
            p = TLane.MultiplyAdd(z, -0.005717047955840826, 0.02065059170126915);
            p = TLane.MultiplyAdd(p, z, -0.053743500262498856);
            p = TLane.MultiplyAdd(p, z, 0.13331490755081177);
            return TLane.MultiplyAdd(p, z, -0.3333328366279602);
        }

        p = TLane.MultiplyAdd(z, -1.610755703947479e-05, 7.721920161456381e-05);
        p = TLane.MultiplyAdd(p, z, -0.000228633259939452);
        p = TLane.MultiplyAdd(p, z, 0.0005863524923592149);
        p = TLane.MultiplyAdd(p, z, -0.0014549704780048574);
        p = TLane.MultiplyAdd(p, z, 0.003591991570902765);
        p = TLane.MultiplyAdd(p, z, -0.008863221319250577);
        p = TLane.MultiplyAdd(p, z, 0.02186948760195882);
        p = TLane.MultiplyAdd(p, z, -0.05396825393248161);
        p = TLane.MultiplyAdd(p, z, 0.13333333333264913);
        return TLane.MultiplyAdd(p, z, -0.33333333333332876);
    }
}
