namespace LossKit.Lanes;

/// <summary>Sine and cosine, of half-turns, whose reduction is exact, and of angles.</summary>
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
        TLane q = Reduce(x, out _, out TLane r);
        TLane square = r * r;
        return Turn(q, r * Sine(square), Cosine(square), out cosPi);
    }

    /// <summary>sin x and cos x: the angle is reduced by multiples of ½π in three parts.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Sin(TLane x, out TLane cos)
    {
        TLane q = Reduce(0.3183098861837907 * x, out TLane turns, out TLane r);
        TLane n = TLane.MultiplyAdd(turns, 4, q);
        TLane high = IeeeFormat<T>.IsSingle ? 1.5707963705062866 : 1.5707963267948966;
        TLane middle = IeeeFormat<T>.IsSingle ? -4.371138828673793e-08 : 6.123233995736766e-17;
        double low = IeeeFormat<T>.IsSingle ? -1.7151245100058819e-15 : -1.4973849048591698e-33;
        TLane most = n * high;
        TLane lost = TLane.ProductError(n, high, most);
        TLane first = x - most;
        TLane second = first - lost;
        TLane part = n * middle;
        TLane third = second - part;
        TLane taken = third - second;
        TLane rest = first - second - lost + (second - (third - taken) - (part + taken))
            - TLane.ProductError(n, middle, part) - low * n;

        // In half-turns again, for the polynomials.
        TLane inverse = IeeeFormat<T>.IsSingle ? 0.31830987334251404 : 0.3183098861837907;
        double inverseLow = IeeeFormat<T>.IsSingle ? 1.2841276486597053e-08 : -1.9678676675182486e-17;
        TLane exact = third * inverse;
        TLane exactLow = TLane.ProductError(third, inverse, exact) + inverseLow * third + inverse * rest;

        // Beyond, it is the angle as rounded in half-turns.
        TLane size = TLane.Abs(x);
        TLane bound = IeeeFormat<T>.IsSingle ? 1048576.0 : 35184372088832.0;
        r = TLane.SelectGreater(bound, size, exact, r);
        TLane square = r * r;
        TLane sine = TLane.MultiplyAdd(r, Sine(square), Math.PI * TLane.SelectGreater(bound, size, exactLow, 0.0));
        sine = Turn(q, sine, Cosine(square), out cos);

        // Keeps the sign of −0 and subnormal numbers exact.
        return TLane.SelectGreater(IeeeFormat<T>.IsSingle ? 1e-5 : 1e-9, size, x, sine);
    }

    /// <summary>x = 2·turns + ½q + r.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Reduce(TLane x, out TLane turns, out TLane r)
    {
        // From here on all numbers are even, and turns could not be counted by adding a shift.
        TLane bounded = TLane.SelectGreater(2.0 * IeeeFormat<T>.FirstWithoutFraction, TLane.Abs(x), x, x - x);

        // With the sign of x, the shift rounds up to a half of its bound.
        TLane shift = TLane.SelectPositive(
            x, IeeeFormat<T>.FirstWithoutFraction, -IeeeFormat<T>.FirstWithoutFraction);
        turns = TLane.MultiplyAdd(bounded, 0.5, shift) - shift;
        TLane turned = TLane.MultiplyAdd(turns, -2, bounded);
        TLane q = TLane.MultiplyAdd(turned, 2, IeeeFormat<T>.RoundingShift) - IeeeFormat<T>.RoundingShift;
        r = TLane.MultiplyAdd(q, -0.5, turned);
        return q;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Turn(TLane q, TLane sine, TLane cosine, out TLane turnedCosine)
    {
        // The sine and cosine of −½πq, each exactly −1, 0 or 1, that of q = 0 a positive zero: added to, it keeps
        // signs.
        TLane size = TLane.Abs(q);
        TLane cosineOfTurn = 1.0 - size;
        TLane sineOfTurn = TLane.MultiplyAdd(q, size, -2.0 * q);
        turnedCosine = TLane.MultiplyAdd(sineOfTurn, sine, cosineOfTurn * cosine);
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

internal readonly struct SinPiFunction : IElementary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Derivatives<TLane> At<TLane, T, TJet>(TLane x)
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where T : unmanaged
    {
        TLane sine = Circular<TLane, T>.SinPi(x, out TLane cosine);
        return new() { Value = sine, First = Math.PI * cosine, Second = -Math.PI * Math.PI * sine };
    }
}

internal readonly struct SinFunction : IElementary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Derivatives<TLane> At<TLane, T, TJet>(TLane x)
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where T : unmanaged
    {
        TLane sine = Circular<TLane, T>.Sin(x, out TLane cosine);
        return new() { Value = sine, First = cosine, Second = -sine };
    }
}

internal readonly struct CosFunction : IElementary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Derivatives<TLane> At<TLane, T, TJet>(TLane x)
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where T : unmanaged
    {
        TLane sine = Circular<TLane, T>.Sin(x, out TLane cosine);
        return new() { Value = cosine, First = -sine, Second = -cosine };
    }
}
