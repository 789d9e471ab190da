using System.Runtime.CompilerServices;

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

    /// <summary>(1 + x)^<paramref name="exponent"/> − 1 for x ≥ 0, accurate near 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Growth<TLane>(TLane x, Parameter exponent) where TLane : struct, ILane<TLane> =>
        exponent.Value switch
        {
            -1 => -(x / (1.0 + x)),
            0.5 => x / (1.0 + TLane.Sqrt(1.0 + x)),
            _ => TLane.Expm1(exponent * TLane.Log1p(x)),
        };
}
