using LossKit;
using LossKit.Plots;
using Toolbox;

namespace LiveMetrics;

/// <summary>
/// A small network that tells two rings apart, epoch by epoch, until its monitor says that it has had enough. What an
/// epoch does depends on the parameters and on its number alone, so that a training can be resumed.
/// </summary>
internal sealed class Training
{
    public const int Hidden = 8;

    private const int BatchSize = 32;
    private const float LearningRate = 0.1f;

    private static readonly Rings s_train = new(count: 1500, seed: 1);
    private static readonly Rings s_validation = new(count: 1000, seed: 2);
    private static readonly PointwiseLoss<float> s_loss = Loss.Logistic<float>();
    private static readonly PointwiseMetric<float> s_isWrong = Loss.ZeroOne<float>();

    private readonly Network _network = new(Rings.Inputs, Hidden, 1, new(1));

    private Training(TrainingMonitor monitor) => History = new(monitor);

    public static Metric Errors { get; } = new("error rate", Better.Lower)
    {
        Bound = 0,
        Resolution = 1.0 / s_validation.Count,
    };

    /// <summary>What the monitor was told and has said, for a picture.</summary>
    public TrainingHistory History { get; }

    public TrainingMonitor Monitor => History.Monitor;

    public int Epoch { get; private set; }

    public static Training Start() => new(Tagged());

    public static Training Resume(Checkpoint checkpoint) => new Training(
        new(checkpoint.Monitor) { Tags = Tagged().Tags }).With(checkpoint);

    /// <summary>As without a monitor's state: the model goes on, and what was known of it is gone.</summary>
    public static Training ResumeForgetting(Checkpoint checkpoint) => new Training(Tagged()).With(checkpoint);

    public Checkpoint Save() =>
        new(Epoch, [.. _network.Trainables.Select(trainable => trainable.Values.ToArray())], Monitor.State);

    /// <summary>Trains until the monitor stops it, or until so many epochs are over.</summary>
    public Training Run(int until = 1000)
    {
        while (Epoch < until && !Monitor.ShouldStop)
        {
            Cost train = RunEpoch(new(Epoch));
            float[] scores = _network.Forward(s_validation.Points);
            Cost validation = s_loss.Value(scores, s_validation.Sides);
            History.Add(train, validation, [s_isWrong.Value(scores, s_validation.Sides).Mean]);
            Epoch++;
        }

        return this;
    }

    private static TrainingMonitor Tagged() =>
        new([Errors], patience: 20) { Tags = new() { { "run", "rings" }, { "model", $"{Rings.Inputs}-{Hidden}-1" } } };

    private Training With(Checkpoint checkpoint)
    {
        Epoch = checkpoint.Epoch;
        foreach ((float[] saved, Trainable trainable) in checkpoint.Parameters.Zip(_network.Trainables))
        {
            saved.CopyTo(trainable.Values, 0);
        }

        return this;
    }

    private Cost RunEpoch(Random random)
    {
        int[] order = [.. Enumerable.Range(0, s_train.Count)];
        random.Shuffle(order);
        Cost total = default;
        foreach (int[] batch in order.Chunk(BatchSize))
        {
            float[] points = [.. batch.SelectMany(i => s_train.Points[(Rings.Inputs * i)..(Rings.Inputs * (i + 1))])];
            float[] sides = [.. batch.Select(i => s_train.Sides[i])];
            float[] scores = _network.Forward(points);
            float[] gradient = new float[batch.Length];
            total += s_loss.ValueAndGradient(scores, sides, gradient);
            _network.Backward(gradient);
            foreach (Trainable trainable in _network.Trainables)
            {
                for (int i = 0; i < trainable.Values.Length; i++)
                {
                    trainable.Values[i] -= LearningRate * trainable.Gradient[i];
                }
            }
        }

        return total;
    }
}
