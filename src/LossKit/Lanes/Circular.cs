using System.Runtime.CompilerServices;

namespace LossKit.Lanes;

/// <summary>sin πx and cos πx: in half-turns the reduction of the argument is exact.</summary>
/// <remarks>
/// x = n + r with |r| ≤ ½, sin πx = (−1)ⁿ·r·P(r²), cos πx = (−1)ⁿ·Q(r²), minimax (error 2⁻²⁷ and 2⁻²⁴ in float, 2⁻⁶¹ and
/// 2⁻⁵⁷ in double, relative for the sine and absolute for the cosine).
/// </remarks>
internal static class Circular<TLane, T>
    where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
    where T : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane SinPi(TLane x, out TLane cosPi)
    {
        // From here on all numbers are integers, where the sine is 0, and Round would no longer work.
        TLane bound = 0.25 * IeeeFormat<T>.FirstWithoutFraction;
        TLane bounded = TLane.SelectGreater(bound, TLane.Abs(x), x, x - x);
        TLane n = Round(bounded);
        TLane r = bounded - n;
        TLane parity = TLane.Abs(TLane.MultiplyAdd(Round(0.5 * n), -2, n));
        TLane sign = TLane.MultiplyAdd(parity, -2, 1);
        TLane square = r * r;
        cosPi = sign * Cosine(square);
        return sign * r * Sine(square);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Round(TLane x) => x + IeeeFormat<T>.RoundingShift - IeeeFormat<T>.RoundingShift;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Sine(TLane z)
    {
        if (IeeeFormat<T>.IsSingle)
        {
            return TLane.Polynomial(
                z, 0.07756038755178452, -0.5982421040534973, 2.550069808959961, -5.167709827423096, 3.1415927410125732);
        }

        TLane p = TLane.Polynomial(
            z, 7.69472732830679e-07, -2.1903185420805378e-05, 0.0004662996887731736, -0.007370430478762461,
            0.0821458865698926);
        return TLane.Horner(
            p, z, -0.5992645293187382, 2.550164039877294, -5.167712780049969, 3.141592653589793);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Cosine(TLane z)
    {
        if (IeeeFormat<T>.IsSingle)
        {
            return TLane.Polynomial(
                z, 0.2196968048810959, -1.3318802118301392, 4.058412075042725, -4.934792995452881, 0.9999999403953552);
        }

        TLane p = TLane.Polynomial(
            z, 4.149591867063527e-06, -0.00010456658087273931, 0.0019295562836343031, -0.025806888739358047,
            0.23533063012980845);
        return TLane.Horner(
            p, z, -1.3352627688434646, 4.058712126416498, -4.934802200544676, 1.0);
    }
}
