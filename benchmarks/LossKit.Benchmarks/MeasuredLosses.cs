using System.Numerics;

namespace LossKit.Benchmarks;

/// <summary>The losses measured, with the parameters that their rivals repeat.</summary>
public static class MeasuredLosses
{
    /// <summary>Huber's δ.</summary>
    public const double Delta = 1;

    /// <summary>The quantile q of the pinball loss.</summary>
    public const double Quantile = 0.9;

    /// <summary>The factor of predictions above the target.</summary>
    public const double Over = 1;

    /// <summary>The factor of predictions below the target.</summary>
    public const double Under = 10;

    /// <summary>Huber, asymmetric.</summary>
    public static PointwiseLoss<T, Asymmetric<Huber>> AsymmetricHuber<T>()
        where T : unmanaged, IFloatingPointIeee754<T> => Loss.Huber<T>(Delta).Asymmetric(Over, Under);

    /// <summary>A sum whose parts differ in every respect: one of clipping and choosing, one of exp and log.</summary>
    public static PointwiseLoss<T, Sum<Asymmetric<Huber>, BinaryCrossEntropyLogits>> Composite<T>()
        where T : unmanaged, IFloatingPointIeee754<T> =>
        AsymmetricHuber<T>().Plus(Loss.BinaryCrossEntropyLogits<T>());
}
