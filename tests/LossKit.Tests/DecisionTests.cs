using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using LossKit.Tests.Support;

namespace LossKit.Tests;

public sealed class SingleDecisionTests : DecisionTests<float>;

public sealed class DoubleDecisionTests : DecisionTests<double>;

/// <summary>Yes-or-no decisions cost what they cost, and thresholds are the best there are.</summary>
public abstract class DecisionTests<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private static readonly DecisionCosts s_costs =
        new(falsePositive: 2, falseNegative: 16, truePositive: 1, trueNegative: -0.5);

    [Fact]
    public void Each_outcome_has_its_cost()
    {
        T[] scores = Numbers(0.2, 0.3, 0.2, 0.3);
        T[] targets = Numbers(0, 0, 1, 1);
        T[] losses = new T[4];
        PointwiseMetric<T> metric = s_costs.AtThreshold<T>(0.3);
        metric.PerExample(scores, targets, losses).Mean.Should().Be((-0.5 + 2 + 16 + 1) / 4);
        losses.Should().Equal(Numbers(-0.5, 2, 16, 1), "a score at the threshold is decided positive");
        metric.PerExample(scores, Numbers(-1, -1, 1, 1), losses);
        losses.Should().Equal(Numbers(-0.5, 2, 16, 1), "signs are targets as well");
        PerExampleCosts.Value<T>(Same(4), scores, targets, Samples.ToDouble(scores[1])).Should()
            .Be(metric.Value(scores, targets));
        PerExampleCosts.Value<T>(Same(4), [false, true, false, true], targets).Should().Be(metric.Value(scores, targets));
    }

    [Fact]
    public void Infinite_thresholds_are_always_and_never()
    {
        T[] scores = [T.NegativeInfinity, .. Numbers(-1e30, 0, 1e30)];
        T[] targets = Numbers(0, 1, 1, 0);
        s_costs.AtThreshold<T>(double.NegativeInfinity).Value(scores, targets).Sum.Should().Be(2 + 1 + 1 + 2);
        s_costs.AtThreshold<T>(double.PositiveInfinity).Value(scores, targets).Sum.Should().Be(-0.5 + 16 + 16 - 0.5);
    }

    [Fact]
    public void NaN_is_no_decision()
    {
        T[] nan = [T.NaN, T.One];
        T[] one = [T.One, T.One];
        PointwiseMetric<T> metric = s_costs.AtThreshold<T>(0);
        foreach ((T[] scores, T[] targets) in new[] { (nan, one), (one, nan) })
        {
            metric.Value(scores, targets).Mean.Should().Be(double.NaN);
            PerExampleCosts.Value<T>(Same(2), scores, targets, 0).Mean.Should().Be(double.NaN);
            metric.Value(scores, targets, [T.Zero, T.Zero]).Sum.Should().Be(0);
            PerExampleCosts.Value<T>(Same(2), scores, targets, 0, [T.Zero, T.Zero]).Sum.Should().Be(0);
            ((Action)(() => s_costs.BestThreshold<T>(scores, targets))).Should().Throw<ArgumentException>()
                .WithMessage("*[0] is NaN*");
        }
    }

    [Fact]
    public void The_best_threshold_is_the_best_of_all()
    {
        Prop.ForAll<int, NonNegativeInt>((seed, size) =>
        {
            Random random = new(seed);
            int length = size.Get % 40;

            // Few different scores, so that many are equal; integral costs and weights, so that sums are exact.
            T[] scores = Draw(() => random.Next(4) == 0 ? random.Next(2) * 1e30 - 5e29 : random.Next(8) / 3.0);
            T[] targets = Draw(() => random.Next(2));
            T[] weights = random.Next(2) == 0 ? [] : Draw(() => random.Next(4));
            DecisionCosts[] costs = [.. Enumerable.Range(0, length).Select(_ => AnyCosts())];
            DecisionCosts same = AnyCosts();
            DecisionThreshold one = same.BestThreshold<T>(scores, targets, weights);
            DecisionThreshold each = PerExampleCosts.BestThreshold<T>(costs, scores, targets, weights);

            double[] candidates =
            [
                .. scores.Select(Samples.ToDouble),
                .. scores.Select(score => Samples.ToDouble(T.BitIncrement(score))),
                double.NegativeInfinity,
                double.PositiveInfinity,
            ];
            double Same(double threshold) => same.AtThreshold<T>(threshold).Value(scores, targets, weights).Sum;
            double Each(double threshold) =>
                PerExampleCosts.Value<T>(costs, scores, targets, threshold, weights).Sum;
            return one.Cost.Sum == candidates.Min(Same)
                && one.Cost.Sum == Same(one.Threshold)
                && each.Cost.Sum == candidates.Min(Each)
                && each.Cost.Sum == Each(each.Threshold)
                && one.Cost.Count == length;

            T[] Draw(Func<double> next) =>
                [.. Enumerable.Range(0, length).Select(_ => T.CreateTruncating(next()))];
            DecisionCosts AnyCosts() => new(Any(), Any(), Any(), Any());
            int Any() => random.Next(-4, 12);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void The_best_threshold_lies_midway_and_never_splits_equal_scores()
    {
        DecisionCosts errors = new(1, 1);
        errors.BestThreshold<T>(Numbers(1, 2, 4, 5), Numbers(0, 0, 1, 1)).Threshold.Should().Be(3);
        errors.BestThreshold<T>(Numbers(1, 2), Numbers(1, 1)).Threshold.Should().Be(double.NegativeInfinity);
        errors.BestThreshold<T>(Numbers(1, 2), Numbers(0, 0)).Threshold.Should().Be(double.PositiveInfinity);
        errors.BestThreshold<T>([], []).Threshold.Should().Be(double.PositiveInfinity);

        // Two of the three in the middle are positive; a threshold among them would make no error.
        DecisionThreshold tied = errors.BestThreshold<T>(Numbers(0, 1, 1, 1, 2), Numbers(0, 0, 1, 1, 1));
        (tied.Threshold, tied.Cost.Sum).Should().Be((0.5, 1));

        T next = T.BitIncrement(T.One);
        DecisionThreshold close = errors.BestThreshold<T>([T.One, next], [T.Zero, T.One]);
        (close.Threshold, close.Cost.Sum).Should().Be((Samples.ToDouble(next), 0));
    }

    [Fact]
    public void Infinite_scores_are_sorted_too()
    {
        DecisionCosts errors = new(1, 1);
        T[] scores = [T.PositiveInfinity, T.One, T.NegativeInfinity];
        errors.BestThreshold<T>(scores, Numbers(1, 0, 0)).Should().Match<DecisionThreshold>(best => best.Cost.Sum == 0);
        errors.BestThreshold<T>(scores, Numbers(1, 1, 0)).Should().Match<DecisionThreshold>(best => best.Cost.Sum == 0);

        // The score of +∞ is positive at every threshold, although it should not be.
        DecisionThreshold forced = errors.BestThreshold<T>(scores, Numbers(0, 0, 0));
        (forced.Threshold, forced.Cost.Sum).Should().Be((double.PositiveInfinity, 1));
    }

    [Fact]
    public void For_calibrated_probabilities_the_closed_form_is_the_best_threshold()
    {
        // Of the examples with probability p = k/n, exactly k in n are positive: as calibrated as can be.
        const int n = 97;
        List<double> scores = [];
        List<double> targets = [];
        for (int k = 0; k <= n; k++)
        {
            for (int i = 0; i < n; i++)
            {
                scores.Add((double)k / n);
                targets.Add(i < k ? 1 : 0);
            }
        }

        T[] s = Numbers([.. scores]);
        T[] t = Numbers([.. targets]);
        foreach (DecisionCosts costs in new[] { s_costs, new(1, 10), new(3, 1), new(1, 1), new(5, 2, 1, -3) })
        {
            DecisionThreshold best = costs.BestThreshold<T>(s, t);
            costs.AtThreshold<T>(costs.CalibratedThreshold).Value(s, t).Sum.Should()
                .BeApproximately(best.Cost.Sum, 1e-6 * Math.Abs(best.Cost.Sum));
            costs.CalibratedThreshold.Should().BeApproximately(best.Threshold, 1.0 / n);
        }
    }

    [Fact]
    public void The_closed_form_is_Elkans()
    {
        new DecisionCosts(1, 9).CalibratedThreshold.Should().Be(0.1);
        s_costs.CalibratedThreshold.Should().Be((2 + 0.5) / (2 + 0.5 + 16 - 1));
        new DecisionCosts(falsePositive: 0, falseNegative: 1).CalibratedThreshold.Should().Be(0);
        new DecisionCosts(falsePositive: 1, falseNegative: 0).CalibratedThreshold.Should().Be(double.PositiveInfinity);
        new DecisionCosts(falsePositive: 0, falseNegative: -1).CalibratedThreshold.Should().Be(double.PositiveInfinity);
        new DecisionCosts(falsePositive: -1, falseNegative: -1).CalibratedThreshold.Should().Be(double.NaN);
        default(DecisionCosts).CalibratedThreshold.Should().Be(0, "nothing is dearer than anything");
    }

    [Fact]
    public void Decisions_by_each_examples_own_costs_are_never_dearer_than_by_a_common_threshold()
    {
        // Below 5, looking into a case costs more than missing it: then no probability is high enough.
        DecisionCosts[] costs = [.. Enumerable.Range(1, 40).Select(amount => new DecisionCosts(5, amount, 5))];
        T[] probabilities = [.. Enumerable.Range(0, 40).Select(i => T.CreateTruncating(i * 17 % 40 / 40.0))];
        bool[] decisions = new bool[40];
        PerExampleCosts.Decide<T>(costs, probabilities, decisions);
        decisions.Take(5).Should().AllBeEquivalentTo(false);
        double own = Expected(i => decisions[i]);
        for (double threshold = 0; threshold <= 1; threshold += 0.02)
        {
            own.Should().BeLessThanOrEqualTo(Expected(i => Samples.ToDouble(probabilities[i]) >= threshold));
        }

        double Expected(Func<int, bool> decision) => Enumerable.Range(0, 40).Sum(i =>
        {
            double p = Samples.ToDouble(probabilities[i]);
            DecisionCosts cost = costs[i];
            return decision(i)
                ? p * cost.TruePositive + (1 - p) * cost.FalsePositive
                : p * cost.FalseNegative + (1 - p) * cost.TrueNegative;
        });
    }

    [Fact]
    public void Mistakes_are_named_and_nothing_is_written()
    {
        T[] two = Numbers(0.5, 0.5);
        bool[] decisions = [true, true];
        Throws(() => PerExampleCosts.Decide<T>(Same(3), two, decisions), "costs", "*3 entries*has 2*");
        Throws(() => PerExampleCosts.Decide<T>(Same(2), two, new bool[1]), "decisions", "*1 entries*");
        Throws(() => PerExampleCosts.Decide<T>(Same(2), Numbers(0, 1.5), decisions), "probabilities", "*[1] is 1.5*");
        Throws(() => PerExampleCosts.Decide<T>(Same(2), [T.Zero, T.NaN], decisions), "probabilities", "*[1] is NaN*");
        Throws(
            () => PerExampleCosts.Decide<T>([s_costs, new(-1, -1)], two, decisions), "costs", "costs[1]*cheaper*");
        decisions.Should().Equal(true, true);
        Throws(() => s_costs.BestThreshold<T>(two, Numbers(1)), "targets", "*1 entries*'scores' has 2*");
        Throws(() => s_costs.BestThreshold<T>(two, two, Numbers(1)), "weights", "*1 entries*");
        Throws(() => s_costs.BestThreshold<T>(two, two, [T.One, T.NaN]), "weights", "*[1] is NaN*");
        Throws(() => PerExampleCosts.BestThreshold<T>(Same(1), two, two), "scores", "*2 entries*'costs' has 1*");
        Throws(() => PerExampleCosts.Value<T>(Same(2), two, two, double.NaN), "threshold", "*must be a number*");
        Throws(() => s_costs.AtThreshold<T>(double.NaN), "threshold", "*must be a number*");
        Throws(() => _ = new DecisionCosts(1, double.PositiveInfinity), "falseNegative", "*finite*");

        static void Throws(Action call, string name, string message) =>
            call.Should().Throw<ArgumentException>().WithMessage(message).Which.ParamName.Should().Be(name);
    }

    [Fact]
    public void Evaluating_allocates_nothing()
    {
        T[] scores = Numbers([.. Enumerable.Range(0, 100).Select(i => i / 100.0)]);
        DecisionCosts[] costs = Same(100);
        bool[] decisions = new bool[100];
        PointwiseMetric<T> metric = s_costs.AtThreshold<T>(0.5);
        Allocations.Of(() =>
        {
            metric.Value(scores, scores);
            PerExampleCosts.Decide<T>(costs, scores, decisions);
            PerExampleCosts.Value<T>(costs, decisions, scores);
            PerExampleCosts.Value<T>(costs, scores, scores, 0.5);
        }).Should().Be(0);
    }

    private static DecisionCosts[] Same(int length) => [.. Enumerable.Repeat(s_costs, length)];

    private static T[] Numbers(params double[] numbers) => [.. numbers.Select(T.CreateTruncating)];
}
