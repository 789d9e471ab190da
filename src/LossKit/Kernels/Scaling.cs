using LossKit.Costs;

namespace LossKit.Kernels;

/// <summary>What a reduction makes of derivatives.</summary>
internal static class Scaling
{
    /// <summary>What the derivatives of the weighted sum are multiplied with.</summary>
    public static double Of(Reduction reduction, CompensatedSum weight) => reduction switch
    {
        Reduction.Mean => 1 / weight.Total,
        Reduction.Sum => 1,
        _ => throw new ArgumentOutOfRangeException(nameof(reduction), reduction, "Expected Mean or Sum."),
    };

    /// <summary>
    /// Without weight nothing is evaluated, because 0 · NaN would be NaN; the losses themselves are still due. Weights
    /// that cancel have no mean, and so no gradient of it.
    /// </summary>
    public static bool HasNoMean(Reduction reduction, CompensatedSum weight, bool hasWeight) =>
        !hasWeight || (weight.Total == 0 && reduction == Reduction.Mean);
}
