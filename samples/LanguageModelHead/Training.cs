using LossKit;
using Toolbox;

namespace LanguageModelHead;

/// <summary>Passes over the text in another order each, with Adam.</summary>
internal static class Training
{
    public const int Epochs = 5;
    public const int BatchSize = 512;

    private const float LearningRate = 4e-3f;

    public static IEnumerable<Epoch> Run(LanguageModel model, Text text, Action<int, string> onEpoch)
    {
        Random random = new(2);
        Adam adam = new(model.Trainables);
        int[] places = [.. Enumerable.Range(0, text.Train.Length)];
        int[] testPlaces = [.. Enumerable.Range(0, text.Test.Length)];
        List<Epoch> epochs = [];
        for (int epoch = 1; epoch <= Epochs; epoch++)
        {
            random.Shuffle(places);
            CostAggregator training = new();
            int[][] batches = [.. places.Chunk(BatchSize)];
            for (int batch = 0; batch < batches.Length; batch++)
            {
                training.Add(model.Learn(text.Train, batches[batch]));

                // Smaller steps towards the end.
                float left = Epochs - (epoch - 1 + (float)batch / batches.Length);
                adam.Step(LearningRate * left / Epochs);
            }

            epochs.Add(new(Math.Exp(training.Mean), Math.Exp(model.Evaluate(text.Test, testPlaces).Mean)));
            onEpoch(epoch, $"perplexity {epochs[^1].Train:F1} in training, {epochs[^1].Test:F1} held out");
        }

        return epochs;
    }
}

/// <summary>e to the mean loss: among how many equally likely words the model might as well choose.</summary>
/// <param name="Train">While training, with the model changing.</param>
/// <param name="Test">After the epoch, of what is held out.</param>
internal sealed record Epoch(double Train, double Test);
