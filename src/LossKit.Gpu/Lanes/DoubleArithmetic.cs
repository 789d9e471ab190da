namespace LossKit.Gpu.Lanes;

/// <summary>What a lane of <see cref="double"/> needs beside operators.</summary>
internal readonly struct DoubleArithmetic : IArithmetic<double>
{
    private const int MantissaBits = 52;
    private const long Bias = 1023;
    private const long MantissaMask = (1L << MantissaBits) - 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Of(double value) => value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Of(Parameter value) => value.Value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double ToDouble(double value) => value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double MultiplyAdd(double left, double right, double addend) =>
        Math.FusedMultiplyAdd(left, right, addend);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Abs(double x) => Math.Abs(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Sqrt(double x) => Math.Sqrt(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double PowerOfTwo(int n) => BitConverter.Int64BitsToDouble((n + Bias) << MantissaBits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int ToInteger(double x) => (int)x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double OfInteger(int n) => n;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double ExpOfNegative(double x)
    {
        double exponential = Exponentials<DeviceLane<double, DoubleArithmetic>, double>
            .ExpOfNegative(new DeviceLane<double, DoubleArithmetic> { Number = x }).Number;
        return x < -708 ? 0 : exponential;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int ExponentBits(double x) => (int)(BitConverter.DoubleToInt64Bits(x) >> MantissaBits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Mantissa(double x) => BitConverter.Int64BitsToDouble(
        (BitConverter.DoubleToInt64Bits(x) & MantissaMask) | (Bias << MantissaBits));
}
