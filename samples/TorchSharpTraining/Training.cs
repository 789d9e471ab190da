using System.Diagnostics;
using CostSensitiveDiagnosis;
using LossKit;
using LossKit.TorchSharp;

namespace TorchSharpTraining;

/// <summary>The same networks, splits and settings for every loss.</summary>
internal static class Training
{
    public const int Splits = 10;
    public const int Steps = 120;
    public const int Hidden = 16;
    public const double LearningRate = 0.01;
    public const double WeightDecay = 1e-3;

    /// <summary>A network of random numbers, the same for the same seed.</summary>
    public static nn.Module<Tensor, Tensor> Network(long inputs, int seed)
    {
        _ = manual_seed(seed);
        return nn.Sequential(nn.Linear(inputs, Hidden), nn.ReLU(), nn.Linear(Hidden, 1));
    }

    public static Result Run(Candidate candidate, Action<int, string> onSplit)
    {
        Outcome[] atZero = new Outcome[Splits];
        Outcome[] atCheapest = new Outcome[Splits];
        TimeSpan time = TimeSpan.Zero;
        for (int i = 0; i < Splits; i++)
        {
            using Split split = new(seed: i + 1);
            using nn.Module<Tensor, Tensor> network = Network(split.Train.shape[1], seed: i);
            long start = Stopwatch.GetTimestamp();
            Train(network, candidate.Loss, split);
            time += Stopwatch.GetElapsedTime(start);

            using IDisposable values = no_grad();
            using Tensor logits = network.call(split.Test);
            atZero[i] = Decide(logits, split.TestTargets, threshold: 0);
            atCheapest[i] = Decide(
                logits, split.TestTargets, Link.Logit.Apply(BusinessCost.Decisions.CalibratedThreshold));
            onSplit(i + 1, $"the last one's decisions cost {atZero[i].Cost:F0}");
        }

        return new(candidate, atZero, atCheapest, time.TotalSeconds);
    }

    private static Outcome Decide(Tensor logits, Tensor targets, double threshold)
    {
        // Each kind of error at a price of 1 is a count of them.
        return new(
            Price(new(falsePositive: 0, falseNegative: 1)),
            Price(new(falsePositive: 1, falseNegative: 0)),
            Price(BusinessCost.Decisions));

        double Price(DecisionCosts costs) => costs.AtThreshold<float>(threshold).Value(logits, targets).Sum;
    }

    /// <summary>What any training loop of TorchSharp looks like; whose loss it is does not matter.</summary>
    private static void Train(nn.Module<Tensor, Tensor> network, Loss<Tensor, Tensor, Tensor> loss, Split split)
    {
        using optim.Optimizer optimizer = optim.AdamW(
            network.parameters(), lr: LearningRate, weight_decay: WeightDecay);
        for (int step = 0; step < Steps; step++)
        {
            using DisposeScope scope = NewDisposeScope();
            optimizer.zero_grad();
            loss.call(network.call(split.Train), split.TrainTargets).backward();
            _ = optimizer.step();
        }
    }
}
