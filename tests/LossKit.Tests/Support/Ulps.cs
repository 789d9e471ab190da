using System.Numerics;

namespace LossKit.Tests.Support;

internal static class Ulps
{
    /// <summary>How many floating-point numbers lie between two.</summary>
    public static double Between<T>(T actual, T expected) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (T.IsNaN(expected) || T.IsNaN(actual))
        {
            return T.IsNaN(expected) == T.IsNaN(actual) ? 0 : double.PositiveInfinity;
        }

        return Math.Abs((double)(Rank(actual) - Rank(expected)));

        static Int128 Rank(T value)
        {
            long bits = value switch
            {
                float single => BitConverter.SingleToInt32Bits(single),
                double twice => BitConverter.DoubleToInt64Bits(twice),
                _ => throw new NotSupportedException(),
            };
            long sign = typeof(T) == typeof(float) ? int.MinValue : long.MinValue;
            return bits < 0 ? (Int128)sign - bits : bits;
        }
    }
}
