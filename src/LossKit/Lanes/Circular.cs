namespace LossKit.Lanes;

/// <summary>sin πx and cos πx: in half-turns the reduction of the argument is exact.</summary>
/// <remarks>
/// x = 2k + ½q + r with |q| ≤ 2 and |r| ≤ ¼, by symmetry ±sin πr or ±cos πr; sin πr = r·P(r²), cos πr = Q(r²), nearly
/// minimax (relative error 2⁻²⁵ and 2⁻³¹ in float, 2⁻⁵⁴ and 2⁻⁶¹ in double, for the sine that of π itself).
/// </remarks>
internal static class Circular<TLane, T>
    where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
    where T : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane SinPi(TLane x, out TLane cosPi)
    {
        // From here on all numbers are even, and turns could not be counted by adding a shift.
        TLane bounded = TLane.SelectGreater(2.0 * IeeeFormat<T>.FirstWithoutFraction, TLane.Abs(x), x, x - x);

        // With the sign of x, the shift rounds up to a half of its bound.
        TLane shift = TLane.SelectPositive(
            x, IeeeFormat<T>.FirstWithoutFraction, -IeeeFormat<T>.FirstWithoutFraction);
        TLane turns = TLane.MultiplyAdd(bounded, 0.5, shift) - shift;
        TLane turned = TLane.MultiplyAdd(turns, -2, bounded);
        TLane q = TLane.MultiplyAdd(turned, 2, IeeeFormat<T>.RoundingShift) - IeeeFormat<T>.RoundingShift;
        TLane r = TLane.MultiplyAdd(q, -0.5, turned);
        TLane square = r * r;
        TLane sine = r * Sine(square);
        TLane cosine = Cosine(square);

        // The sine and cosine of −½πq, each exactly −1, 0 or 1, that of q = 0 a positive zero: added to, it keeps signs.
        TLane size = TLane.Abs(q);
        TLane cosineOfTurn = 1.0 - size;
        TLane sineOfTurn = TLane.MultiplyAdd(q, size, -2.0 * q);
        cosPi = TLane.MultiplyAdd(sineOfTurn, sine, cosineOfTurn * cosine);
        return cosineOfTurn * sine - sineOfTurn * cosine;
    }

    /// <summary>sin πr / r in z = r².</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Sine(TLane z)
    {
        if (IeeeFormat<T>.IsSingle)
        {
            return TLane.Polynomial(
                z, 0.2417694479227066, -0.6218373775482178, 2.5512256622314453, -5.167731285095215, 3.1415927410125732);
        }

        TLane p = TLane.Polynomial(
            z, 0.0004609471706673509, -0.007369902740296157, 0.08214585988634872, -0.5992645285906602,
            2.550164039867001);
        p = TLane.MultiplyAdd(p, z, -5.1677127800499045);
        return TLane.MultiplyAdd(p, z, 3.141592653589793);
    }

    /// <summary>cos πr in z = r².</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Cosine(TLane z)
    {
        if (IeeeFormat<T>.IsSingle)
        {
            return TLane.Polynomial(
                z, 0.22954970598220825, -1.3348162174224854, 4.0586981773376465, -4.934802055358887, 1.0);
        }

        TLane p = TLane.Polynomial(
            z, -0.00010330542587948625, 0.001929406122904067, -0.025806880283870078, 0.23533062994891885,
            -1.3352627688462622);
        p = TLane.MultiplyAdd(p, z, 4.058712126416684);
        p = TLane.MultiplyAdd(p, z, -4.934802200544679);
        return TLane.MultiplyAdd(p, z, 1.0);
    }
}
