using LossKit.Tests.Support;

namespace LossKit.Tests;

/// <summary>ListMLE against its definition.</summary>
[Trait("Category", "Kernels")]
public sealed class ListMleTests
{
    [Theory]
    [InlineData(null, false, 3)]
    [InlineData(4, true, 3)]
    [InlineData(2, false, 1e4)]
    public void Agrees_with_the_definition(int? truncation, bool positionDiscount, double size)
    {
        Random random = new(1);
        int[] lengths = [1, 0, 12, 40, 3, 2];
        int items = lengths.Sum();
        double[] scores = [.. Enumerable.Range(0, items).Select(_ => size * (random.NextDouble() - 0.5))];
        double[] relevances = [.. Enumerable.Range(0, items).Select(_ => (double)random.Next(4))];
        bool[] mask = [.. Enumerable.Range(0, items).Select(_ => random.Next(5) > 0)];
        double[] weights = [.. lengths.Select(_ => (double)random.Next(3))];
        double[] gradient = new double[items];
        double[] slopes = new double[items];
        double expected = 0;
        for (int list = 0, first = 0; list < lengths.Length; first += lengths[list], list++)
        {
            int[] order =
            [
                .. Enumerable.Range(first, lengths[list]).Where(i => mask[i]).OrderByDescending(i => relevances[i]),
            ];
            for (int p = 0; p < Math.Min(order.Length, truncation ?? int.MaxValue); p++)
            {
                double factor = weights[list] * (positionDiscount ? 1 / Math.Log2(2 + p) : 1);
                double largest = order[p..].Max(i => scores[i]);
                double sum = order[p..].Sum(i => Math.Exp(scores[i] - largest));
                expected += factor * (largest + Math.Log(sum) - scores[order[p]]);
                slopes[order[p]] -= factor;
                foreach (int i in order[p..])
                {
                    slopes[i] += factor * Math.Exp(scores[i] - largest) / sum;
                }
            }
        }

        // What is masked may hold anything.
        double[] given = [.. scores.Select((score, i) => mask[i] ? score : double.NaN)];
        Cost cost = Loss.ListMle<double>(truncation, positionDiscount).ValueAndGradient(
            new() { Scores = given, Relevances = relevances, Lengths = lengths, Mask = mask },
            new() { Scores = gradient },
            weights,
            Reduction.Sum);
        cost.Sum.Should().BeApproximately(expected, 1e-12 * Math.Max(1, expected));
        gradient.Should().Equal(slopes, (left, right) => Math.Abs(left - right) < 1e-11);
        Loss.ListMle<double>(truncation, positionDiscount).Value(
            new() { Scores = given, Relevances = relevances, Lengths = lengths, Mask = mask },
            weights).Should().Be(cost);
    }

    [Fact]
    public void A_NaN_stays_in_its_list()
    {
        float[] gradient = new float[5];
        float[] losses = new float[2];
        Rankings<float> batch = new()
        {
            Scores = [1, float.NaN, 2, 1, 0],
            Relevances = [1, 0, 0, 2, 1],
            Lengths = [2, 3],
        };
        Loss.ListMle<float>().ValueAndGradient(batch, new() { Scores = gradient }).Mean.Should().Be(double.NaN);
        Loss.ListMle<float>().PerExample(batch, losses);
        gradient.Select(float.IsNaN).Should().Equal([true, true, false, false, false]);
        losses.Select(float.IsNaN).Should().Equal([true, false]);
        Cost cost = Loss.ListMle<float>().ValueAndGradient(batch, new() { Scores = gradient }, [0, 1]);
        cost.Mean.Should().BeApproximately(losses[1], 1e-6);
        gradient.Select(slope => slope == 0).Should().Equal([true, true, false, false, false]);
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        double[] gradient = [7, 7, 7];
        foreach (Action call in new Action[]
        {
            () => Call([1, 2], [3]),
            () => Call([1, 2, 3], [2]),
            () => Call([1, 2, 3], [4]),
            () => Call([1, 2, 3], [4, -1]),
            () => Call([1, 2, double.NaN], [3]),
            () => Call([1, 2, 3], [3], [1, 1]),
            () => Loss.ListMle<double>().ValueAndGradient(
                new() { Scores = gradient, Relevances = [1, 2, 3], Lengths = [3] }, new() { Scores = gradient }),
            () => Loss.ListMle<double>(truncation: 0),
        })
        {
            call.Should().Throw<ArgumentException>().Which.ParamName.Should().NotBeNull();
        }

        gradient.Should().Equal([7, 7, 7]);

        void Call(double[] relevances, int[] lengths, double[]? weights = null) =>
            Loss.ListMle<double>().ValueAndGradient(
                new() { Scores = [1, 2, 3], Relevances = relevances, Lengths = lengths },
                new() { Scores = gradient },
                weights);
    }
}
