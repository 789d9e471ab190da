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
    public static float OfInteger(int n) => n;

    // Devices have 2ˣ in hardware. The sum with the shift has the rounded exponent in its last bits, and its bias.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float ExpOfNegative(float x)
    {
        const float shift = (3 << (MantissaBits - 1)) + Bias;
        float shifted = MultiplyAdd(x, 1.442695041f, shift);
        float n = shifted - shift;
        float rest = MultiplyAdd(x, 1.925963033e-8f, MultiplyAdd(x, 1.442695041f, -n));
        float power = BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(shifted) << MantissaBits);
        float exponential = float.Exp2(rest) * power;
        return x < -87 ? 0 : exponential;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int ExponentBits(float x) => BitConverter.SingleToInt32Bits(x) >> MantissaBits;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Mantissa(float x) => BitConverter.Int32BitsToSingle(
        (BitConverter.SingleToInt32Bits(x) & MantissaMask) | (Bias << MantissaBits));
}
