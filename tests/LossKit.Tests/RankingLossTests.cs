namespace LossKit.Tests;

/// <summary>Losses of groups on lists with masks and item weights.</summary>
public sealed class RankingLossTests
{
    [Theory]
    [InlineData(PairReduction.Sum)]
    [InlineData(PairReduction.Mean)]
    public void A_pair_counts_as_its_higher_item(PairReduction reduction)
    {
        Random random = new(5);
        int[] lengths = [1, 9, 0, 200, 9, 3];
        int items = lengths.Sum();
        double[] scores = [.. Enumerable.Range(0, items).Select(_ => 4 * random.NextDouble())];
        double[] relevances = [.. Enumerable.Range(0, items).Select(_ => (double)random.Next(4))];
        double[] itemWeights = [.. Enumerable.Range(0, items).Select(_ => random.NextDouble())];
        bool[] mask = [.. Enumerable.Range(0, items).Select(_ => random.Next(4) > 0)];
        double[] losses = new double[lengths.Length];
        double[] slopes = new double[items];
        for (int list = 0, first = 0; list < lengths.Length; first += lengths[list], list++)
        {
            double total = 0;
            List<(int Item, double Slope)> found = [];
            for (int i = first; i < first + lengths[list]; i++)
            {
                for (int j = first; j < first + lengths[list]; j++)
                {
                    if (mask[i] && mask[j] && relevances[i] > relevances[j])
                    {
                        losses[list] += itemWeights[i] * Math.Log(1 + Math.Exp(scores[j] - scores[i]));
                        double slope = itemWeights[i] / (1 + Math.Exp(scores[i] - scores[j]));
                        found.AddRange([(i, -slope), (j, slope)]);
                        total += itemWeights[i];
                    }
                }
            }

            double divisor = reduction == PairReduction.Mean && total > 0 ? total : 1;
            losses[list] /= divisor;
            found.ForEach(pair => slopes[pair.Item] += pair.Slope / divisor);
        }

        RankingLoss<double> loss = Loss.PairwiseLogistic<double>(1, reduction).OfRankings();
        double[] gradient = new double[items];
        double[] actual = new double[lengths.Length];
        double[] given = [.. scores.Select((score, i) => mask[i] ? score : double.NaN)];
        Rankings<double> batch = new()
        {
            Scores = given,
            Relevances = relevances,
            Lengths = lengths,
            Mask = mask,
            ItemWeights = itemWeights,
        };
        Cost cost = loss.ValueAndGradient(batch, new() { Scores = gradient }, reduction: Reduction.Sum);
        loss.PerExample(batch, actual).Sum.Should().BeApproximately(cost.Sum, 1e-10);
        actual.Should().Equal(losses, (left, right) => Math.Abs(left - right) < 1e-9);
        gradient.Should().Equal(slopes, (left, right) => Math.Abs(left - right) < 1e-9);
    }

    [Fact]
    public void Only_losses_of_pairs_take_item_weights()
    {
        Action onFolds = () => Loss.SoftDice<float>().OfRankings().Value(
            new() { Scores = [1, 2], Relevances = [0, 1], Lengths = [2], ItemWeights = [1, 1] });
        Action onOrder = () => Loss.ListMle<float>().Value(
            new() { Scores = [1, 2], Relevances = [0, 1], Lengths = [2], ItemWeights = [1, 1] });
        onFolds.Should().Throw<ArgumentException>().WithParameterName("itemWeights");
        onOrder.Should().Throw<ArgumentException>().WithParameterName("itemWeights");
    }

    [Theory]
    [InlineData(PairReduction.Sum)]
    [InlineData(PairReduction.Mean)]
    public void Pairs_that_all_count_nothing_have_no_loss(PairReduction reduction)
    {
        RankingLoss<double> loss = Loss.PairwiseLogistic<double>(1, reduction).OfRankings();
        double[] gradient = [7, 7, 7, 7, 7];
        double[] losses = [7, 7];
        Rankings<double> batch = new()
        {
            Scores = [0, 1, 2, 3, 4],
            Relevances = [1, 0, 2, 1, 0],
            Lengths = [2, 3],
            ItemWeights = [1, 1, 0, 0, 1],
        };
        double only = Math.Log(1 + Math.E);
        loss.ValueAndGradient(batch, new() { Scores = gradient }).Mean.Should().BeApproximately(only / 2, 1e-12);
        loss.PerExample(batch, losses);
        losses[1].Should().Be(0);
        gradient.Select(slope => slope == 0).Should().Equal([false, false, true, true, true]);
    }

    [Fact]
    public void A_list_without_weight_hides_any_relevance()
    {
        foreach (RankingsLoss<double> loss in (RankingsLoss<double>[])
            [Loss.ListMle<double>(), Loss.PairwiseLogistic<double>().OfRankings()])
        {
            double[] gradient = [7, 7, 7, 7];
            double[] losses = new double[2];
            Rankings<double> batch = new()
            {
                Scores = [0, 1, 2, 3],
                Relevances = [1, 0, double.NaN, 1],
                Lengths = [2, 2],
            };
            loss.ValueAndGradient(batch, new() { Scores = gradient }, [1, 0]).Mean
                .Should().BeApproximately(Math.Log(1 + Math.E), 1e-12);
            gradient.Select(slope => slope == 0).Should().Equal([false, false, true, true]);
            loss.PerExample(batch, losses, [1, 0]);
            losses.Select(double.IsNaN).Should().Equal([false, true]);
        }
    }
}
