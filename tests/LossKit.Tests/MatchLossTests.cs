using LossKit.Tests.Support;

namespace LossKit.Tests;

/// <summary>What is particular to losses of matches, and of supervised contrast.</summary>
public sealed class MatchLossTests
{
    private const int Items = 21;
    private const int Dimension = 6;
    private const double Temperature = 0.3;

    [Fact]
    public void InfoNce_is_the_softmax_cross_entropy_of_similarities()
    {
        EmbeddingSample<double> sample = Sample();
        (double[] queries, double[] keys) = (sample.Inputs[0], sample.Inputs[1]);
        double[] similarities = new double[Items * Items];
        for (int i = 0; i < Items * Items; i++)
        {
            similarities[i] = Dot(queries, i / Items, keys, i % Items) / Temperature;
        }

        double[] slopes = new double[Items * Items];
        Cost expected = Loss.SoftmaxCrossEntropy<double>(Items).ValueAndGradient(
            similarities, [.. Enumerable.Range(0, Items)], slopes, sample.Weights);
        double[] ofQueries = new double[queries.Length];
        double[] ofKeys = new double[keys.Length];
        Cost cost = Loss.InfoNce<double>(Dimension, Temperature, normalize: false).ValueAndGradient(
            new() { First = queries, Second = keys }, new() { First = ofQueries, Second = ofKeys }, sample.Weights);
        cost.Sum.Should().BeApproximately(expected.Sum, 1e-12);
        for (int at = 0; at < queries.Length; at++)
        {
            (int row, int column) = (at / Dimension, at % Dimension);
            IEnumerable<int> all = Enumerable.Range(0, Items);
            ofQueries[at].Should().BeApproximately(
                all.Sum(j => slopes[row * Items + j] * keys[j * Dimension + column]) / Temperature, 1e-12);
            ofKeys[at].Should().BeApproximately(
                all.Sum(i => slopes[i * Items + row] * queries[i * Dimension + column]) / Temperature, 1e-12);
        }
    }

    [Fact]
    public void NtXent_is_supervised_contrast_of_two_views()
    {
        EmbeddingSample<double> sample = Sample();
        double[] views = [.. sample.Inputs[0], .. sample.Inputs[1]];
        int[] items = [.. Enumerable.Range(0, Items), .. Enumerable.Range(0, Items)];
        double[] weights = [.. sample.Weights, .. sample.Weights.Reverse()];
        double[] expected = new double[views.Length];
        double[] first = new double[views.Length / 2];
        double[] second = new double[views.Length / 2];
        Cost supervised = Loss.SupervisedContrastive<double>(Dimension, Temperature).ValueAndGradient(
            new() { Embeddings = views, Labels = items }, new() { Embeddings = expected }, weights);
        Cost cost = Loss.NtXent<double>(Dimension, Temperature).ValueAndGradient(
            new() { First = sample.Inputs[0], Second = sample.Inputs[1] },
            new() { First = first, Second = second },
            weights);
        cost.Sum.Should().BeApproximately(supervised.Sum, 1e-12);
        (cost.Weight, cost.Count).Should().Be((supervised.Weight, supervised.Count));
        first.Concat(second).Should().Equal(expected, (left, right) => Math.Abs(left - right) < 1e-13);
    }

    [Fact]
    public void Losses_of_first_views_come_before_those_of_second_ones()
    {
        EmbeddingSample<double> sample = Sample();
        MatchLoss<double> loss = Loss.NtXent<double>(Dimension);
        Views<double> views = new() { First = sample.Inputs[0], Second = sample.Inputs[1] };
        loss.Losses(views).Should().Be(2 * Items);
        double[] losses = new double[2 * Items];
        double[] exchanged = new double[2 * Items];
        loss.PerExample(views, losses);
        loss.PerExample(new() { First = views.Second, Second = views.First }, exchanged);
        losses[..Items].Should().NotEqual(losses[Items..]);
        losses[..Items].Should().Equal(exchanged[Items..], (left, right) => Math.Abs(left - right) < 1e-13);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_single_item_matches_itself(bool isSymmetric)
    {
        MatchLoss<float> loss = isSymmetric ? Loss.NtXent<float>(3) : Loss.InfoNce<float>(3);
        float[] first = [1, 1, 1];
        float[] second = [1, 1, 1];
        Views<float> views = new() { First = [1, 2, 3], Second = [-3, 0, 1] };
        Cost cost = loss.ValueAndGradient(views, new() { First = first, Second = second });
        (cost.Sum, cost.Count).Should().Be((0, loss.Losses(views)));
        first.Concat(second).Should().AllBeEquivalentTo(0f);
    }

    [Fact]
    public void Cold_similarities_stay_finite()
    {
        EmbeddingSample<float> sample = Sample().To<float>();
        float[] first = new float[sample.Inputs[0].Length];
        float[] second = new float[first.Length];
        Cost cost = Loss.InfoNce<float>(Dimension, 1e-6).ValueAndGradient(
            new() { First = sample.Inputs[0], Second = sample.Inputs[1] }, new() { First = first, Second = second });
        cost.Mean.Should().BeInRange(1e5, 2e6);
        first.Concat(second).Should().OnlyContain(x => float.IsFinite(x)).And.Contain(x => x != 0);
    }

    [Theory]
    [InlineData(1e-15f)]
    [InlineData(1e15f)]
    [InlineData(1e25f)]
    public void Rows_too_long_or_too_short_for_their_squares_do_not_pass_for_others(float length)
    {
        // By definition the loss is tiny: each query is its key. Rows below 1e-12 are nearly rows of zeros.
        float[] rows = [length, 0, 0, length];
        double expected = length > 1 ? 0 : Math.Log(2);
        double mean = Loss.InfoNce<float>(2).Value(new() { First = rows, Second = rows }).Mean;
        (double.IsNaN(mean) || Math.Abs(mean - expected) < 1e-4).Should().BeTrue($"it is {mean}, not {expected}");
    }

    [Fact]
    public void Rows_without_partner_are_negatives_only()
    {
        InBatchLoss<double> loss = Loss.SupervisedContrastive<double>(1, 1, normalize: false);
        double[] losses = new double[3];
        double[] gradient = new double[3];
        Labelled<double> batch = new() { Embeddings = [1, 2, 0.5], Labels = [4, 4, 9] };
        Cost cost = loss.PerExample(batch, losses, [1, 1, 100]);
        (cost.Weight, cost.Count).Should().Be((2, 2));
        double expected = Math.Log(1 + Math.Exp(0.5 - 2));
        losses[0].Should().BeApproximately(expected, 1e-15);
        losses[2].Should().Be(0);
        loss.ValueAndGradient(batch, new() { Embeddings = gradient }, [1, 0, 100]);
        double pulled = 1 / (1 + Math.Exp(2 - 0.5));
        gradient[2].Should().BeApproximately(pulled, 1e-15);
    }

    private static EmbeddingSample<double> Sample() => EmbeddingSamples.Anywhere<double>(
        EmbeddingCatalogue.Get("InfoNce").Double(Dimension), Items, Dimension);

    private static double Dot(double[] left, int row, double[] right, int other) =>
        Enumerable.Range(0, Dimension).Sum(k => left[row * Dimension + k] * right[other * Dimension + k]);
}
