using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace LossKit.Lanes;

/// <summary>The constants of a number format: all of them fold away in compiled code.</summary>
internal static class IeeeFormat<T>
    where T : unmanaged
{
    /// <remarks>Asked for by size, which compilers for other devices know as well.</remarks>
    public static unsafe bool IsSingle
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => sizeof(T) == sizeof(float);
    }

    /// <summary>Whether <c>MultiplyAdd</c> rounds once.</summary>
    public static bool IsFused
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Fma.IsSupported || AdvSimd.IsSupported;
    }

    /// <summary>Multiplied with this, a number falls apart into halves (Dekker 1971).</summary>
    public static double Splitter
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => IsSingle ? 4097 : 134217729;
    }

    public static double MantissaBits
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => IsSingle ? 23 : 52;
    }

    public static double Bias
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => IsSingle ? 127 : 1023;
    }

    /// <summary>2²³ or 2⁵²: from here on every number is an integer.</summary>
    public static double FirstWithoutFraction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => IsSingle ? 8388608.0 : 4503599627370496.0;
    }

    /// <summary>
    /// Added and taken away again, this rounds a number below a quarter of <see cref="FirstWithoutFraction"/> to an
    /// integer.
    /// </summary>
    public static double RoundingShift
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 1.5 * FirstWithoutFraction;
    }

    public static double SmallestNormal
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => IsSingle ? 1.1754943508222875E-38 : 2.2250738585072014E-308;
    }

    /// <summary>The largest number below 2: all bits of its mantissa are set.</summary>
    public static double BeforeTwo
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => IsSingle ? 1.9999998807907104 : 1.9999999999999998;
    }

    public static double LargestFinite
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => IsSingle ? float.MaxValue : double.MaxValue;
    }

    /// <summary>
    /// The leading bits of log 2, few enough that a product with an exponent is exact (Cody and Waite 1980).
    /// </summary>
    public static double Log2High
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => IsSingle ? 0.693145751953125 : 0.693147180559663;
    }

    /// <summary>log 2 − <see cref="Log2High"/>.</summary>
    public static double Log2Low
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => IsSingle ? 1.4286068203094173e-06 : 2.8235290563031577e-13;
    }
}
