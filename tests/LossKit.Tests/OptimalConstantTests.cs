using System.Numerics;
using LossKit.Tests.Support;

namespace LossKit.Tests;

public sealed class SingleOptimalConstantTests : OptimalConstantTests<float>;

public sealed class DoubleOptimalConstantTests : OptimalConstantTests<double>;

/// <summary>No constant prediction is better than the optimal one.</summary>
public abstract class OptimalConstantTests<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private static readonly double s_precision = typeof(T) == typeof(float) ? 2e-6 : 1e-13;

    public static TheoryData<string> Losses => LossCatalogue.Names;

    public static TheoryData<string> LossesWithStatistic => new(LossCatalogue.All
        .Where(instance => Samples.Facts(instance).Elicits is not null).Select(instance => instance.Name));

    /// <summary>Of all losses, for several data sets: no constant of a fine grid has a lower cost.</summary>
    [Theory, MemberData(nameof(Losses))]
    public void No_constant_of_a_grid_is_better(string name)
    {
        LossInstance instance = LossCatalogue.Get(name);
        PointwiseLoss<T> loss = instance.Loss<T>();
        LossFacts facts = loss.Facts;
        foreach (int seed in new[] { 1, 2, 3 })
        {
            (T[] predictions, T[] targets, T[] weights) = Samples.Batch<T>(instance, 601, seed);
            T best = OptimalConstant.Of<T>(loss, targets, weights);
            if (T.IsInfinity(best) || T.IsNaN(best))
            {
                continue;
            }

            double least = CostOf(loss, best, targets, weights);
            double size = CostSize(loss, best, targets, weights);

            // Losses that are not convex are only searched where targets are; elsewhere nothing is promised.
            (double low, double high) = facts.Convexity >= Convexity.Convex || facts.Elicits is not null
                ? (-30, 30)
                : Range(facts, targets);
            double cell = (high - low) / 64;
            for (double x = low; x <= high; x += facts.Convexity >= Convexity.Convex ? 0.37 : cell)
            {
                if (facts.Predictions.Contains(x))
                {
                    double other = CostOf(loss, T.CreateTruncating(x), targets, weights);
                    (other < least - s_precision * size).Should()
                        .BeFalse($"{best} costs {least}, and {x} costs {other}");
                }
            }

            // And nearby, however the loss is shaped; clipped ones have minima side by side.
            foreach (double step in new[] { 1e-4, -1e-4, 1e-3, -1e-3 })
            {
                double x = Samples.ToDouble(best) + step;
                if (facts.Predictions.Contains(x) && x >= low && x <= high)
                {
                    double other = CostOf(loss, T.CreateTruncating(x), targets, weights);
                    (other < least - s_precision * size).Should()
                        .BeFalse($"{best} costs {least}, and {x} costs {other}");
                }
            }
        }
    }

    [Theory, MemberData(nameof(LossesWithStatistic))]
    public void The_statistic_that_a_loss_elicits_is_where_its_gradient_changes_sign(string name)
    {
        LossInstance instance = LossCatalogue.Get(name);
        PointwiseLoss<T> loss = instance.Loss<T>();
        foreach (int seed in new[] { 1, 2, 3 })
        {
            (_, T[] targets, T[] weights) = Samples.Batch<T>(instance, 601, seed);
            if (loss.Facts.Link != Link.Identity && !(Statistic.Mean.Of<T>(targets, weights) > 0))
            {
                targets = [.. targets.Select(T.Abs)];
            }

            double best = Samples.ToDouble(OptimalConstant.Of<T>(loss, targets, weights));
            double step = 1e-3 * Math.Min(1, Math.Abs(best));
            if (loss.Facts.Elicits!.Name != "mean")
            {
                // A quantile is one of the targets: just beside it, others may lie in between.
                step = 10 * s_precision * Math.Max(1, Math.Abs(best));
            }

            Slope(loss, best - step, targets, weights).Should().BeLessThanOrEqualTo(0);
            Slope(loss, best + step, targets, weights).Should().BeGreaterThanOrEqualTo(0);
        }
    }

    [Fact]
    public void Closed_forms_are_the_ones_of_the_textbook()
    {
        T[] targets = Numbers(1, 2, 3, 10);
        Is(Loss.SquaredError<T>(), targets, 4);
        Is(Loss.GaussianNegativeLogLikelihood<T>(2), targets, 4);
        Is(Loss.AbsoluteError<T>(), targets, 2.5);
        Is(Loss.AbsoluteError<T>(), Numbers(1, 2, 10), 2);
        Is(Loss.Quantile<T>(0.9), targets, 10);
        Is(Loss.Quantile<T>(0.25), targets, 1.5);
        Is(Loss.Poisson<T>(), targets, Math.Log(4));
        Is(Loss.Gamma<T>(), targets, Math.Log(4));
        Is(Loss.Tweedie<T>(1.3), targets, Math.Log(4));
        Is(Loss.BinaryCrossEntropyLogits<T>(), Numbers(0, 0, 0, 1), Math.Log(1.0 / 3));
        Is(Loss.BinaryCrossEntropy<T>(), Numbers(0, 0, 0, 1), 0.25);
        Is(Loss.SquaredError<T>().Scaled(3), targets, 4);
        Weighted(Loss.SquaredError<T>(), targets, [3, 0, 1, 0], 1.5);
        Weighted(Loss.AbsoluteError<T>(), targets, [1, 0, 0, 5], 10);
        Weighted(Loss.Poisson<T>(), targets, [3, 0, 1, 0], Math.Log(1.5));

        static void Is(PointwiseLoss<T> loss, T[] targets, double expected)
        {
            loss.Facts.Elicits.Should().NotBeNull();
            Samples.ToDouble(OptimalConstant.Of<T>(loss, targets)).Should().BeApproximately(expected, s_precision * 10);
        }

        static void Weighted(PointwiseLoss<T> loss, T[] targets, double[] weights, double expected) =>
            Samples.ToDouble(OptimalConstant.Of<T>(loss, targets, Numbers(weights)))
                .Should().BeApproximately(expected, s_precision * 10);
    }

    [Fact]
    public void Without_a_closed_form_the_minimum_is_found_by_search()
    {
        // Of logits and of margins: the log-odds of 1 in 4, also with a weight of 3, which makes them even.
        Found(Loss.Logistic<T>(), Numbers(-1, -1, -1, 1), -Math.Log(3));
        Found(Loss.Exponential<T>(), Numbers(-1, -1, -1, 1), -0.5 * Math.Log(3));
        Found(Loss.BinaryCrossEntropyLogits<T>(positiveWeight: 3), Numbers(0, 0, 0, 1), 0);
        Found(Loss.BinaryCrossEntropyLogits<T>(labelSmoothing: 0.5), Numbers(0, 0, 0, 0), -Math.Log(3));

        // The expectile τ of 0 and 1 is τ; an outlier moves Huber's minimum by δ only; of logs, the geometric mean.
        Found(Loss.Expectile<T>(0.8), Numbers(0, 1), 0.8);
        Found(Loss.Huber<T>(1), Numbers(-0.5, 0.5, 1000), 0.5);
        Found(Loss.SquaredError<T>().LogTarget(), Numbers(1, 100), Math.Log(10));

        // The relative error is least at the median of the targets weighted by their inverse.
        Found(Loss.AbsolutePercentageError<T>(), Numbers(1, 2, 3, 4), 2);

        // Far from 0, and from each other.
        Found(Loss.LogCosh<T>(), Numbers(1e5, 1e5 + 2), 1e5 + 1);

        static void Found(PointwiseLoss<T> loss, T[] targets, double expected)
        {
            loss.Facts.Elicits.Should().BeNull();
            double found = Samples.ToDouble(OptimalConstant.Of<T>(loss, targets));
            found.Should().BeApproximately(expected, s_precision * 10 * Math.Max(1, Math.Abs(expected)));
        }
    }

    [Fact]
    public void Of_several_minima_of_a_robust_loss_the_deepest_is_found()
    {
        T[] targets = Numbers(-50, -50, 20, 20.5, 21, 21);
        Samples.ToDouble(OptimalConstant.Of<T>(Loss.TukeyBiweight<T>(4.6851), targets)).Should().BeInRange(20, 21);
        Samples.ToDouble(OptimalConstant.Of<T>(Loss.Cauchy<T>(1), targets)).Should().BeInRange(20, 21);
    }

    [Fact]
    public void Where_the_cost_falls_without_end_the_constant_is_infinite()
    {
        T[] ones = Numbers(1, 1, 1);
        OptimalConstant.Of<T>(Loss.BinaryCrossEntropyLogits<T>(), ones).Should().Be(T.PositiveInfinity);
        OptimalConstant.Of<T>(Loss.BinaryCrossEntropyLogits<T>(), Numbers(0, 0)).Should().Be(T.NegativeInfinity);
        OptimalConstant.Of<T>(Loss.Poisson<T>(), Numbers(0, 0)).Should().Be(T.NegativeInfinity);
        OptimalConstant.Of<T>(Loss.Logistic<T>(), ones).Should().Be(T.PositiveInfinity);
        OptimalConstant.Of<T>(Loss.Exponential<T>(), Numbers(-1, -1)).Should().Be(T.NegativeInfinity);
        OptimalConstant.Of<T>(Loss.AdversarialWasserstein<T>(), ones).Should().Be(T.PositiveInfinity);
        T hinge = OptimalConstant.Of<T>(Loss.Hinge<T>(), ones);
        (T.IsFinite(hinge) && hinge >= T.One).Should().BeTrue("beyond the margin all are right");
    }

    [Fact]
    public void Without_weight_or_with_NaN_there_is_none()
    {
        foreach (PointwiseLoss<T> loss in new PointwiseLoss<T>[]
        {
            Loss.SquaredError<T>(), Loss.AbsoluteError<T>(), Loss.Huber<T>(1), Loss.Cauchy<T>(1),
        })
        {
            OptimalConstant.Of<T>(loss, []).Should().Be(T.NaN);
            OptimalConstant.Of<T>(loss, Numbers(1, 2), Numbers(0, 0)).Should().Be(T.NaN);
            OptimalConstant.Of<T>(loss, [T.One, T.NaN, T.One]).Should().Be(T.NaN);
            ((Action)(() => OptimalConstant.Of<T>(loss, Numbers(1, 2), Numbers(1)))).Should().Throw<ArgumentException>()
                .WithMessage("*1 entries*").Which.ParamName.Should().Be("weights");
            ((Action)(() => OptimalConstant.Of<T>(loss, Numbers(1, 2), Numbers(1, -1)))).Should()
                .Throw<ArgumentException>().WithMessage("weights[1] is -1*").Which.ParamName.Should().Be("weights");
        }

        // Slopes that overflow to both sides, in double, have no sum.
        T huge = T.CreateTruncating(typeof(T) == typeof(float) ? 1e30 : 1e200);
        OptimalConstant.Of<T>(Loss.LpDistance<T>(12), [-huge, huge]).Should().Be(T.NaN);
        ((Action)(() => OptimalConstant.Of<T>(null!, Numbers(1)))).Should().Throw<ArgumentNullException>();
    }

    [Fact]
    public void Only_quantiles_allocate()
    {
        T[] targets = Numbers([.. Enumerable.Range(0, 2000).Select(i => Math.Sin(i))]);
        PointwiseLoss<T> mean = Loss.SquaredError<T>();
        PointwiseLoss<T> search = Loss.Huber<T>(0.1);
        PointwiseLoss<T> grid = Loss.Cauchy<T>(1);
        Allocations.Of(() =>
        {
            OptimalConstant.Of<T>(mean, targets);
            OptimalConstant.Of<T>(search, targets);
            OptimalConstant.Of<T>(grid, targets);
        }).Should().BeLessThan(2000, "facts are made anew at each look, the data are not copied");
    }

    private static (double Low, double High) Range(LossFacts facts, T[] targets)
    {
        double low = facts.Link.Apply(Samples.ToDouble(targets.Min()));
        double high = facts.Link.Apply(Samples.ToDouble(targets.Max()));
        return (double.IsFinite(low) ? low : -4, double.IsFinite(high) ? high : 4);
    }

    private static double CostOf(PointwiseLoss<T> loss, T constant, T[] targets, T[] weights) =>
        loss.Value(Enumerable.Repeat(constant, targets.Length).ToArray(), targets, weights).Sum;

    private static double CostSize(PointwiseLoss<T> loss, T constant, T[] targets, T[] weights)
    {
        T[] losses = new T[targets.Length];
        loss.PerExample(Enumerable.Repeat(constant, targets.Length).ToArray(), targets, losses, weights);
        return losses.Zip(weights, (each, weight) => Math.Abs(Samples.ToDouble(each * weight))).Sum();
    }

    private static double Slope(PointwiseLoss<T> loss, double constant, T[] targets, T[] weights)
    {
        T[] gradient = new T[targets.Length];
        T[] predictions = Enumerable.Repeat(T.CreateTruncating(constant), targets.Length).ToArray();
        loss.ValueAndGradient(predictions, targets, gradient, weights, Reduction.Sum);
        return gradient.Sum(Samples.ToDouble);
    }

    private static T[] Numbers(params double[] numbers) => [.. numbers.Select(T.CreateTruncating)];
}
