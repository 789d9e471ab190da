namespace LossKit.TorchSharp.Tests;

public sealed class ReadmeExample
{
    [TorchFact]
    public void Works()
    {
        using IDisposable seed = Seeded();
        using nn.Module<Tensor, Tensor> network = nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 1));
        using optim.Optimizer optimizer = optim.Adam(network.parameters(), lr: 0.05);
        using Tensor x = tensor(new float[] { 0, 0, 0, 1, 1, 0, 1, 1 }, [4, 2]);
        using Tensor y = tensor(new float[] { 0, 1, 1, 1 }, [4, 1]);

        using TensorLoss<float, float> loss = Loss.BinaryCrossEntropyLogits<float>(positiveWeight: 10).ToTorch();
        for (int step = 0; step < 200; step++)
        {
            using DisposeScope scope = NewDisposeScope();
            optimizer.zero_grad();
            loss.forward(network.call(x), y).backward();
            optimizer.step();
        }

        // A missed positive costs 10, a false alarm 1. Metrics take tensors, too.
        DecisionCosts price = new(falsePositive: 1, falseNegative: 10);
        using Tensor logits = network.call(x);
        Cost cost = price.AtThreshold<float>(0).Value(logits, y);
        Console.WriteLine($"cross-entropy {loss.Cost.Mean:F3}, cost of decisions {cost.Mean:F3}");

        cost.Mean.Should().Be(0);
        loss.Cost.Mean.Should().BeLessThan(0.5);
    }

    [TorchFact]
    public void Batches_work()
    {
        using DisposeScope scope = NewDisposeScope();
        using Tensor embeddings = randn(4, 64, requires_grad: true);
        using Tensor labels = tensor(new long[] { 0, 1, 0, 1 });
        BatchTensorLoss<float, Labelled<float>, LabelledGradients<float>> contrast =
            Loss.SupervisedContrastive<float>(dimension: 64).ToTorch();
        using Tensor contrastive = contrast.forward(embeddings, labels);

        using Tensor risks = randn(4, requires_grad: true);
        using Tensor times = tensor(new float[] { 1, 2, 3, 4 });
        using Tensor events = tensor(new long[] { 1, 1, 0, 1 });
        using Tensor survival = Loss.Cox<float>().ToTorch().forward(
            batch => new()
            {
                Risks = batch.Numbers(risks),
                Times = batch.Numbers(times),
                Events = batch.Labels(events),
            },
            gradient => new() { Risks = gradient.Gradient(risks) });

        Numbers.One(contrastive).Should().BePositive();
        Numbers.One(survival).Should().BePositive();
    }

    [Theory]
    [InlineData(0, "using nn.Module")]
    [InlineData(1, "using Tensor embeddings")]
    public void Is_that_of_the_readme(int block, string start)
    {
        string example = Compact(Read("ReadmeExample.cs.txt"));
        string code = Read("README.md").Split("```csharp")[block + 1].Split("```")[0];
        string statements = code[code.IndexOf(start, StringComparison.Ordinal)..];
        example.Should().Contain(Compact(statements));

        static string Read(string name) => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "readme", name));
        static string Compact(string text) => string.Concat(text.Where(c => !char.IsWhiteSpace(c)));
    }

    private static Generator Seeded() => manual_seed(1);
}
