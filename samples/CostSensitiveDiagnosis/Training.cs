using LossKit;

namespace CostSensitiveDiagnosis;

/// <summary>Mini-batch gradient descent, with the same settings, batches and start for every loss.</summary>
internal static class Training
{
    public const int Epochs = 100;
    public const int BatchSize = 32;
    public const double LearningRate = 0.05;
    public const double WeightDecay = 1e-3;

    /// <summary>How many epochs a trend is made of.</summary>
    public const int Window = 20;

    private const int ShuffleSeed = 2;

    private static readonly Penalty<double> s_penalty = Penalty.L2<double>(WeightDecay);

    public static Result Run(Candidate candidate, Patient[] train, Patient[] test, Action<int, double> onEpoch)
    {
        LinearModel model = new(train[0].Features.Length);
        Random random = new(ShuffleSeed);
        Patient[] shuffled = [.. train];
        CostAggregator aggregator = new();
        TrainingMonitor monitor = new([BusinessCost.Metric], Window);
        double[] losses = new double[Epochs];
        double[] costs = new double[Epochs];
        for (int epoch = 0; epoch < Epochs; epoch++)
        {
            random.Shuffle(shuffled);
            aggregator.Reset();
            RunEpoch(model, candidate, shuffled, aggregator);

            // The mean over all patients, although the last batch is smaller than the others.
            losses[epoch] = aggregator.Mean;
            costs[epoch] = candidate.Evaluate(model, train)["business cost"].Sum;
            monitor.Add(losses[epoch], metrics: [costs[epoch]]);
            onEpoch(epoch + 1, aggregator.Mean);
        }

        double threshold = candidate.BestThreshold(model, train);
        (double[] scores, double[] targets) = candidate.ScoresAndTargets(model, test);
        return new(
            candidate,
            losses,
            costs,
            monitor,
            candidate.Evaluate(model, train),
            candidate.Evaluate(model, test),
            scores,
            targets,
            threshold,
            candidate.Evaluate(model, test, threshold));
    }

    private static void RunEpoch(
        LinearModel model, Candidate candidate, ReadOnlySpan<Patient> patients, CostAggregator aggregator)
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
            candidate.FillTargets(batch, targets);
            aggregator.Add(candidate.Loss.ValueAndGradient(scores, targets, gradient));
            model.Descend(batch, gradient, LearningRate, s_penalty);
        }
    }
}
