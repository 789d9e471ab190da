using LossKit.Tests.Support;

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

    /// <summary>A pair that counts half, or an item, is one of a batch in which the others are there twice.</summary>
    [Fact]
    public void Item_weights_count_items()
    {
        double[] scores = [0.3, -0.2, 0.9, 0.1];
        double[] relevances = [2, 0, 0, 1];
        double[] itemWeights = [1, 5, 7, 3];
        double[] single = new double[4];
        double[] gradient = new double[4];

        // Of 1 and 3, by the pairs of each alone: with other items that are not relevant the weights do not meet.
        Cost softmax = Loss.SoftmaxRanking<double>().OfRankings().Value(
            new() { Scores = scores, Relevances = relevances, Lengths = [4], ItemWeights = itemWeights });
        double log = GroupReference.LogSumExp(scores);
        softmax.Sum.Should().BeApproximately(2 * (log - 0.3) + 3 * (log - 0.1), 1e-12);

        Cost lambda = Loss.LambdaRank<double>(LambdaWeighting.LabelDifference).OfRankings().ValueAndGradient(
            new() { Scores = scores, Relevances = relevances, Lengths = [4], ItemWeights = itemWeights },
            new() { Scores = gradient });
        double expected = 0;
        foreach ((int higher, int lower) in ((int, int)[])[(0, 1), (0, 2), (0, 3), (3, 1), (3, 2)])
        {
            double weight = itemWeights[higher] * (relevances[higher] - relevances[lower]);
            expected += weight * GroupReference.Softplus(scores[lower] - scores[higher]);
            double pull = weight / (1 + Math.Exp(scores[higher] - scores[lower]));
            single[higher] -= pull;
            single[lower] += pull;
        }

        lambda.Sum.Should().BeApproximately(expected, 1e-12);
        gradient.Should().Equal(single, (left, right) => Math.Abs(left - right) < 1e-12);
    }

    /// <summary>Weights and masks of items, of short lists and long ones.</summary>
    [Theory]
    [InlineData(7)]
    [InlineData(140)]
    public void Softmaxes_weigh_and_leave_out_items(int length)
    {
        Random random = new(8);
        double[] scores = [.. Enumerable.Range(0, length).Select(_ => 4 * random.NextDouble())];
        double[] relevances = [.. scores.Select(_ => (double)random.Next(4))];
        double[] itemWeights = [.. scores.Select((_, i) => i % 3 == 1 ? 0 : random.NextDouble())];
        bool[] mask = [.. scores.Select((_, i) => i % 4 != 2)];
        int[] kept = [.. Enumerable.Range(0, length).Where(i => mask[i])];
        double[] ofKept = [.. kept.Select(i => scores[i])];
        double[] relevant = [.. kept.Select(i => relevances[i])];
        double[] weights = [.. kept.Select(i => itemWeights[i])];
        double[] counts = [.. relevant.Zip(weights, (relevance, weight) => relevance * weight)];
        double[] given = [.. scores.Select((score, i) => mask[i] ? score : double.NaN)];
        Rankings<double> batch = new()
        {
            Scores = given,
            Relevances = relevances,
            Lengths = [length],
            Mask = mask,
            ItemWeights = itemWeights,
        };
        Loss.UniqueSoftmax<double>().OfRankings().Value(batch).Sum
            .Should().BeApproximately(GroupReference.UniqueSoftmax(ofKept, relevant, weights), 1e-9);
        Loss.Poly1SoftmaxRanking<double>(0.5).OfRankings().Value(batch).Sum.Should().BeApproximately(
            GroupReference.Poly1(ofKept, counts, [.. counts.Select(count => count / counts.Sum())], 0.5), 1e-9);
    }

    /// <summary>An item that is far below the list's best may still have to outdo others.</summary>
    [Fact]
    public void A_unique_softmax_is_of_an_item_and_those_below_it()
    {
        double[] gradient = new double[5];
        double[] hessian = new double[5];
        Cost cost = Loss.UniqueSoftmax<double>().ValueGradientAndHessian(
            [5000, -1, 0, double.NegativeInfinity, 1], [3, 1, 0, 0, 1], Groups.OfWidth(5), gradient, hessian);
        cost.Sum.Should().BeApproximately(Math.Log(1 + Math.E) + Math.Log(1 + 1 / Math.E), 1e-12);
        (double first, double second) = (1 / (1 + 1 / Math.E), 1 / (1 + Math.E));
        double curvature = first * second;
        gradient.Should().Equal(
            [0, -first, first + second, 0, -second], (left, right) => Math.Abs(left - right) < 1e-12);
        hessian.Should().Equal(
            [0, curvature, 2 * curvature, 0, curvature], (left, right) => Math.Abs(left - right) < 1e-12);

        // Equal relevances have nothing to outdo; without any, a list does not count.
        Cost some = Loss.UniqueSoftmax<double>().Value([1, 2, 3, 4], [2, 2, 0, 0], Groups.OfWidth(2));
        some.Sum.Should().Be(0);
        some.Count.Should().Be(1);
        double[] losses = new double[2];
        Loss.UniqueSoftmax<double>().PerExample(
            [double.NegativeInfinity, 0, 2, double.NegativeInfinity], [1, 0, 1, 0], Groups.OfWidth(2), losses);
        losses.Should().Equal([double.PositiveInfinity, 0]);
    }

    [Fact]
    public void A_poly1_softmax_takes_scores_that_are_never_chosen_and_has_no_negative_relevances()
    {
        double[] losses = new double[2];
        Loss.Poly1SoftmaxRanking<double>(2).PerExample(
            [0, double.NegativeInfinity, 0, 1, 2, 3], [1, 0, 0, 1, -1, 0], Groups.OfWidth(3), losses);
        losses[0].Should().BeApproximately(Math.Log(2) + 2 * 0.5, 1e-12);
        losses[1].Should().Be(double.NaN);
        Loss.Poly1SoftmaxRanking<double>(0).Value([0.5, -1], [2, 1], Groups.OfWidth(2)).Should().Be(
            Loss.SoftmaxRanking<double>().Value([0.5, -1], [2, 1], Groups.OfWidth(2)));
    }

    /// <summary>Of long lists as of short ones, in both precisions.</summary>
    [Theory]
    [InlineData(6)]
    [InlineData(150)]
    public void Scores_far_apart_and_fills_are_no_matter(int length)
    {
        Random random = new(2);
        double[] scores = [.. Enumerable.Range(0, length).Select(i => i % 5 == 4 ? -1e20 : i % 5 * 2500.0 - 5000)];
        double[] relevances = [.. scores.Select(score => score < -1e19 ? 0.0 : random.Next(1, 5))];
        foreach (Func<GroupedLoss<double>> make in (Func<GroupedLoss<double>>[])
        [
            () => Loss.LambdaRank<double>(scoreNormalization: true, gradientNormalization: true),
            () => Loss.LambdaRank<double>(LambdaWeighting.NdcgLoss2Plus, truncation: 4),
            () => Loss.SoftmaxRanking<double>(TargetDistribution.Normalized), () => Loss.ApproxNdcg<double>(0.1),
            () => Loss.ApproxMrr<double>(0.1), () => Loss.PairwiseSoftZeroOne<double>(),
            () => Loss.Poly1SoftmaxRanking<double>(0.5), () => Loss.UniqueSoftmax<double>(),
        ])
        {
            GroupedLoss<double> loss = make();
            GroupedLoss<float> single = Loss.Parse<float, GroupedLoss<float>>(loss.Name!);
            double[] gradient = new double[length];
            double[] hessian = new double[length];
            float[] singles = new float[length];
            float[] singleHessian = new float[length];
            double value = loss.ValueGradientAndHessian(
                scores, relevances, Groups.OfWidth(length), gradient, hessian).Mean;
            float[] singleScores = Array.ConvertAll(scores, score => (float)score);
            float[] singleRelevances = Array.ConvertAll(relevances, relevance => (float)relevance);
            single.ValueGradientAndHessian(
                singleScores, singleRelevances, Groups.OfWidth(length), singles, singleHessian).Mean
                .Should().BeApproximately(value, 1e-5 * (1 + Math.Abs(value)), loss.Name);
            double size = gradient.Max(Math.Abs) + 1;
            singles.Should().Equal(gradient, (one, wide) => Math.Abs(one - wide) < 1e-5 * size);
            hessian.Should().OnlyContain(number => double.IsFinite(number));
            singleHessian.Should().OnlyContain(number => float.IsFinite(number));
        }
    }

    [Fact]
    public void Parameters_of_lists_are_checked()
    {
        Throws("truncation", () => Loss.LambdaRank<float>(truncation: 0));
        Throws("mu", () => Loss.LambdaRank<float>(mu: -1));
        Throws("sigma", () => Loss.LambdaRank<float>(sigma: 0));
        Throws("weighting", () => Loss.LambdaRank<float>((LambdaWeighting)9));
        Throws("targetDistribution", () => Loss.SoftmaxRanking<float>((TargetDistribution)9));
        Throws("targetDistribution", () => Loss.Poly1SoftmaxRanking<float>(1, (TargetDistribution)9));
        Throws("epsilon", () => Loss.Poly1SoftmaxRanking<float>(-1));
        Throws("epsilon", () => Loss.Poly1SoftmaxRanking<float>(double.NaN));
        Throws("epsilon", () => Loss.Poly1SoftmaxRanking<float>(1e300));
        Throws("temperature", () => Loss.ApproxNdcg<float>(0));
        Throws("temperature", () => Loss.ApproxMrr<float>(double.NaN));

        static void Throws(string parameter, Action call) =>
            call.Should().Throw<ArgumentOutOfRangeException>().WithParameterName(parameter);
    }
}
