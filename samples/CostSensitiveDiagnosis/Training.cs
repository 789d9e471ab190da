using LossKit;

namespace CostSensitiveDiagnosis;

/// <summary>Mini-batch gradient descent, with the same settings, batches and start for every loss.</summary>
internal static class Training
{
    public const int Epochs = 100;
    public const int BatchSize = 32;
    public const double LearningRate = 0.05;
    public const double WeightDecay = 1e-3;
    private const int ShuffleSeed = 2;

    public static Result Run(Objective objective, Patient[] train, Patient[] test, Action<int, double> onEpoch)
    {
        LinearModel model = new(train[0].Features.Length);
        Random random = new(ShuffleSeed);
        Patient[] shuffled = [.. train];
        CostAggregator aggregator = new();
        double[] losses = new double[Epochs];
        double[] costs = new double[Epochs];
        for (int epoch = 0; epoch < Epochs; epoch++)
        {
            random.Shuffle(shuffled);
            aggregator.Reset();
            RunEpoch(model, objective, shuffled, aggregator);

            // The mean over all patients, although the last batch is smaller than the others.
            losses[epoch] = aggregator.Mean;
            costs[epoch] = Evaluation.Of(model, objective, train).Cost;
            onEpoch(epoch + 1, aggregator.Mean);
        }

        Evaluation finalTrain = Evaluation.Of(model, objective, train);
        Evaluation finalTest = Evaluation.Of(model, objective, test);
        return new(objective, losses, costs, finalTrain, finalTest);
    }

    private static void RunEpoch(
        LinearModel model, Objective objective, ReadOnlySpan<Patient> patients, CostAggregator aggregator)
    {
        Span<double> scores = stackalloc double[BatchSize];
        Span<double> targets = stackalloc double[BatchSize];
        Span<double> gradient = stackalloc double[BatchSize];
        while (!patients.IsEmpty)
        {
            ReadOnlySpan<Patient> batch = patients[..Math.Min(BatchSize, patients.Length)];
            patients = patients[batch.Length..];

            // A loss takes spans of exactly equal lengths, and the last batch is shorter.
            scores = scores[..batch.Length];
            targets = targets[..batch.Length];
            gradient = gradient[..batch.Length];

            model.Score(batch, scores);
            objective.FillTargets(batch, targets);
            aggregator.Add(objective.Loss.ValueAndGradient(scores, targets, gradient));
            model.Descend(batch, gradient, LearningRate, WeightDecay);
        }
    }
}
