namespace LossKit.Lanes;

/// <summary>
/// Powers with an exponent that is a parameter: the usual ones need neither logarithm nor exponential.
/// </summary>
internal static class Powers
{
    /// <summary>x^<paramref name="exponent"/> for x ≥ 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Of<TLane>(TLane x, Parameter exponent) where TLane : struct, ILane<TLane> =>
        exponent.Value switch
        {
            0.5 => TLane.Sqrt(x),
            1 => x,
            2 => TLane.Square(x),
            3 => TLane.Square(x) * x,
            _ => TLane.Exp(exponent * TLane.Log(x)),
        };

    /// <summary>
    /// As <see cref="Of"/>, for a factor that fades out: at 0 it is flat, though the power itself may not be. It stands
    /// beside other functions, and more cases would exceed what the JIT compiler inlines.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Fading<TLane>(TLane x, Parameter exponent) where TLane : struct, ILane<TLane> =>
        exponent.Value == 2
            ? TLane.Square(x)
            : TLane.Exp(exponent * TLane.Log(TLane.Max(TLane.SmallestNormal, x)));

    /// <summary>
    /// The same, of an x with derivatives: relative to x, which they are as small as, nothing overflows.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Derivatives<TLane> Fading<TLane>(TLane x, TLane first, TLane second, Parameter exponent)
        where TLane : struct, ILane<TLane>
    {
        TLane power = Fading(x, exponent);
        if (exponent.Value == 2)
        {
            return new() { Value = power, First = 2.0 * (x * first), Second = 2.0 * (first * first + x * second) };
        }

        TLane inverse = 1.0 / TLane.Max(TLane.SmallestNormal, x);
        TLane relative = first * inverse;
        TLane square = relative * relative;
        TLane scaled = exponent * power;
        return new()
        {
            Value = power,
            First = scaled * relative,
            Second = scaled * (exponent * square - square + second * inverse),
        };
    }
}

/// <summary>x^y for x ≥ 0, for lanes of every width.</summary>
/// <remarks>
/// log x is needed to more digits than the format has: with 1 + f as in <see cref="Logarithms{TLane, T}"/> it is
/// n·log 2 + 2(s + ⅓s³ + s⁵·P(s²)), s = f/(2 + f), each of these but the last in two numbers.
/// </remarks>
internal static class Powers<TLane, T>
    where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
    where T : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Of(TLane x, TLane y)
    {
        TLane log = Log(x, out TLane low);
        TLane product = TLane.Weigh(y, log);
        return Exponentials<TLane, T>.Exp(product, TLane.ProductError(y, log, product) + y * low);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Log(TLane x, out TLane low)
    {
        TLane f = Logarithms<TLane, T>.Split(x, out TLane n);
        TLane divisor = 2.0 + f;
        TLane inverse = TLane.Reciprocal(divisor);
        TLane s = f * inverse;
        TLane back = s * divisor;
        TLane sLow = inverse * (f - back - TLane.ProductError(s, divisor, back) - s * (f - (divisor - 2.0)));

        TLane square = s * s;
        TLane squareLow = TLane.ProductError(s, s, square) + 2.0 * s * sLow;
        TLane cube = s * square;
        TLane cubeLow = TLane.ProductError(s, square, cube) + s * squareLow + sLow * square;
        TLane rest = square * Series(square);
        double third = IeeeFormat<T>.IsSingle ? 0.3333333432674408 : 0.3333333333333333;
        double thirdLow = IeeeFormat<T>.IsSingle ? -9.934107758624577e-09 : 1.850371707708594e-17;
        TLane factor = rest + third;
        TLane factorLow = rest - (factor - third) + thirdLow;
        TLane term = cube * factor;
        TLane termLow = TLane.ProductError(cube, factor, term) + cube * factorLow + cubeLow * factor;

        TLane half = s + term;
        TLane halfLow = s - half + term + (sLow + termLow);
        TLane whole = IeeeFormat<T>.Log2High * n;
        TLane sum = whole + 2.0 * half;
        low = whole - sum + 2.0 * half + 2.0 * halfLow + IeeeFormat<T>.Log2Low * n;
        return sum;
    }

    /// <summary>(artanh s / s − 1 − ⅓z) / z² in z = s².</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Series(TLane z)
    {
        TLane p;
        if (IeeeFormat<T>.IsSingle)
        {
            p = TLane.MultiplyAdd(z, 0.11709251999855042, 0.14273568987846375);
            return TLane.MultiplyAdd(p, z, 0.20000076293945312);
        }

        p = TLane.Polynomial(
            z, 0.06598100896090668, 0.06628415446862354, 0.07693378396054704, 0.09090892189097162, 0.11111111259902368);
        p = TLane.MultiplyAdd(p, z, 0.1428571428505009);
        return TLane.MultiplyAdd(p, z, 0.20000000000001128);
    }
}
