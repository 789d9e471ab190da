namespace LossKit.Benchmarks.Compare;

/// <summary>What the predictions and targets of a group of losses are.</summary>
internal readonly record struct PointwiseKind(
    bool HasNegativePredictions, bool HasLargePredictions, bool HasZeroTargets, bool HasNegativeTargets)
{
    public static PointwiseKind Of(LossFacts facts) => new(
        facts.Predictions.Contains(-0.5),
        facts.Predictions.Contains(1.5),
        facts.Targets.Contains(0),
        facts.Targets.Contains(-1) && !facts.Targets.Contains(0));
}

/// <summary>The usual data, moved into the domain of a loss: outside of it there are only NaN to compute.</summary>
internal sealed class PointwiseData(int count)
{
    private const float Range = 4;
    private const float Least = 0.0625f;

    public float[] Predictions { get; } = new float[count];

    public float[] Targets { get; } = new float[count];

    public float[] Gradient { get; } = new float[count];

    public float[] Hessian { get; } = new float[count];

    public void Fill(PointwiseKind kind)
    {
        BenchmarkData.Fill<float>(Predictions, Targets);
        if (!kind.HasNegativePredictions)
        {
            float scale = kind.HasLargePredictions ? Range : 1;
            foreach (ref float x in Predictions.AsSpan())
            {
                x = scale * (Least + ((1 - (2 * Least)) * Math.Abs(x) / Range));
            }
        }

        foreach (ref float target in Targets.AsSpan())
        {
            target = kind.HasNegativeTargets ? (2 * target) - 1
                : kind.HasZeroTargets ? target
                : target + 0.5f;
        }
    }
}
