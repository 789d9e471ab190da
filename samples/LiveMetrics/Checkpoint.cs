using System.Text.Json;
using LossKit;

namespace LiveMetrics;

/// <summary>All that a training needs to go on: what is learnt, and what the monitor knows.</summary>
internal sealed record Checkpoint(int Epoch, float[][] Parameters, TrainingMonitorState Monitor)
{
    public string ToJson() => JsonSerializer.Serialize(this);

    public static Checkpoint Of(string json) => JsonSerializer.Deserialize<Checkpoint>(json)!;
}
