using System.Numerics;

namespace LossKit.Gpu.Tests.Support;

/// <summary>Batches to compare devices on, and how near results have to be.</summary>
internal static class Numbers
{
    /// <summary>Relative to the larger of the number and 1: 1e-6 in float, 1e-12 in double.</summary>
    public static double Tolerance<T>() => typeof(T) == typeof(float) ? 1e-6 : 1e-12;

    public static T[] Predictions<T>(int length, int seed = 1) where T : unmanaged, IFloatingPointIeee754<T>
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, length).Select(_ => T.CreateTruncating(6 * random.NextDouble() - 3))];
    }

    public static T[] Targets<T>(TargetKind kind, int length, int seed = 2)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Random random = new(seed);
        return
        [
            .. Enumerable.Range(0, length).Select(_ => T.CreateTruncating(kind switch
            {
                TargetKind.Probability => random.NextDouble(),
                TargetKind.Sign => random.Next(2) * 2 - 1,
                _ => 3 * random.NextDouble(),
            })),
        ];
    }

    public static T[] Weights<T>(int length, int seed = 3) where T : unmanaged, IFloatingPointIeee754<T>
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, length).Select(_ => T.CreateTruncating(random.Next(4) * 0.5))];
    }

    public static void ShouldBeNear<T>(this T[] actual, T[] expected, string what)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int i = 0; i < expected.Length; i++)
        {
            double left = double.CreateTruncating(actual[i]);
            double right = double.CreateTruncating(expected[i]);
            bool isNear = left.Equals(right)
                || Math.Abs(left - right) <= Tolerance<T>() * Math.Max(1, Math.Abs(right));
            isNear.Should().BeTrue($"{what}[{i}] is {left:R} on the device and {right:R} on the processor");
        }
    }

    public static void ShouldBeNear<T>(this Cost actual, Cost expected) where T : unmanaged
    {
        actual.Count.Should().Be(expected.Count);
        actual.Weight.Should().BeApproximately(expected.Weight, 1e-9 * (1 + Math.Abs(expected.Weight)));
        if (double.IsNaN(expected.Mean))
        {
            actual.Mean.Should().Be(double.NaN);
            return;
        }

        actual.Mean.Should().BeApproximately(expected.Mean, Tolerance<T>() * (1 + Math.Abs(expected.Mean)));
    }
}
