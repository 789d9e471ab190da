using System.Numerics;
using System.Runtime.InteropServices;
using LossKit.Tests.Support;

namespace LossKit.Tests;

/// <summary>Decisions stay what they are where costs leave the range of numbers, and where weights are 0.</summary>
public sealed class DecisionRangeTests
{
    public static TheoryData<double, double, double, double, double> Thresholds => new()
    {
        // falsePositive, falseNegative, truePositive, trueNegative, the threshold
        { 1e308, 1e308, 0, 0, 0.5 },
        { double.MaxValue, double.MaxValue, 0, 0, 0.5 },
        { double.MaxValue, double.MaxValue, double.MinValue, double.MinValue, 0.5 },
        { 1e308, 1.5e308, -1.5e308, -1e308, 0.4 },
        { 1.5e308, 0.5e308, 0, 0, 0.75 },
        { 1e308, 1e308, -1e308, 1e308, 0 },
        { 1e308, 1e308, 1e308, -1e308, double.PositiveInfinity },
        { -1e308, 1e308, -1e308, 1e308, 0 },
        { -1e308, -1e308, 1e308, 1e308, double.NaN },
        { 1e308, 1, 0, -1e308, 1 },
        { 1, 1e308, -1e308, 0, 5e-309 },
        { double.MaxValue, double.Epsilon, 0, double.MinValue, 1 },
        { double.Epsilon, double.MaxValue, double.MinValue, 0, 0 },
        { double.Epsilon, double.Epsilon, 0, 0, 0.5 },
        { 1e-310, 3e-310, 0, 0, 0.25 },
    };

    [Theory, MemberData(nameof(Thresholds))]
    public void The_calibrated_threshold_holds_for_all_costs(
        double falsePositive, double falseNegative, double truePositive, double trueNegative, double threshold)
    {
        DecisionCosts costs = new(falsePositive, falseNegative, truePositive, trueNegative);
        if (double.IsFinite(threshold))
        {
            costs.CalibratedThreshold.Should().BeApproximately(threshold, 1e-14 * threshold);
        }
        else
        {
            costs.CalibratedThreshold.Should().Be(threshold);
        }
    }

    [Theory]
    [InlineData(1e308)]
    [InlineData(1)]
    [InlineData(1e-310)]
    public void The_best_threshold_and_its_mean_cost_have_no_unit(double unit)
    {
        DecisionCosts costs = new(1.5 * unit, unit, -1.5 * unit, -0.5 * unit);
        double[] scores = [1, 2, 3, 4, 5, 6];
        double[] targets = [0, 1, 0, 1, 1, 0];
        DecisionCosts[] each = [costs, costs, costs, costs, costs, costs];
        foreach (double weight in (double[])[0, 1, 1e308, 1e-310])
        {
            double[] weights = weight == 0 ? [] : [weight, weight, weight, weight, weight, weight];
            foreach (DecisionThreshold best in new[]
            {
                costs.BestThreshold<double>(scores, targets, weights),
                PerExampleCosts.BestThreshold<double>(each, scores, targets, weights),
            })
            {
                // Positive from 2 on: three hits at −1.5, two alarms at 1.5, one right no at −0.5.
                best.Threshold.Should().Be(1.5);
                best.Cost.Mean.Should().BeApproximately((-4.5 + 3 - 0.5) / 6 * unit, 1e-12 * unit);
                best.Cost.Count.Should().Be(6);
            }

            PerExampleCosts.Value<double>(each, [true, true, true, true, true, true], targets, weights).Mean.Should()
                .BeApproximately(0, 1e-14 * unit);
            PerExampleCosts.Value<double>(each, scores, targets, double.PositiveInfinity, weights).Mean.Should()
                .BeApproximately((3 - 1.5) / 6 * unit, 1e-12 * unit);
        }
    }

    [Fact]
    public void Costs_of_very_different_sizes_are_all_noticed()
    {
        DecisionCosts[] costs = [new(1e308, 1), new(1, 1e-200), new(1, 1e-200)];
        PerExampleCosts.BestThreshold<double>(costs, [1, 2, 3], [0, 1, 1]).Threshold.Should().Be(1.5);
        PerExampleCosts.BestThreshold<double>(costs, [1, 2, 3], [0, 1, 0]).Threshold.Should()
            .Be(double.PositiveInfinity);
    }

    [Fact]
    public void In_float_costs_are_refused_that_float_cannot_hold()
    {
        Refused(() => new DecisionCosts(1e39, 1).AtThreshold<float>(0), "FalsePositive", "*range of float*1E+39*");
        Refused(() => new DecisionCosts(1, 1, truePositive: 1e-50).AtThreshold<float>(0), "TruePositive", "*1E-50*");
        new DecisionCosts(1e39, 1).AtThreshold<double>(0).Value([1], [0]).Mean.Should().Be(1e39);
        DecisionThreshold best = new DecisionCosts(1e39, 1e39).BestThreshold<float>([1, 2], [0, 1]);
        (best.Threshold, best.Cost.Mean).Should().Be((1.5, 0));
        new DecisionCosts(1e39, 1e39).BestThreshold<float>([2, 1], [0, 1]).Cost.Mean.Should().Be(5e38);
        Refused(() => Penalty.L1<float>(1e39), "strength", "*1E+39*");
        Refused(() => Penalty.L2<float>(1e-46), "strength", "*1E-46*");
        Refused(() => Penalty.L2<float>(float.Epsilon), "strength", "*range of float*");
        Refused(() => Penalty.ElasticNet<float>(1, 1e39), "l2", "*1E+39*");
        Refused(() => _ = new TaskLoss<float, float>(Loss.Huber<float>(), 1e39), "weight", "*1E+39*");

        static void Refused(Action call, string name, string message) => call.Should()
            .Throw<ArgumentOutOfRangeException>().WithMessage(message).Which.ParamName.Should().Be(name);
    }

    [Fact]
    public void Expected_costs_at_the_end_of_the_range_decide_as_any_others()
    {
        foreach (double unit in new[] { 1, 1e307, 1e-310 })
        {
            CostMatrix matrix = new(new[,] { { 0, 10 * unit }, { 17 * unit, -3 * unit } });
            foreach (double factor in new[] { 1, 1e300, 1e-320, 1e-300 })
            {
                matrix.Decide<double>([0.7 * factor, 0.3 * factor]).Should().Be(0, "5.1 is less than 6.1");
                matrix.Decide<double>([0.6 * factor, 0.4 * factor]).Should().Be(1, "6.8 is more than 4.8");
            }

            matrix.ExpectedCost<double>([0.5, 0.5], 1).Should().BeApproximately(3.5 * unit, 1e-10 * unit);
        }

        CostMatrix large = new(new double[,] { { 1e308, -1e308, 0 }, { -1e308, 1e308, 0 }, { 1e308, 1e308, 1e308 } });
        large.ExpectedCost<double>([5, 5, 0], 0).Should().Be(0);
        large.ExpectedCost<double>([1, 1, 1], 0).Should().Be(1e308);
        large.ExpectedCost<double>([2, 0, 2], 0).Should().Be(double.PositiveInfinity, "4e308 is no double");
        large.Decide<double>([5, 4, 0]).Should().Be(1);
        large.Decide<float>([5, 4, 0]).Should().Be(1);
        CostMatrix tiny = new(new double[,] { { 1e-308, 0 }, { 0, 1e308 } });
        tiny.Decide<double>([1, 0]).Should().Be(1);
        large.OnProbabilities<double>().Value([1, 0, 0, 1, 0, 0], [1, 0]).Mean.Should().Be(0);
        large.OnProbabilities<double>().Value([0, 0, 1, 0, 0, 1], [2, 2]).Mean.Should().Be(1e308);
    }

    [Fact]
    public void Sums_of_costs_overflow_no_more_than_their_mean()
    {
        CostMatrix matrix = new(new double[,] { { 0, 1e308 }, { 1e308, 0 } });
        matrix.Value([0, 0, 0, 1], [1, 1, 1, 1]).Mean.Should().Be(0.75e308);
        matrix.Value([0, 0, 1], [1, 1, 1], [1e308, 1e308, 1e308]).Mean.Should().BeApproximately(1e308 / 3 * 2, 1e293);
        matrix.Value([0, 1], [1, 1], [1e-320, 1e-320]).Mean.Should().Be(0.5e308);
        matrix.Value([0, 0], [1, 1], [1, double.PositiveInfinity]).Weight.Should().Be(double.PositiveInfinity);
    }

    [Fact]
    public void Weights_have_the_type_of_the_batch()
    {
        CostMatrix matrix = new(new double[,] { { 0, 1 }, { 5, 0 } });
        Cost expected = new(5 * 0.25 + 0.5, 0.75, 2);
        float[] weights = [0.25f, 0.5f];
        matrix.Value([0, 1], [1, 0], weights).Should().Be(expected);
        matrix.Value([0, 1], [1, 0], [0.25f, 0.5f]).Should().Be(expected);
        matrix.Value([0, 1], [1, 0], weights.AsSpan()).Should().Be(expected);
        matrix.Value([0, 1], [1, 0], (ReadOnlySpan<float>)weights).Should().Be(expected);
        matrix.Value([0, 1], [1, 0], [0.25, 0.5]).Should().Be(expected);
        matrix.Value([0, 1], [1, 0], new[] { 0.25, 0.5 }).Should().Be(expected);
        matrix.Value<double>([0, 1], [1, 0], [0.25, 0.5]).Should().Be(expected);
        matrix.Value([0, 1], [1, 0], [1, 2]).Should().Be(new Cost(7, 3, 2));
        matrix.Value([0, 1], [1, 0], default).Should().Be(new Cost(6, 2, 2));
        matrix.Value([0, 1], [1, 0], [(Half)0.25, (Half)0.5]).Should().Be(expected);
        ((Action)(() => matrix.Value([0, 1], [1, 0], new float[3]))).Should().Throw<ArgumentException>()
            .WithMessage("'weights' has 3 entries*2*");
    }

    [Fact]
    public void Sizes_are_given_in_rows_and_classes()
    {
        const int classes = 1 << 11;
        CostMatrix many = new(new double[classes, classes]);
        CostMatrix three = new(new double[3, 3]);
        Refused(
            () => three.Decide<double>([1, 0, 0, 1, 0], new int[2]),
            "'probabilities' has 5 entries: expected 2 rows, one for each of 'decisions', of 3 classes: 6*");
        Refused(
            () => three.Decide<double>([1, 0]), "'probabilities' has 2 entries: expected one for each of 3 classes*");
        Refused(
            () => three.OnLogits<float>().Value([1, 0], [0]),
            "'predictions' has 2 entries: expected 1 rows, one for each of 'targets', of 3 classes: 3*");

        // 2^21 rows of 2^11 classes are 2^32 entries, which is 0 in an int.
        Refused(
            () => many.Decide<float>([], new int[1 << 21]),
            "'probabilities' has 0 entries: expected 2097152 rows*of 2048 classes: 4294967296*");
        Refused(
            () => many.OnProbabilities<float>().Value([], new int[1 << 21]),
            "'predictions' has 0 entries: expected 2097152 rows*of 2048 classes: 4294967296*");

        static void Refused(Action call, string message) =>
            call.Should().Throw<ArgumentException>().WithMessage(message);
    }

    [Fact]
    public void Weights_of_0_hide_anything()
    {
        CostMatrix matrix = new(new double[,] { { 0, 2 }, { 9, 1 } });
        IMetric<double, int> loss = matrix.OnProbabilities<double>();
        loss.Value([double.NaN, 0, 0, 1], [0, 1], [0, 1]).Should().Be(new Cost(1, 1, 2));
        loss.Value([double.PositiveInfinity, 0, 0, 1], [0, 1], [0, 1]).Should().Be(new Cost(1, 1, 2));
        loss.Value([double.NaN, 0, 0, 1], [0, 1], [1e-300, 1]).Mean.Should().Be(double.NaN);
        loss.Value([double.PositiveInfinity, 0], [0]).Mean.Should().Be(double.NaN, "it is no probability");
        matrix.OnLogits<float>().Value([float.NaN, 0, 0, 100], [0, 1], [0, 1]).Should().Be(new Cost(1, 1, 2));

        DecisionCosts costs = new(2, 9, 1);
        DecisionCosts[] each = [costs, costs, costs];
        double[] scores = [double.NaN, 1, 2];
        double[] targets = [0, double.NaN, 1];
        double[] weights = [0, 0, 3];
        PerExampleCosts.Value<double>(each, scores, targets, 0, weights).Should().Be(new Cost(3, 3, 3));
        PerExampleCosts.Value<double>(each, [true, true, true], targets, weights).Should().Be(new Cost(3, 3, 3));
        costs.BestThreshold<double>(scores, targets, weights).Should()
            .Be(new DecisionThreshold(double.NegativeInfinity, new Cost(3, 3, 3)));
        PerExampleCosts.BestThreshold<double>(each, scores, targets, weights).Threshold.Should()
            .Be(double.NegativeInfinity);
        ((Action)(() => costs.BestThreshold<double>(scores, targets, [0, 1, 3]))).Should().Throw<ArgumentException>()
            .WithMessage("targets[1] is NaN*");
        ((Action)(() => costs.BestThreshold<double>(scores, targets, [1, 0, 3]))).Should().Throw<ArgumentException>()
            .WithMessage("scores[0] is NaN*");
    }

    [Fact]
    public void A_task_of_weight_0_has_no_part_even_in_a_NaN()
    {
        TaskLoss<double, double> task = new(Loss.SquaredError<double>(), weight: 0);
        double[] gradient = [7, 7];
        Cost cost = task.ValueAndGradient([double.NaN, double.PositiveInfinity], [0, 0], gradient);
        gradient.Should().Equal(0, 0);
        task.Share(cost).Should().Be(0);
        cost.Mean.Should().Be(double.NaN);
    }

    [Fact]
    public void A_penalty_does_not_overflow_before_its_strength_makes_up_for_it()
    {
        Penalty.L2<double>(1e-200).Value([1e160, 3e160]).Should().BeApproximately(5e120, 1e106);
        Penalty.L2<float>(1e-30).Value([1e25f]).Should().BeApproximately(5e19, 1e14);
        Penalty.L2<float>(3e38).Value([1.2f]).Should().BeApproximately(2.16e38, 1e32);
        Penalty.L1<double>(1).Value([double.NaN, 2, double.PositiveInfinity], [false, true, false]).Should().Be(2);
        double[] gradient = [1, 1, 1];
        Penalty.ElasticNet<double>(1, 1).AddGradient([double.NaN, 2, 3], gradient, [false, true, false]).Should().Be(4);
        gradient.Should().Equal(1, 4, 1);
    }

    [Fact]
    public void Outputs_that_share_memory_with_inputs_are_refused_and_nothing_is_written()
    {
        CostMatrix matrix = new(new double[,] { { 0, 2 }, { 9, 1 } });
        float[] numbers = [0.25f, 0.75f, 0.5f, 0.5f];
        Refused(() => matrix.Decide<float>(numbers, MemoryMarshal.Cast<float, int>(numbers.AsSpan(1, 2))));
        int[] labels = [0, 1];
        Refused(() => matrix.OnProbabilities<float>().PerExample(
            numbers, labels, MemoryMarshal.Cast<int, float>(labels.AsSpan())));
        DecisionCosts[] costs = [new(1, 2)];
        Refused(() => PerExampleCosts.Decide<float>(
            costs, numbers.AsSpan(0, 1), MemoryMarshal.Cast<float, bool>(numbers.AsSpan())[..1]));
        Refused(() => PerExampleCosts.Decide<float>(
            costs, numbers.AsSpan(0, 1), MemoryMarshal.Cast<DecisionCosts, bool>(costs.AsSpan())[..1]));
        numbers.Should().Equal(0.25f, 0.75f, 0.5f, 0.5f);
        labels.Should().Equal(0, 1);

        static void Refused(Action call) => call.Should().Throw<ArgumentException>().WithMessage("*overlaps*");
    }
}
