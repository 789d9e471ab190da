using System.Numerics;
using MathNet.Numerics;

namespace LossKit.Benchmarks.Rivals;

/// <summary>MathNet.Numerics, whose <see cref="Distance"/> has one method per precision.</summary>
internal static class MathNetDistance
{
    public static double MeanSquaredError<T>(T[] predictions, T[] targets) where T : IFloatingPointIeee754<T> =>
        (predictions, targets) switch
        {
            (float[] p, float[] t) => Distance.MSE(p, t),
            (double[] p, double[] t) => Distance.MSE(p, t),
            _ => throw new NotSupportedException(),
        };

    public static double MeanAbsoluteError<T>(T[] predictions, T[] targets) where T : IFloatingPointIeee754<T> =>
        (predictions, targets) switch
        {
            (float[] p, float[] t) => Distance.MAE(p, t),
            (double[] p, double[] t) => Distance.MAE(p, t),
            _ => throw new NotSupportedException(),
        };
}
