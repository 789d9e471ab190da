namespace LossKit.Gpu.Lanes;

/// <summary>What a lane of <see cref="float"/> needs beside operators.</summary>
internal readonly struct SingleArithmetic : IArithmetic<float>
{
    private const int MantissaBits = 23;
    private const int Bias = 127;
    private const int MantissaMask = (1 << MantissaBits) - 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Of(double value) => (float)value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Of(Parameter value) => value.Single;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double ToDouble(float value) => value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float MultiplyAdd(float left, float right, float addend) =>
        MathF.FusedMultiplyAdd(left, right, addend);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Abs(float x) => MathF.Abs(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sqrt(float x) => MathF.Sqrt(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float PowerOfTwo(int n) => BitConverter.Int32BitsToSingle((n + Bias) << MantissaBits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int ToInteger(float x) => (int)x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int ExponentBits(float x) => BitConverter.SingleToInt32Bits(x) >> MantissaBits;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Mantissa(float x) => BitConverter.Int32BitsToSingle(
        (BitConverter.SingleToInt32Bits(x) & MantissaMask) | (Bias << MantissaBits));
}
