using System.Numerics.Tensors;

namespace LossKit.Tensors.Tests;

public sealed class ReadmeExample
{
    [Fact]
    public void Works()
    {
        // Two pixels of an image by 3 classes, classes first, as networks of images have them: N × C × W.
        Tensor<float> logits = Tensor.Create<float>([2, 0, -1, 0, 0, 3], [1, 3, 2]);
        Tensor<int> labels = Tensor.Create([0, 2], [1, 2]);
        Tensor<float> gradient = Tensor.CreateFromShape<float>([1, 3, 2]);

        RowLoss<float, int> loss = Loss.SoftmaxCrossEntropy<float>(classes: 3);
        Cost cost = loss.ValueAndGradient(logits, labels, gradient, axis: 1);
        Console.WriteLine($"{cost}, slope of the first pixel's class 0: {gradient[0, 0, 0]:F3}");

        double sum = Math.Exp(2) + Math.Exp(-1) + 1;
        double other = 1 + 1 + Math.Exp(3);
        cost.Mean.Should().BeApproximately((Math.Log(sum) - 2 + Math.Log(other) - 3) / 2, 1e-6);
        gradient[0, 0, 0].Should().BeApproximately((float)((Math.Exp(2) / sum - 1) / 2), 1e-6f);
    }
}
