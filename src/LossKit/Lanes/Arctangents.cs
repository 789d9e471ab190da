namespace LossKit.Lanes;

/// <summary>The arctangent, for lanes of every width.</summary>
/// <remarks>
/// Above tan ⅜π it is ½π − atan 1/x, above tan ⅛π it is ¼π + atan (x − 1)/(x + 1), and else x + x³·P(x²), P minimax
/// (relative error 2⁻³⁰ in float, 2⁻⁵⁹ in double).
/// </remarks>
internal static class Arctangents<TLane, T>
    where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
    where T : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Atan(TLane x)
    {
        const double TanOfEighth = 0.4142135623730950;
        const double TanOfThreeEighths = 2.414213562373095;
        TLane size = TLane.Abs(x);
        TLane sign = TLane.SelectGreater(0.0, x, -1.0, 1.0);
        TLane ofMiddle = TLane.SelectGreater(TanOfThreeEighths, size, x - sign, -sign);
        TLane underMiddle = TLane.SelectGreater(TanOfThreeEighths, size, 1.0 + size, size);
        TLane quarters = TLane.SelectGreater(TanOfThreeEighths, size, sign, sign + sign);
        TLane r = TLane.SelectGreater(TanOfEighth, size, x, ofMiddle / underMiddle);
        TLane square = r * r;
        TLane rest = r * square * Remainder(square);
        double low = IeeeFormat<T>.IsSingle ? -2.1855694143368964e-08 : 3.061616997868383e-17;
        TLane turned = 0.7853981633974483 * quarters + (r + TLane.MultiplyAdd(quarters, low, rest));

        // Keeps the sign of −0 and subnormal numbers exact.
        TLane straight = TLane.SelectGreater(size, IeeeFormat<T>.SmallestNormal, r + rest, x);
        return TLane.SelectGreater(size, TanOfEighth, turned, straight);
    }

    /// <summary>(atan r / r − 1) / r² in z = r².</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Remainder(TLane z)
    {
        if (IeeeFormat<T>.IsSingle)
        {
            return TLane.Polynomial(
                z, -0.060834478586912155, 0.10595999658107758, -0.14243848621845245, 0.19998489320278168,
                -0.33333316445350647);
        }

        TLane p = TLane.Polynomial(
            z, -0.01792241778787248, 0.03807844721590633, -0.05039850471467651, 0.058480100145001684,
            -0.06663120534324665);
        p = TLane.MultiplyAdd(p, z, 0.07692061650274888);
        p = TLane.MultiplyAdd(p, z, -0.0909089783718091);
        return TLane.Horner(p, z, 0.11111110786162764, -0.14285714280248987, 0.19999999999954085, -0.333333333333332);
    }
}

internal readonly struct AtanFunction : IElementary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Derivatives<TLane> At<TLane, T, TJet>(TLane x)
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where T : unmanaged
    {
        TLane slope = TLane.Reciprocal(TLane.MultiplyAdd(x, x, 1));
        return new()
        {
            Value = Arctangents<TLane, T>.Atan(x),
            First = slope,

            // x / (1 + x²), without a square that overflows.
            Second = -2.0 * slope * TLane.Reciprocal(x + TLane.Reciprocal(x)),
        };
    }
}
