using System.Numerics;
using LossKit.Tests.Support;

namespace LossKit.Tests;

public sealed class SingleRankingMetricTests : RankingMetricTests<float>;

public sealed class DoubleRankingMetricTests : RankingMetricTests<double>;

/// <summary>Metrics of rankings against their definitions, which compare each item with each other.</summary>
public abstract class RankingMetricTests<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private static readonly int[] s_lengths = [1, 9, 0, 40, 1, 12, 3, 2, 60, 5];

    private static readonly double s_close = Samples.Close<T>();

    public static TheoryData<string> Metrics => new(Cases.Select(metric => metric.Name));

    private static Case[] Cases =>
    [
        new("NDCG", Loss.Ndcg<T>(), items => Ndcg(items, int.MaxValue, y => Math.Pow(2, y) - 1)),
        new("NDCG@3", Loss.Ndcg<T>(cutoff: 3), items => Ndcg(items, 3, y => Math.Pow(2, y) - 1)),
        new(
            "NDCG@5, linear",
            Loss.Ndcg<T>(5, RelevanceGain.Linear, AbsentRelevance.One),
            items => Ndcg(items, 5, y => y),
            AbsentRelevance.One),
        new(
            "MRR",
            Loss.Mrr<T>(withoutRelevant: AbsentRelevance.Zero),
            items => 1.0 / items.Where(item => item.Relevance > 0).Min(item => item.Place),
            AbsentRelevance.Zero,
            TakesItemWeights: false),
        new(
            "MRR@2",
            Loss.Mrr<T>(cutoff: 2),
            items => items.Where(item => item.Place <= 2 && item.Relevance > 0).Select(item => 1.0 / item.Place)
                .DefaultIfEmpty(0).Max(),
            TakesItemWeights: false),
        new("MAP", Loss.MeanAveragePrecision<T>(), items => AveragePrecision(items, int.MaxValue)),
        new(
            "MAP@4",
            Loss.MeanAveragePrecision<T>(4, AbsentRelevance.Zero),
            items => AveragePrecision(items, 4),
            AbsentRelevance.Zero),
        new(
            "P@3",
            Loss.PrecisionAt<T>(3),
            items => items.Count(item => item.Relevance > 0 && item.Place <= 3) / 3.0,
            AbsentRelevance.Zero,
            TakesItemWeights: false),
        new(
            "P@2",
            Loss.PrecisionAt<T>(2, AbsentRelevance.Skip),
            items => items.Count(item => item.Relevance > 0 && item.Place <= 2) / 2.0,
            TakesItemWeights: false),
        new("AUC", Loss.Auc<T>(), items => Auc(items)),
    ];

    [Theory]
    [MemberData(nameof(Metrics))]
    public void Agrees_with_the_definition(string name)
    {
        Case metric = Cases.Single(metric => metric.Name == name);
        for (int seed = 0; seed < 12; seed++)
        {
            Sample sample = Sample.Random(seed, hasItemWeights: metric.TakesItemWeights && seed % 3 > 0);
            double?[] expected = [.. sample.Lists().Select(items => metric.Expected(items))];
            expected.Should().Contain(value => value == null).And.Contain(value => value > 0);
            T[] values = new T[s_lengths.Length];
            Cost cost = metric.Metric.PerExample(
                sample.Scores, sample.Relevances, Groups.OfLengths(s_lengths), values, sample.Weights,
                sample.ItemWeights, sample.Mask);
            values.Select(Samples.ToDouble).Should().Equal(
                expected.Select(value => value ?? double.NaN),
                (actual, value) => double.IsNaN(value) ? double.IsNaN(actual) : Math.Abs(actual - value) < s_close);
            (double Value, double Weight)[] counted =
            [
                .. expected.Select((value, group) => (Value: value, Weight: Samples.ToDouble(sample.Weights[group])))
                    .Where(group => group.Value is not null).Select(group => (group.Value!.Value, group.Weight)),
            ];
            cost.Count.Should().Be(counted.Length);
            cost.Weight.Should().Be(counted.Sum(group => group.Weight));
            cost.Mean.Should().BeApproximately(counted.Sum(group => group.Value * group.Weight) / cost.Weight, 1e-12);
            metric.Metric.Value(
                sample.Scores, sample.Relevances, Groups.OfLengths(s_lengths), sample.Weights, sample.ItemWeights,
                sample.Mask).Should().Be(cost);
        }
    }

    [Theory]
    [MemberData(nameof(Metrics))]
    public void Costs_of_parts_add_up(string name)
    {
        Case metric = Cases.Single(metric => metric.Name == name);
        Sample sample = Sample.Random(3, hasItemWeights: false);
        int first = s_lengths[..4].Sum();
        Cost all = metric.Metric.Value(
            sample.Scores, sample.Relevances, Groups.OfLengths(s_lengths), sample.Weights, mask: sample.Mask);
        Cost left = metric.Metric.Value(
            sample.Scores.AsSpan(..first), sample.Relevances.AsSpan(..first), Groups.OfLengths(s_lengths.AsSpan(..4)),
            sample.Weights.AsSpan(..4), mask: sample.Mask.AsSpan(..first));
        Cost right = metric.Metric.Value(
            sample.Scores.AsSpan(first..), sample.Relevances.AsSpan(first..), Groups.OfLengths(s_lengths.AsSpan(4..)),
            sample.Weights.AsSpan(4..), mask: sample.Mask.AsSpan(first..));
        (left + right).Mean.Should().BeApproximately(all.Mean, 1e-14);
        (left + right).Count.Should().Be(all.Count);
    }

    [Fact]
    public void Examples_of_scikit_learn_documentation()
    {
        // ndcg_score: gains are linear, no score ties.
        T[] relevances = Numbers(10, 0, 0, 1, 5);
        RankingMetric<T> linear = Loss.Ndcg<T>(gain: RelevanceGain.Linear);
        linear.OfList(Numbers(0.1, 0.2, 0.3, 4, 70), relevances).Should().BeApproximately(0.695694, 1e-6);
        linear.OfList(Numbers(0.05, 1.1, 1, 0.5, 0), relevances).Should().BeApproximately(0.493680, 1e-6);
        Loss.Ndcg<T>(4, RelevanceGain.Linear).OfList(Numbers(0.05, 1.1, 1, 0.5, 0), relevances)
            .Should().BeApproximately(0.352024, 1e-6);

        // average_precision_score, roc_auc_score.
        T[] labels = Numbers(0, 0, 1, 1);
        T[] scores = Numbers(0.1, 0.4, 0.35, 0.8);
        Loss.MeanAveragePrecision<T>().OfList(scores, labels).Should().BeApproximately(5.0 / 6, 1e-14);
        Loss.Auc<T>().OfList(scores, labels).Should().Be(0.75);
        Loss.Auc<T>().OfList(scores, Numbers(-1, -1, 1, 1)).Should().Be(0.75);
    }

    [Fact]
    public void Reciprocal_ranks_of_three_answers()
    {
        // The right answer is third, second and first.
        T[] scores = Numbers(3, 2, 1, 3, 2, 1, 3, 2, 1);
        T[] relevances = Numbers(0, 0, 1, 0, 1, 0, 1, 0, 0);
        Cost cost = Loss.Mrr<T>().Value(scores, relevances, Groups.OfWidth(3));
        cost.Mean.Should().BeApproximately(11.0 / 18, 1e-15);
        cost.Count.Should().Be(3);
    }

    [Fact]
    public void Equal_scores_keep_the_order_of_the_inputs()
    {
        T[] scores = [.. Enumerable.Repeat(T.One, 4)];
        Loss.Mrr<T>().OfList(scores, Numbers(0, 1, 0, 1)).Should().Be(0.5);
        Loss.Mrr<T>().OfList(scores, Numbers(1, 0, 0, 0)).Should().Be(1);
        Loss.Mrr<T>().OfList([T.Zero, T.NegativeZero], Numbers(0, 1)).Should().Be(0.5);
        Loss.Auc<T>().OfList(scores, Numbers(1, 0, 0, 0)).Should().Be(0.5);
        Loss.Mrr<T>().OfList([T.NegativeInfinity, T.PositiveInfinity], Numbers(0, 1)).Should().Be(1);
    }

    [Theory]
    [InlineData(AbsentRelevance.Skip, double.NaN, 0)]
    [InlineData(AbsentRelevance.Zero, 0, 1)]
    [InlineData(AbsentRelevance.One, 1, 1)]
    public void Lists_without_a_relevant_item(AbsentRelevance policy, double expected, int count)
    {
        RankingMetric<T>[] metrics =
        [
            Loss.Ndcg<T>(withoutRelevant: policy), Loss.Mrr<T>(withoutRelevant: policy),
            Loss.MeanAveragePrecision<T>(withoutRelevant: policy), Loss.PrecisionAt<T>(2, policy),
        ];
        foreach (RankingMetric<T> metric in metrics)
        {
            // Of three items, of a single one, with a relevant one that is masked, of masked items alone, of none.
            T[] relevances = Numbers(0, 0, 0, 0, 1, 0, 1, 1);
            bool[] mask = [true, true, true, true, false, true, false, false];
            Cost cost = metric.Value(relevances, relevances, Groups.OfLengths([3, 1, 2, 2, 0]), mask: mask);
            cost.Mean.Should().Be(expected);
            cost.Count.Should().Be(3 * count);
            metric.Value([], [], Groups.OfLengths([])).Should().Be(default(Cost));
            metric.OfList([], []).Should().Be(double.NaN);
        }
    }

    [Fact]
    public void A_list_of_one()
    {
        Loss.Ndcg<T>().OfList([T.One], [T.One]).Should().Be(1);
        Loss.Mrr<T>().OfList([T.One], [T.One]).Should().Be(1);
        Loss.MeanAveragePrecision<T>().OfList([T.One], [T.One]).Should().Be(1);
        Loss.PrecisionAt<T>(4).OfList([T.One], [T.One]).Should().Be(0.25);
        Loss.Auc<T>().OfList([T.One], [T.One]).Should().Be(double.NaN);
    }

    [Fact]
    public void A_NaN_stays_in_its_list_and_what_does_not_count_is_not_seen()
    {
        T[] scores = [T.One, T.NaN, T.Zero, T.One, T.NaN, T.One];
        T[] relevances = [T.One, T.Zero, T.One, T.NaN, T.Zero, T.One];
        T[] values = new T[3];
        foreach (RankingMetric<T> metric in Cases.Select(metric => metric.Metric))
        {
            metric.PerExample(scores, relevances, Groups.OfWidth(2), values).Mean.Should().Be(double.NaN);
            values.All(T.IsNaN).Should().BeTrue();
            Cost cost = metric.Value(
                scores, relevances, Groups.OfWidth(2), [T.Zero, T.Zero, T.One],
                mask: [true, true, true, true, false, true]);
            cost.Mean.Should().Be(metric.OfList([T.One], [T.One]));
        }

        Loss.Ndcg<T>().OfList(scores.AsSpan(..2), relevances.AsSpan(..2), [T.One, T.Zero]).Should().Be(1);
        Loss.Ndcg<T>().Value([T.One], [-T.One], Groups.OfWidth(1), [T.Zero]).Mean.Should().Be(double.NaN);
    }

    [Theory]
    [InlineData(1e-30)]
    [InlineData(1e20)]
    [InlineData(1e37)]
    public void Relevances_and_weights_of_any_size(double size)
    {
        T large = T.CreateTruncating(size);
        T[] scores = Numbers(3, 1, 2);
        double expected = (1 + 2 / Math.Log2(3)) / (2 + 1 / Math.Log2(3));
        Loss.Ndcg<T>(gain: RelevanceGain.Linear).OfList(scores, [large, T.Zero, large + large])
            .Should().BeApproximately(expected, 1e-12);
        Loss.Ndcg<T>().OfList(scores, [large, T.Zero, large + large]).Should().BeApproximately(
            size < 1 ? expected : 1 / Math.Log2(3), 1e-12);
        T[] weights = [large, large + large, large];
        Loss.Auc<T>().OfList(scores, Numbers(1, 0, 0), weights).Should().Be(1);
        Loss.Auc<T>().OfList(scores, Numbers(0, 0, 1), weights).Should().BeApproximately(2.0 / 3, 1e-15);
        Loss.MeanAveragePrecision<T>().OfList(scores, Numbers(0, 1, 1), weights)
            .Should().BeApproximately((0.5 + 2 * 0.75) / 3, 1e-15);
    }

    [Fact]
    public void What_no_list_can_be_is_told()
    {
        T[] three = Numbers(1, 2, 3);
        Says(() => Loss.Ndcg<T>().Value(three, three.AsSpan(1), Groups.OfWidth(3)), "'targets' has 2 entries*3*");
        Says(() => Loss.Ndcg<T>().Value(three, three, Groups.OfWidth(2)), "*no multiple of the 2 entries*");
        Says(() => Loss.Ndcg<T>().Value(three, three, Groups.OfWidth(3), three), "'weights' has 3 entries*1 groups*");
        Says(
            () => Loss.Ndcg<T>().Value(three, three, Groups.OfWidth(3), default, three.AsSpan(1)),
            "'itemWeights' has 2 entries*");
        Says(() => Loss.Ndcg<T>().Value(three, three, Groups.OfWidth(3), mask: [true]), "'mask' has 1 entries*");
        Says(
            () => Loss.Ndcg<T>().Value(three, Numbers(0, 1, -1), Groups.OfLengths([1, 2])),
            "targets[2], of group 1, is -1: must be a finite number of at least 0.*");
        Says(
            () => Loss.Auc<T>().Value(three, [T.One, T.PositiveInfinity, T.One], Groups.OfWidth(3)),
            "targets[1], of group 0, is *: must be a finite number.*");
        Says(
            () => Loss.Auc<T>().Value(three, three, Groups.OfWidth(3), default, Numbers(1, -1, 1)),
            "itemWeights[1], of group 0, is -1: must be a finite number of at least 0.*");
        Says(
            () => Loss.Mrr<T>().Value(three, three, Groups.OfWidth(3), default, three),
            "'itemWeights' are given, but Mrr(cutoff=null, withoutRelevant=Skip) has no part for them*");
        Says(
            () => Loss.Ndcg<T>().PerExample(three, three, Groups.OfWidth(3), three.AsSpan(..1)),
            "'values' overlaps 'predictions'*");
        Says(() => Loss.Ndcg<T>().PerExample(three, three, Groups.OfWidth(3), new T[2]), "'values' has 2*1 groups*");
        Says(() => Loss.Ndcg<T>(cutoff: 0), "'cutoff' must be positive*");
        Says(() => Loss.PrecisionAt<T>(-1), "'k' must be positive*");
        Says(() => Loss.Ndcg<T>(gain: (RelevanceGain)7), "Expected Exponential or Linear*");
        Says(() => Loss.Mrr<T>(withoutRelevant: (AbsentRelevance)7), "Expected Skip, Zero or One*");
    }

    [Fact]
    public void A_call_does_not_allocate()
    {
        Sample sample = Sample.Random(1, hasItemWeights: true);
        foreach (Case metric in Cases)
        {
            Allocations.Of(() => metric.Metric.Value(
                sample.Scores, sample.Relevances, Groups.OfLengths(s_lengths), sample.Weights,
                metric.TakesItemWeights ? sample.ItemWeights : default(ReadOnlySpan<T>), sample.Mask))
                .Should().Be(0, metric.Name);
        }
    }

    private static void Says(Func<object> call, string message) =>
        call.Should().Throw<ArgumentException>().WithMessage(message);

    private static T[] Numbers(params double[] numbers) => [.. numbers.Select(T.CreateTruncating)];

    private static double? Ndcg(Item[] items, int places, Func<double, double> gain)
    {
        Item[] best =
        [
            .. items.OrderByDescending(item => item.Weight * gain(item.Relevance))
                .Select((item, place) => item with { Place = place + 1 }),
        ];
        return Worth(items) / Worth(best);

        double Worth(Item[] ordered) => ordered.Where(item => item.Place <= places)
            .Sum(item => item.Weight * gain(item.Relevance) / Math.Log2(1 + item.Place));
    }

    private static double? AveragePrecision(Item[] items, int places)
    {
        Item[] relevant = [.. items.Where(item => item.Relevance > 0)];
        return relevant.Where(item => item.Place <= places).Sum(item => item.Weight * Precision(item.Place))
            / relevant.Select(item => item.Weight).OrderDescending().Take(places).Sum();

        double Precision(int place) => relevant.Where(item => item.Place <= place).Sum(item => item.Weight)
            / items.Where(item => item.Place <= place).Sum(item => item.Weight);
    }

    private static double? Auc(Item[] items)
    {
        (double right, double all) = (0, 0);
        foreach (Item relevant in items.Where(item => item.Relevance > 0))
        {
            foreach (Item other in items.Where(item => item.Relevance <= 0))
            {
                all += relevant.Weight * other.Weight;
                right += relevant.Weight * other.Weight
                    * (relevant.Score > other.Score ? 1 : relevant.Score == other.Score ? 0.5 : 0);
            }
        }

        return all > 0 ? right / all : null;
    }

    private sealed record Item(double Score, double Relevance, double Weight, int Place);

    private sealed record Case(
        string Name,
        RankingMetric<T> Metric,
        Func<Item[], double?> Definition,
        AbsentRelevance Absent = AbsentRelevance.Skip,
        bool TakesItemWeights = true)
    {
        public double? Expected(Item[] items) =>
            items.Length == 0 ? null
            : items.Any(item => item.Relevance > 0) ? Definition(items)
            : Absent == AbsentRelevance.Skip ? null
            : Absent == AbsentRelevance.One ? 1 : 0;
    }

    /// <summary>Lists with ties, masks and weights of 0, behind which nothing is a number.</summary>
    private sealed record Sample(T[] Scores, T[] Relevances, T[] Weights, T[] ItemWeights, bool[] Mask)
    {
        public static Sample Random(int seed, bool hasItemWeights)
        {
            Random random = new(seed);
            int items = s_lengths.Sum();
            T[] itemWeights = hasItemWeights ? Drawn(items, 4) : [];
            bool[] mask = [.. Enumerable.Range(0, items).Select(_ => random.Next(5) > 0)];
            T[] scores = Drawn(items, 12);
            T[] relevances =
                [.. Enumerable.Range(0, items).Select(_ => T.CreateTruncating(Math.Max(0, random.Next(5) - 2)))];

            // The second list has nothing relevant.
            relevances.AsSpan(s_lengths[0], s_lengths[1]).Clear();
            for (int i = 0; i < items; i++)
            {
                if (!mask[i] || (hasItemWeights && itemWeights[i] == T.Zero))
                {
                    scores[i] = T.NaN;
                    relevances[i] = i % 2 == 0 ? T.NaN : -T.One;
                }
            }

            return new(scores, relevances, Drawn(s_lengths.Length, 5), itemWeights, mask);

            T[] Drawn(int count, int numbers) =>
                [.. Enumerable.Range(0, count).Select(_ => T.CreateTruncating(0.25 * random.Next(numbers)))];
        }

        public IEnumerable<Item[]> Lists()
        {
            int first = 0;
            foreach (int length in s_lengths)
            {
                int[] there =
                [
                    .. Enumerable.Range(first, length)
                        .Where(i => Mask[i] && (ItemWeights.Length == 0 || ItemWeights[i] != T.Zero)),
                ];
                yield return
                [
                    .. there.Select(i => new Item(
                        Samples.ToDouble(Scores[i]),
                        Samples.ToDouble(Relevances[i]),
                        ItemWeights.Length == 0 ? 1 : Samples.ToDouble(ItemWeights[i]),
                        1 + there.Count(j => Scores[j] > Scores[i] || (Scores[j] == Scores[i] && j < i)))),
                ];
                first += length;
            }
        }
    }
}
