using LossKit;
using Toolbox;

namespace ProbabilisticForecast;

/// <summary>Mini-batch training, with the same network, settings and batches for every loss.</summary>
internal static class Training
{
    public const int Rounds = 40;
    public const int StepsOfRound = 100;
    public const int BatchSize = 256;
    public const int HiddenUnits = 16;
    public const float LearningRate = 3e-3f;
    private const int NetworkSeed = 1;
    private const int DrawSeed = 2;

    public static Network Run(Method method, CarbonDioxide series, Question[] questions, Action<int, string> onRound)
    {
        Network network = new(Question.Features, HiddenUnits, method.Loss.Predictions, new Random(NetworkSeed));
        Adam adam = new(network.Trainables);
        Random random = new(DrawSeed);
        CostAggregator aggregator = new();
        float[] gradient = new float[BatchSize * method.Loss.Predictions];
        float[] weights = new float[BatchSize];
        for (int round = 1; round <= Rounds; round++)
        {
            aggregator.Reset();
            for (int step = 0; step < StepsOfRound; step++)
            {
                Question[] batch = random.GetItems(questions, BatchSize);
                float[] outputs = network.Forward(Question.FeaturesOf(batch, series));
                float[] targets = Question.TargetsOf(batch, series);

                // Weeks without a measurement are NaN. With a weight of 0 they have no part in cost and gradient.
                for (int i = 0; i < BatchSize; i++)
                {
                    weights[i] = float.IsNaN(targets[i]) ? 0 : 1;
                }

                aggregator.Add(method.Loss.ValueAndGradient(outputs, targets, gradient, weights));
                network.Backward(gradient);

                // Ever smaller steps: the noise of the batches averages out.
                adam.Step(LearningRate * (1 - (float)(round - 1) / Rounds));
            }

            onRound(round, $"mean loss {aggregator.Mean:F4}");
        }

        return network;
    }
}
