namespace LossKit.Orleans.Tests.Support;

/// <summary>Results as bits, which compare as they are.</summary>
internal static class Bits
{
    public static long[] Of<T>(Cost cost, ReadOnlySpan<T> gradient) where T : unmanaged, IFloatingPointIeee754<T>
    {
        long[] bits = new long[gradient.Length + 5];
        for (int i = 0; i < gradient.Length; i++)
        {
            bits[i] = BitConverter.DoubleToInt64Bits(double.CreateTruncating(gradient[i]));
        }

        bits[^5] = BitConverter.DoubleToInt64Bits(cost.SumParts.Sum);
        bits[^4] = BitConverter.DoubleToInt64Bits(cost.SumParts.Error);
        bits[^3] = BitConverter.DoubleToInt64Bits(cost.WeightParts.Sum);
        bits[^2] = BitConverter.DoubleToInt64Bits(cost.WeightParts.Error);
        bits[^1] = cost.Count;
        return bits;
    }

    public static long[] Of<T>(Cost cost, T[] gradient) where T : unmanaged, IFloatingPointIeee754<T> =>
        Of<T>(cost, gradient.AsSpan());
}
