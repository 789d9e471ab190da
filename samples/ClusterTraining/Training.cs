using System.Diagnostics;
using LossKit;
using LossKit.Orleans;

namespace ClusterTraining;

/// <summary>Gradient descent by whatever evaluates the objective, watched by a monitor.</summary>
internal sealed class Training(ShardedObjective<float> objective, int steps)
{
    private const float LearningRate = 2;

    public TrainingMonitor Monitor { get; } = new(window: 8, threshold: 2.5);

    /// <summary>What it comes to.</summary>
    public float[] Parameters { get; } = new float[SoftmaxRegression.Parameters];

    public List<Cost> Costs { get; } = [];

    public TimeSpan Time { get; private set; }

    /// <summary>The cost's bits at every step, and those of the parameters that have come of it.</summary>
    public IEnumerable<long> Bits =>
    [
        .. Costs.SelectMany(cost => new[] { BitConverter.DoubleToInt64Bits(cost.Sum), cost.Count }),
        .. Parameters.Select(parameter => (long)BitConverter.SingleToInt32Bits(parameter)),
    ];

    /// <param name="stepped">Is told which step is over, from 1 on, and what there is to say.</param>
    /// <param name="progress">Is told of each shard.</param>
    public async Task RunAsync(Action<int, string> stepped, IProgress<ShardProgress>? progress = null)
    {
        float[] gradient = new float[Parameters.Length];
        long start = Stopwatch.GetTimestamp();
        for (int step = 1; step <= steps; step++)
        {
            Cost cost = await objective.ValueAndGradientAsync(Parameters, gradient, progress: progress);
            Costs.Add(cost);
            Monitor.Add(cost);
            for (int i = 0; i < gradient.Length; i++)
            {
                Parameters[i] -= LearningRate * gradient[i];
            }

            stepped(step, $"mean loss {cost.Mean:F6} of {cost.Count:N0} rows, {Monitor.Verdicts}");
        }

        Time = Stopwatch.GetElapsedTime(start);
    }
}
