using LossKit.Tests.Support;

namespace LossKit.Tests;

/// <summary>What is particular to losses of pairs.</summary>
public sealed class PairLossTests
{
    [Theory]
    [InlineData("Contrastive")]
    [InlineData("CosineEmbedding")]
    public void Exchanged_sides_have_exchanged_gradients(string name)
    {
        EmbeddingLosses<float> loss = EmbeddingCatalogue.Get(name).Single(17);
        EmbeddingSample<float> sample = EmbeddingSamples.Anywhere<float>(loss, 70, 17);
        EmbeddingRun<float> run = loss.Run(sample);
        EmbeddingRun<float> exchanged = loss.Run(sample with { Inputs = [sample.Inputs[1], sample.Inputs[0]] });
        exchanged.Losses.Should().Equal(run.Losses);
        exchanged.Gradients[0].Should().Equal(run.Gradients[1]);
        exchanged.Gradients[1].Should().Equal(run.Gradients[0]);
    }

    [Theory]
    [InlineData("Contrastive")]
    [InlineData("MarginRanking")]
    public void Gradients_of_both_sides_are_opposite(string name)
    {
        EmbeddingInstance instance = EmbeddingCatalogue.Get(name);
        int dimension = instance.Fit(13);
        EmbeddingLosses<float> loss = instance.Single(dimension);
        float[][] gradients = loss.Run(EmbeddingSamples.Anywhere<float>(loss, 70, dimension)).Gradients;
        gradients[0].Should().Contain(x => x != 0);
        gradients[1].Should().Equal(gradients[0].Select(x => -x));
    }

    [Fact]
    public void Contrastive_losses_of_known_pairs()
    {
        // Similar at 5; dissimilar at 0.5, 0, 1 and 2, with a margin of 1.
        double[] first = [3, 4, 0, 0, 1, 1, 0, 0, 0, 0];
        double[] second = [0, 0, 0.3, 0.4, 1, 1, 1, 0, 0, 2];
        double[] gradient = new double[10];
        double[] losses = new double[5];
        PairLoss<double> loss = Loss.Contrastive<double>(2);
        Pairs<double> pairs = new() { First = first, Second = second, Labels = [1, 0, 0, 0, 0] };
        loss.PerExample(pairs, losses);
        losses.Should().Equal(25, 0.25, 1, 0, 0);
        loss.ValueAndGradient(pairs, new() { First = gradient }, reduction: Reduction.Sum).Sum.Should().Be(26.25);
        gradient.Should().Equal(6, 8, 0.6, 0.8, 0, 0, 0, 0, 0, 0);
    }

    [Fact]
    public void Rankings_have_no_gradient_at_the_kink()
    {
        double[] first = new double[4];
        double[] second = new double[4];
        Cost cost = Loss.MarginRanking<double>(1).ValueAndGradient(
            new() { First = [1, 0, 0.5, 3], Second = [0, 1, 0, 1], Labels = [1, -1, 1, -1] },
            new() { First = first, Second = second },
            reduction: Reduction.Sum);
        cost.Sum.Should().Be(0.5 + 3);
        first.Should().Equal(0, 0, -1, 1);
        second.Should().Equal(0, 0, 1, -1);
    }

    [Fact]
    public void Cosines_of_zeros_are_zero_and_stay_finite()
    {
        float[] first = new float[4];
        float[] second = new float[4];
        float[] losses = new float[2];
        PairLoss<float> loss = Loss.CosineEmbedding<float>(2);
        Pairs<float> pairs = new() { First = [0, 0, 0, 0], Second = [0, 0, 1, 2], Labels = [1, 1] };
        loss.PerExample(pairs, losses);
        losses.Should().Equal(1, 1);
        loss.ValueAndGradient(pairs, new() { First = first, Second = second });
        first.Concat(second).Should().OnlyContain(x => float.IsFinite(x));
        second.Should().AllBeEquivalentTo(0f);
    }

    [Theory]
    [InlineData(1e-4)]
    [InlineData(1e60)]
    [InlineData(1e100)]
    public void Cosines_do_not_depend_on_lengths_in_double(double length)
    {
        double[] losses = new double[2];
        Loss.CosineEmbedding<double>(2).PerExample(
            new() { First = [length, 0, length, 0], Second = [length, 0, 0, length], Labels = [1, -1] }, losses);
        losses[0].Should().BeApproximately(0, 1e-3);
        losses[1].Should().Be(0);
    }

    [Fact]
    public void Weights_that_cancel_have_no_mean()
    {
        double[] first = [1, 1, 1, 1];
        double[] second = [1, 1, 1, 1];
        Cost cost = Loss.Contrastive<double>(2).ValueAndGradient(
            new() { First = [1, 2, 3, 4], Second = [0, 0, 0, 0], Labels = [1, 1] },
            new() { First = first, Second = second },
            [1, -1]);
        cost.Mean.Should().Be(double.NaN);
        first.Concat(second).Should().AllBeEquivalentTo(0);
    }
}
