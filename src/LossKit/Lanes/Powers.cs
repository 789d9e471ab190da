namespace LossKit.Lanes;

/// <summary>Powers with an exponent that is a parameter: the usual ones need neither logarithm nor exponential.</summary>
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

    /// <summary>The same, of an x with derivatives: relative to x, which they are as small as, nothing overflows.</summary>
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
