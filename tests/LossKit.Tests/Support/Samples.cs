using System.Numerics;

namespace LossKit.Tests.Support;

/// <summary>Seeded batches that suit a loss.</summary>
internal static class Samples
{
    public static (T[] Predictions, T[] Targets, T[] Weights) Batch<T>(TargetKind kind, int length, int seed = 1)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Random random = new(seed);
        T[] predictions = new T[length];
        T[] targets = new T[length];
        T[] weights = new T[length];
        for (int i = 0; i < length; i++)
        {
            predictions[i] = T.CreateTruncating(random.NextDouble() * 12 - 6);
            targets[i] = T.CreateTruncating(kind switch
            {
                TargetKind.Value => random.NextDouble() * 12 - 6,
                TargetKind.Sign => random.Next(2) * 2 - 1,
                _ => random.Next(3) switch { 0 => 0, 1 => 1, _ => random.NextDouble() },
            });
            weights[i] = T.CreateTruncating(random.Next(4) == 0 ? 0 : random.NextDouble() * 3);
        }

        return (predictions, targets, weights);
    }

    /// <summary>A tolerance of a few units in the last place of <typeparamref name="T"/>.</summary>
    public static double Close<T>() => typeof(T) == typeof(float) ? 4e-6 : 1e-14;

    public static double ToDouble<T>(T value) where T : INumberBase<T> => double.CreateTruncating(value);
}
