namespace LossKit.Lanes;

/// <summary>
/// log I₀(κ) − κ, of the modified Bessel function, and its derivatives for κ ≥ 0, for lanes of every width.
/// </summary>
internal static class Bessels<TLane, T>
    where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
    where T : unmanaged
{
    /// <summary>
    /// Far out by minimax polynomials in 1/κ (relative error 2⁻²⁵ in float, 2⁻⁵³ in double). Before by the ratios
    /// r = Iₙ₊₁/Iₙ, downwards from where they are 0: rₙ₋₁ = κ/(2n + κrₙ).
    /// </summary>
    /// <remarks>
    /// The sum is that of e^κ = I₀ + 2ΣIₙ; the ratios stand for what they lack of 1, which is what is asked for.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Derivatives<TLane> ScaledLog(TLane x)
    {
        double bound = IeeeFormat<T>.IsSingle ? 8 : 30;
        TLane near = TLane.Min(x, bound);
        TLane square = near * near;
        TLane rest = 1.0;
        TLane slope = default;
        TLane sum = default;
        for (int n = IeeeFormat<T>.IsSingle ? 18 : 50; n > 0; n--)
        {
            double twice = 2 * n;
            TLane inverse = TLane.Reciprocal(near * (1.0 - rest) + twice);
            slope = (twice - square * slope) * (inverse * inverse);
            rest = (twice - near * rest) * inverse;
            inverse *= near;
            sum = TLane.MultiplyAdd(inverse, sum, inverse);
        }

        TLane v = TLane.Reciprocal(x);
        return new()
        {
            Value = TLane.SelectGreater(
                x, bound, v * ValueFar(v) - 0.5 * TLane.Log(2 * Math.PI * x), -TLane.Log1p(2.0 * sum)),
            First = -TLane.SelectGreater(x, bound, v * SlopeFar(v), rest),
            Second = TLane.SelectGreater(x, bound, v * v * CurvatureFar(v), slope),
        };
    }

    /// <summary>κ·(log I₀(κ) − κ + ½·log 2πκ) in v = 1/κ.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane ValueFar(TLane v)
    {
        TLane p;
        if (IeeeFormat<T>.IsSingle)
        {
            p = TLane.Polynomial(
                v, 69.45033264160156, -12.974902153015137, 1.9358607530593872, 0.14194582402706146,
                0.10326522588729858);
            p = TLane.MultiplyAdd(p, v, 0.06508297473192215);
            p = TLane.MultiplyAdd(p, v, 0.06250010430812836);
            return TLane.MultiplyAdd(p, v, 0.125);
        }

        p = TLane.Polynomial(
            v, 276.8675082667493, 8.999172165373903, 6.430642427173446, 1.622552323218352, 0.5366938000894947);
        p = TLane.MultiplyAdd(p, v, 0.2095681611709003);
        return TLane.Horner(p, v, 0.10156251120405459, 0.06510416663720202, 0.06250000000002992, 0.125);
    }

    /// <summary>κ·(1 − I₁(κ)/I₀(κ)) in v.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane SlopeFar(TLane v)
    {
        TLane p;
        if (IeeeFormat<T>.IsSingle)
        {
            p = TLane.Polynomial(
                v, 35.312808990478516, -6.817674160003662, 1.1908587217330933, 0.1580275297164917, 0.1258126050233841);
            p = TLane.MultiplyAdd(p, v, 0.12499351054430008);
            return TLane.MultiplyAdd(p, v, 0.5);
        }

        p = TLane.Polynomial(
            v, 550.2536620370736, 17.67612435581988, 12.70181257397415, 3.18787882811055, 1.0483201446929347);
        p = TLane.MultiplyAdd(p, v, 0.4062457187280202);
        return TLane.Horner(p, v, 0.1953125222970682, 0.12499999994136216, 0.12500000000005954, 0.5);
    }

    /// <summary>κ² times the derivative of I₁/I₀ in v.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane CurvatureFar(TLane v)
    {
        TLane p;
        if (IeeeFormat<T>.IsSingle)
        {
            p = TLane.Polynomial(v, -365474.34375, 179047.21875, -35054.5625, 3712.51220703125, -218.5387725830078);
            p = TLane.MultiplyAdd(p, v, 10.062673568725586);
            return TLane.Horner(p, v, 0.6203287839889526, 0.3766111433506012, 0.24999381601810455, 0.5);
        }

        p = TLane.Polynomial(
            v, 42661.44296613563, -974.3488337952488, 573.1244608709166, 87.12652560458201, 22.617200982894925);
        p = TLane.MultiplyAdd(p, v, 6.286093547495491);
        p = TLane.MultiplyAdd(p, v, 2.031257414752401);
        return TLane.Horner(p, v, 0.7812499686409708, 0.3750000000676549, 0.24999999999994332, 0.5);
    }
}

internal readonly struct ScaledLogBesselFunction : IElementary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Derivatives<TLane> At<TLane, T, TJet>(TLane x)
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where T : unmanaged =>
        Bessels<TLane, T>.ScaledLog(x);
}
