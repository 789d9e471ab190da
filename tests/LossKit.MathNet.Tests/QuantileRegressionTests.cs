using LossKit.MathNet.Tests.Support;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.Optimization;

namespace LossKit.MathNet.Tests;

public sealed class QuantileRegressionTests
{
    private static readonly LimitedMemoryBfgsMinimizer s_minimizer = new(1e-8, 1e-12, 1e-14, 20);

    [Theory]
    [InlineData(0.25)]
    [InlineData(0.8)]
    public void Weights_are_repetitions(double quantile)
    {
        DataSet data = DataSet.Diabetes;
        int[] repeated =
            [.. Enumerable.Range(0, data.Count).SelectMany(i => Enumerable.Repeat(i, (int)data.Weights[i]))];
        Vector<double> weighted = QuantileRegression.Fit(
            quantile, data.Features, data.Targets, s_minimizer, new() { Weights = data.Weights }).MinimizingPoint;
        Vector<double> expected = QuantileRegression.Fit(
            quantile,
            Matrix<double>.Build.DenseOfRowVectors(repeated.Select(i => data.Features.Row(i))),
            Vector<double>.Build.DenseOfEnumerable(repeated.Select(i => data.Targets[i])),
            s_minimizer).MinimizingPoint;
        (weighted - expected).AbsoluteMaximum().Should().BeLessThan(1e-4);
        weighted.Should().NotContain(double.NaN);
    }

    [Fact]
    public void A_penalty_shrinks()
    {
        DataSet data = DataSet.Diabetes;
        double free = Norm(new());
        double penalised = Norm(new() { L2 = 0.1 });
        penalised.Should().BeInRange(0.01 * free, 0.9 * free);

        double Norm(LinearModelOptions options) => QuantileRegression
            .Fit(0.5, data.Features, data.Targets, s_minimizer, options).MinimizingPoint.SubVector(0, 10).L2Norm();
    }

    [Fact]
    public void Constant_targets_are_their_own_quantile()
    {
        Vector<double> constant = Vector<double>.Build.Dense(20, 7);
        Vector<double> fit = QuantileRegression.Fit(
            0.9, Matrix<double>.Build.Random(20, 2, seed: 1), constant, s_minimizer).MinimizingPoint;
        (fit - Vector<double>.Build.DenseOfArray([0, 0, 7])).AbsoluteMaximum().Should().BeLessThan(1e-5);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(double.NaN)]
    public void A_quantile_lies_between_0_and_1(double quantile) =>
        ((Action)(() => QuantileRegression.Fit(
            quantile, DataSet.Diabetes.Features, DataSet.Diabetes.Targets, s_minimizer)))
        .Should().Throw<ArgumentOutOfRangeException>().Which.ParamName.Should().Be("quantile");
}
