namespace LossKit.ML.Decisions;

/// <summary>Keeps what an evaluation reads: a threshold of least cost is chosen among all scores.</summary>
internal sealed class ScoreCollector : IMetric<float, float>
{
    public Shape Shape => new(1, 1);

    public List<float> Scores { get; } = [];

    public List<float> Targets { get; } = [];

    public List<float> Weights { get; } = [];

    public Cost Value(
        ReadOnlySpan<float> predictions, ReadOnlySpan<float> targets, ReadOnlySpan<float> weights = default)
    {
        Scores.AddRange(predictions);
        Targets.AddRange(targets);
        Weights.AddRange(weights);
        return default;
    }

    public Cost PerExample(
        ReadOnlySpan<float> predictions,
        ReadOnlySpan<float> targets,
        Span<float> losses,
        ReadOnlySpan<float> weights = default) => Value(predictions, targets, weights);
}
