using LossKit;
using LossKit.Orleans;

namespace ClusterTraining;

/// <summary>
/// The squared distance of the parameters from a point of each shard: next to nothing to compute, and a gradient as
/// long as one likes. What it takes is what parameters and gradients take on their way.
/// </summary>
internal sealed class WideObjective : IShardObjective<float>
{
    public const string Name = "wide";

    private static readonly PointwiseLoss<float> s_loss = Loss.SquaredError<float>();

    public Cost Value(int shard, ReadOnlySpan<float> parameters, CancellationToken cancellationToken) =>
        s_loss.Value(parameters, Points(shard, parameters.Length));

    public Cost ValueAndGradient(
        int shard, ReadOnlySpan<float> parameters, Span<float> gradient, CancellationToken cancellationToken) =>
        s_loss.ValueAndGradient(
            parameters, Points(shard, parameters.Length), gradient, reduction: Reduction.Sum);

    private static float[] Points(int shard, int length)
    {
        float[] points = new float[length];
        Array.Fill(points, 1f / (1 + shard));
        return points;
    }
}
