using System.Diagnostics;
using LossKit;
using Toolbox;

namespace DigitEmbedding;

/// <summary>Mini-batch training, with the same settings and batches for every loss.</summary>
internal static class Training
{
    public const int Epochs = 40;
    public const int BatchSize = 128;
    public const int HiddenUnits = 128;
    public const float LearningRate = 3e-3f;
    private const int NetworkSeed = 2;
    private const int ShuffleSeed = 3;

    public static Result Run(Method method, LabelledRows train, LabelledRows test, Action<Epoch> onEpoch)
    {
        Network network = new(train.Columns, HiddenUnits, method.Outputs, new Random(NetworkSeed));
        Adam adam = new(network.Trainables);
        Random random = new(ShuffleSeed);
        Snapshot before = Snapshot.Of(network, method.Readout, train, test);
        Snapshot after = before;
        Stopwatch watch = new();
        for (int number = 1; number <= Epochs; number++)
        {
            watch.Start();
            (Cost cost, TripletCount triplets) = RunEpoch(network, adam, method.Loss, train, random);
            watch.Stop();
            after = Snapshot.Of(network, method.Readout, train, test);
            onEpoch(new(number, cost, triplets, after.Accuracy));
        }

        return new(method, before, after, watch.Elapsed.TotalSeconds);
    }

    private static (Cost Cost, TripletCount Triplets) RunEpoch(
        Network network, Adam adam, BatchCost loss, LabelledRows train, Random random)
    {
        int[] order = [.. Enumerable.Range(0, train.Count)];
        random.Shuffle(order);
        Cost cost = default;
        TripletCount triplets = default;
        foreach (int[] indices in order.Chunk(BatchSize))
        {
            LabelledRows batch = train.Pick(indices);
            float[] outputs = network.Forward(batch.Values);
            float[] gradient = new float[outputs.Length];

            cost += loss(outputs, batch.Labels, gradient, out TripletCount ofBatch);
            triplets += ofBatch;
            network.Backward(gradient);
            adam.Step(LearningRate);
        }

        return (cost, triplets);
    }
}
