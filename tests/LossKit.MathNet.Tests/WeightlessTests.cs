using LossKit.MathNet.Tests.Support;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.Optimization;

namespace LossKit.MathNet.Tests;

/// <summary>Examples of weight 0 are absent, and numbers at the ends of their range are no trouble.</summary>
public sealed class WeightlessTests
{
    private static readonly double[] s_nonFinite = [double.NaN, double.PositiveInfinity, double.NegativeInfinity];

    private static readonly LimitedMemoryBfgsMinimizer s_bfgs = new(1e-8, 1e-12, 1e-14, 20);

    private static readonly NewtonMinimizer s_newton = new(1e-10, 100, useLineSearch: true);

    [Fact]
    public void Features_of_weight_0_may_be_anything()
    {
        Vector<double> targets = Vector<double>.Build.DenseOfArray([3, 5, 100, 9, 11]);
        Vector<double> weights = Vector<double>.Build.DenseOfArray([1, 1, 0, 1, 2]);
        foreach (double broken in s_nonFinite)
        {
            foreach (Matrix<double> features in new[]
            {
                Matrix<double>.Build.DenseOfColumnArrays([[1, 2, broken, 4, 5]]),
                Matrix<double>.Build.SparseOfColumnArrays([[1, 2, broken, 4, 5]]),
            })
            {
                foreach (Vector<double> w in new[] { weights, Vector<double>.Build.SparseOfVector(weights) })
                {
                    LinearModelOptions options = new() { Weights = w };
                    Vector<double> fit = LinearModel.Fit(
                        Loss.SquaredError<double>(), features, targets, s_newton, options).MinimizingPoint;
                    fit[0].Should().BeApproximately(2, 1e-9);
                    fit[1].Should().BeApproximately(1, 1e-9);
                }

                features[2, 0].Should().Be(broken, "the caller's features are not touched");
            }
        }

        LinearModelObjective objective = new(
            Loss.SoftmaxCrossEntropy<double>(2),
            Matrix<double>.Build.DenseOfColumnArrays([[1, 2, double.NaN, 4, 5]]),
            [0, 1, 1, 0, 1],
            2,
            new() { Weights = weights });
        objective.EvaluateAt(objective.Start);
        objective.Value.Should().BeApproximately(Math.Log(2), 1e-15);
        objective.Gradient.ForAll(double.IsFinite).Should().BeTrue();
    }

    [Fact]
    public void The_start_is_the_mean_of_the_targets_that_count()
    {
        Matrix<double> features = Matrix<double>.Build.DenseOfColumnArrays([[1, 2, 3]]);
        Start([5, double.NaN, 1], [1, 0, 3]).Should().Be(2);
        Start([5, double.PositiveInfinity, 1], [1, 0, 3]).Should().Be(2);
        Start([1e308, 1.5e308, 1.25e308], [1, 1, 2]).Should().BeApproximately(1.25e308, 1e293);
        Start([5, 2, 2], [1e308, 1e308, 1e308]).Should().Be(3);
        Start([5, 2, 2], [1, -1, 3]).Should().Be(0, "there is no mean by a negative weight");

        double Start(double[] targets, double[] weights) => new LinearModelObjective(
            Loss.SquaredError<double>(),
            features,
            Vector<double>.Build.Dense(targets),
            new() { Weights = Vector<double>.Build.Dense(weights) }).Start[1];
    }

    [Fact]
    public void A_penalty_of_0_is_0_and_another_does_not_overflow_too_soon()
    {
        Matrix<double> features = Matrix<double>.Build.DenseOfColumnArrays([[1e-200, 2e-200]]);
        Vector<double> targets = Vector<double>.Build.DenseOfArray([0, 0]);
        Vector<double> point = Vector<double>.Build.DenseOfArray([1e200]);
        Value(0).Should().BeApproximately(1.5, 1e-12);
        Value(1e-300).Should().BeApproximately(0.5e100, 1e86);

        double Value(double l2)
        {
            LinearModelObjective objective = new(
                Loss.AbsoluteError<double>(), features, targets, new() { HasIntercept = false, L2 = l2 });
            objective.EvaluateAt(point);
            return objective.Value;
        }
    }

    [Fact]
    public void Quantiles_do_not_see_targets_of_weight_0()
    {
        DataSet data = DataSet.Diabetes;
        Vector<double> weights = Vector<double>.Build.Dense(data.Count, 1);
        weights[3] = 0;
        Vector<double> targets = data.Targets.Clone();
        Vector<double> without = Fit();
        foreach (double broken in (double[])[1e15, .. s_nonFinite])
        {
            targets[3] = broken;
            (Fit() - without).AbsoluteMaximum().Should().BeLessThan(1e-4);
        }

        Vector<double> Fit() => QuantileRegression.Fit(
            0.4, data.Features, targets, s_bfgs, new() { Weights = weights }).MinimizingPoint;
    }

    [Fact]
    public void Mistakes_are_named_the_same_in_every_culture()
    {
        ((Action)(() => _ = new LinearModelOptions { L2 = -0.5 })).Should().Throw<ArgumentOutOfRangeException>()
            .WithMessage("'L2' must be finite and at least 0. Actual value was -0.5.*")
            .Which.ParamName.Should().Be("L2");
        Matrix<double> features = Matrix<double>.Build.Dense(2, 1);
        ((Action)(() => QuantileRegression.Fit(1.5, features, Vector<double>.Build.Dense(2), s_newton)))
            .Should().Throw<ArgumentOutOfRangeException>()
            .WithMessage("'quantile' must be strictly between 0 and 1*1.5*").Which.ParamName.Should().Be("quantile");
    }
}
