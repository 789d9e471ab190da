using System.Numerics;

namespace LossKit.Benchmarks;

/// <summary>The data all runs see: predictions uniform in [−4, 4], targets 0 or 1, the same in every process.</summary>
internal static class BenchmarkData
{
    public static void Fill<T>(Span<T> predictions, Span<T> targets) where T : IFloatingPointIeee754<T>
    {
        Random random = new(20240229);
        for (int i = 0; i < predictions.Length; i++)
        {
            predictions[i] = T.CreateTruncating((8 * random.NextDouble()) - 4);
            targets[i] = T.CreateTruncating(random.Next(2));
        }
    }
}
