namespace LossKit.TorchSharp.Tests;

/// <summary>Losses and metrics that are evaluated on tensors, without a gradient.</summary>
public sealed class MetricTests
{
    [TorchFact]
    public void Decisions_of_a_network_have_a_price()
    {
        using DisposeScope scope = NewDisposeScope();

        // Two false alarms at 1, one missed at 10, with weights 1, 2 and 1.
        Tensor logits = Numbers.Learnt<float>([2, 3, -1, 4], 2, 2);
        Tensor truth = Numbers.Of<float>([0, 0, 1, 1], 2, 2);
        Tensor weight = Numbers.Of<float>([1, 2, 1, 4], 2, 2);
        PointwiseMetric<float> price = new DecisionCosts(falsePositive: 1, falseNegative: 10).AtThreshold<float>(0);
        Cost cost = price.Value(logits, truth, weight);
        cost.Sum.Should().Be(1 + 2 + 10);
        cost.Weight.Should().Be(8);
        price.Value(logits, truth).Sum.Should().Be(12);
    }

    [TorchFact]
    public void Losses_of_labels_and_of_16_bits()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor logits = Numbers.Learnt<float>([1, 2, 3, 3, 2, 1], 2, 3);
        Tensor labels = Numbers.Of<int>([2, 0]);
        double expected = Math.Log(1 + Math.Exp(-1) + Math.Exp(-2));
        Loss.SoftmaxCrossEntropy<float>(3).Value(logits, labels).Mean.Should().BeApproximately(expected, 1e-6);
        Loss.SoftmaxCrossEntropy<float>(3).Value(logits.to(ScalarType.BFloat16), labels).Mean
            .Should().BeApproximately(expected, 1e-6);
    }

    [TorchFact]
    public void Lists_and_batches()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor scores = Numbers.Of<double>([1, 3, 2, 3, 2, 1], 2, 3);
        Tensor relevant = Numbers.Of<double>([1, 0, 0, 1, 0, 0], 2, 3);
        Loss.Mrr<double>().Value(scores, relevant).Mean.Should().BeApproximately((1 + 1.0 / 3) / 2, 1e-15);
        Loss.Mrr<double>().Value(scores, relevant, Numbers.Of<double>([0, 1])).Mean.Should().Be(1);
        Loss.Mrr<double>().Value(scores, relevant, mask: Numbers.Of<bool>([true, false, true, true, true, true], 2, 3))
            .Mean.Should().BeApproximately((1 + 0.5) / 2, 1e-15);

        Tensor risks = Numbers.Of<double>([3, 1, 2]);
        Tensor times = Numbers.Of<double>([1, 2, 3]);
        Tensor events = Numbers.Of<int>([1, 1, 1]);
        Loss.ConcordanceIndex<double>().Value(batch => new()
        {
            Risks = batch.Numbers(risks),
            Times = batch.Numbers(times),
            Events = batch.Labels(events),
        }).Mean.Should().BeApproximately(2.0 / 3, 1e-15);
    }
}
