using MathNet.Numerics;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.Optimization;

namespace LossKit.MathNet.Tests;

/// <summary>Linear models of survival and of several outputs against solutions on paper.</summary>
public sealed class SurvivalModelTests
{
    private static readonly BfgsMinimizer s_bfgs = new(1e-11, 1e-13, 1e-15, 2000);

    private static readonly double[] s_times = [2.3, 0.4, 5.1, 1.7, 3.3, 0.9, 7.9, 2.9, 1.1, 4.2];

    /// <summary>
    /// Three people with x = 1, 0, 1, whose events are in that order: the likelihood u/(2u + 1) · 1/(1 + u), u = e^β,
    /// is largest where 2u² = 1.
    /// </summary>
    [Theory]
    [InlineData(Ties.Breslow)]
    [InlineData(Ties.Efron)]
    public void Cox_of_three_people_is_that_of_a_quadratic_equation(Ties ties)
    {
        Vector<double> fit = Cox(ties, [[1], [0], [1]], [1, 2, 3], [1, 1, 1]).MinimizingPoint;
        fit.Count.Should().Be(1);
        fit[0].Should().BeApproximately(-0.5 * Math.Log(2), 1e-8);

        // Whoever is censored before all events has no part in it, and order and units of time have none.
        fit = Cox(ties, [[1], [-9], [1], [0]], [3000, 0.1, 1000, 2000], [1, 0, 1, 1]).MinimizingPoint;
        fit[0].Should().BeApproximately(-0.5 * Math.Log(2), 1e-8);
    }

    /// <summary>
    /// Two of four have their event at the same time, with x = 1 and 0, and x = 1 and 0 are left. By Breslow's rule the
    /// likelihood is u/(2u + 2)², by Efron's u/((2u + 2)(1.5u + 1.5)), with the same derivative of the logarithm. Then
    /// x = 1 has its event before x = 0: u/(u + 1).
    /// </summary>
    [Theory]
    [InlineData(Ties.Breslow)]
    [InlineData(Ties.Efron)]
    public void Cox_with_ties_and_a_penalty_solves_its_equation(Ties ties)
    {
        const double l2 = 0.2;
        LinearModelOptions options = new() { HasIntercept = false, L2 = l2 };
        double beta = Cox(ties, [[1], [0], [1], [0]], [1, 1, 2, 3], [1, 1, 1, 0], options).MinimizingPoint[0];

        // d/dβ of the three terms: 2·(u/(u + 1)) − 1 of the two tied ones, u/(u + 1) − 1 of the last.
        double p = 1 / (1 + Math.Exp(-beta));
        ((2 * p - 1 + p - 1) / 3 + l2 * beta).Should().BeApproximately(0, 1e-9);
        beta.Should().BePositive();
    }

    [Fact]
    public void An_intercept_of_Cox_changes_nothing_and_weights_are_those_of_people()
    {
        LinearModelOptions weighted = new() { Weights = Vector<double>.Build.Dense([2, 1, 1]) };
        Vector<double> fit = Cox(Ties.Breslow, [[1], [0], [1]], [1, 2, 3], [1, 1, 1], weighted).MinimizingPoint;
        Vector<double> twice = Cox(Ties.Breslow, [[1], [1], [0], [1]], [1, 1, 2, 3], [1, 1, 1, 1]).MinimizingPoint;
        fit[0].Should().BeApproximately(twice[0], 1e-7);
        fit[1].Should().BeApproximately(0, 1e-9);
    }

    /// <summary>Exponential times of two groups: e^μ is the time at risk of each over its events.</summary>
    [Fact]
    public void Exponential_times_of_two_groups_are_times_at_risk_over_events()
    {
        Matrix<double> features = Matrix<double>.Build.Dense(s_times.Length, 1, (i, _) => i % 2);
        Matrix<double> targets = Matrix<double>.Build.Dense(
            s_times.Length, 2, (i, j) => j == 1 && i % 5 == 4 ? double.PositiveInfinity : s_times[i]);
        TupleLoss<double> loss = Loss.Aft<double>(SurvivalDistribution.Extreme, sigma: 1);
        NewtonMinimizer newton = new(1e-12, 100, useLineSearch: true);
        foreach (IUnconstrainedMinimizer minimizer in (IUnconstrainedMinimizer[])[s_bfgs, newton])
        {
            Vector<double> fit = LinearModel.Fit(loss, features, targets, minimizer).MinimizingPoint;
            fit[1].Should().BeApproximately(Math.Log(Mean(0)), 1e-8);
            (fit[0] + fit[1]).Should().BeApproximately(Math.Log(Mean(1)), 1e-8);
        }

        double Mean(int group)
        {
            int[] members = [.. Enumerable.Range(0, s_times.Length).Where(i => i % 2 == group)];
            return members.Sum(i => s_times[i]) / members.Count(i => i % 5 != 4);
        }
    }

    /// <summary>Weibull times of one shape k: 1/k = Σ tᵏ·ln t / Σ tᵏ − mean ln t, and scale (mean tᵏ)^(1/k).</summary>
    [Fact]
    public void The_common_scale_of_Weibull_times_solves_its_equation()
    {
        Matrix<double> features = Matrix<double>.Build.Dense(s_times.Length, 1, (i, _) => Math.Sin(i));
        Matrix<double> targets = Matrix<double>.Build.Dense(s_times.Length, 2, (i, _) => s_times[i]);
        double k = FindRoots.OfFunction(
            k => s_times.Sum(t => Math.Pow(t, k) * Math.Log(t)) / s_times.Sum(t => Math.Pow(t, k))
                - s_times.Average(t => Math.Log(t)) - 1 / k,
            0.1,
            10,
            1e-14);
        TupleLoss<double> loss = Loss.AftLocationScale<double>(SurvivalDistribution.Extreme);

        // Features that say nothing, by a penalty that leaves nothing of them.
        Vector<double> fit = LinearModel.Fit(
            loss, 1e-9 * features, targets, s_bfgs, new() { ConstantOutputs = 1, L2 = 1 }).MinimizingPoint;
        fit.Count.Should().Be(4);
        fit[0].Should().BeApproximately(0, 1e-7);
        fit[1].Should().BeApproximately(Math.Log(s_times.Average(t => Math.Pow(t, k))) / k, 1e-7);
        fit[2].Should().Be(0);
        fit[3].Should().BeApproximately(-Math.Log(k), 1e-7);
        Matrix<double> predictions = LinearModel.Predict(fit, features, classes: 2);
        predictions.Column(1).Should().AllBeEquivalentTo(fit[3]);
    }

    /// <summary>The likelihood of a normal distribution of one variance: least squares, and RSS/n.</summary>
    [Fact]
    public void A_mean_with_a_common_variance_is_that_of_least_squares()
    {
        Matrix<double> features = Matrix<double>.Build.Dense(
            s_times.Length, 2, (i, j) => j == 0 ? i : Math.Cos(2.0 * i));
        Vector<double> targets = Vector<double>.Build.Dense(s_times);
        Matrix<double> design = features.InsertColumn(2, Vector<double>.Build.Dense(s_times.Length, 1));
        Vector<double> expected = design.QR().Solve(targets);
        double rss = (design * expected - targets).PointwisePower(2).Sum();

        TupleLoss<double> loss = Loss.NormalNll<double>(Link.Log);
        foreach (TupleLoss<double> any in (TupleLoss<double>[])[loss, loss.Planar()])
        {
            Vector<double> fit = LinearModel.Fit(
                any, features / 5, targets.ToColumnMatrix(), s_bfgs, new() { ConstantOutputs = 1 }).MinimizingPoint;
            (fit.SubVector(0, 2) / 5 - expected.SubVector(0, 2)).AbsoluteMaximum().Should().BeLessThan(1e-6);
            fit[2].Should().BeApproximately(expected[2], 1e-6);
            fit.SubVector(3, 2).Should().Equal(0, 0);
            Math.Exp(fit[5]).Should().BeApproximately(rss / s_times.Length, 1e-6);
        }
    }

    /// <summary>Hazards of intervals without features: the share of those at risk that has its event in each.</summary>
    [Fact]
    public void Hazards_of_intervals_are_events_over_those_at_risk()
    {
        int[] intervals = [0, 1, 1, 2, 0, 2, 1, 2, 2, 0];
        int[] events = [1, 1, 0, 1, 1, 0, 1, 1, 1, 0];
        Matrix<double> features = Matrix<double>.Build.Dense(intervals.Length, 1);
        Vector<double> fit = LinearModel.Fit(
            Loss.DiscreteTimeHazard<double>(3),
            features,
            scores => new() { Predictions = scores, Intervals = intervals, Events = events },
            ofScores => new() { Predictions = ofScores },
            s_bfgs,
            outputs: 3).MinimizingPoint;
        for (int k = 0; k < 3; k++)
        {
            int atRisk = intervals.Count(interval => interval >= k);
            int happened = intervals.Where((interval, i) => interval == k && events[i] == 1).Count();
            fit[2 * k + 1].Should().BeApproximately(Math.Log((double)happened / (atRisk - happened)), 1e-7);
        }
    }

    /// <summary>
    /// Of groups of two, of which one is relevant, softmax and pairs are the logistic regression of differences: with a
    /// share p of differences 1 where the relevant one has the feature, else −1, w = log(p/(1 − p)).
    /// </summary>
    [Fact]
    public void Lists_of_two_are_the_logistic_regression_of_their_difference()
    {
        double[] relevantHasFeature = [1, 1, 1, 0, 1, 0, 1, 1];
        Matrix<double> features = Matrix<double>.Build.Dense(16, 1, (i, _) => i % 2 == 0
            ? relevantHasFeature[i / 2]
            : 1 - relevantHasFeature[i / 2]);
        Vector<double> relevances = Vector<double>.Build.Dense(16, i => 1 - i % 2);
        int[] lengths = [.. Enumerable.Repeat(2, 8)];
        double expected = Math.Log(6 / 2.0);
        foreach (GroupedLoss<double> loss in (GroupedLoss<double>[])
            [Loss.PairwiseLogistic<double>(), Loss.SoftmaxRanking<double>()])
        {
            LinearModel.Fit(loss, features, relevances, lengths, s_bfgs, new() { HasIntercept = false })
                .MinimizingPoint[0].Should().BeApproximately(expected, 1e-8);
            Vector<double> withIntercept = LinearModel.Fit(loss, features, relevances, lengths, s_bfgs).MinimizingPoint;
            withIntercept[0].Should().BeApproximately(expected, 1e-8);
            withIntercept[1].Should().BeApproximately(0, 1e-9);

            // Weights are those of groups, and one of 0 leaves a group out, whatever its features.
            Vector<double> weights = Vector<double>.Build.Dense(8, i => i == 3 ? 3 : i == 0 ? 0 : 1);
            Matrix<double> broken = features.Clone();
            broken[0, 0] = double.NaN;
            LinearModel.Fit(
                loss, broken, relevances, lengths, s_bfgs, new() { HasIntercept = false, Weights = weights })
                .MinimizingPoint[0].Should().BeApproximately(Math.Log(5 / 4.0), 1e-8);
        }

        LinearModel.Fit(
            Loss.ListMle<double>(),
            features,
            scores => new() { Scores = scores, Relevances = relevances.AsArray(), Lengths = lengths },
            ofScores => new() { Scores = ofScores },
            s_bfgs,
            options: new() { HasIntercept = false }).MinimizingPoint[0].Should().BeApproximately(expected, 1e-8);
    }

    /// <summary>In a batch, too, where a product of a slope of 0 with a NaN would be one.</summary>
    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_person_of_weight_0_is_as_good_as_absent(double feature)
    {
        double[] times = [1, 2, 3, 4, 5];
        int[] events = [1, 1, 0, 1, 1];
        Matrix<double> features = Matrix<double>.Build.DenseOfColumnArrays([[1, feature, 0, 1, 0], [2, 1, 1, 5, 3]]);
        Vector<double> weights = Vector<double>.Build.DenseOfArray([1, 0, 2, 1, 1]);
        int[] others = [0, 2, 3, 4];
        Vector<double> fit = Fit(features, [.. times], [.. events], weights);
        Vector<double> without = Fit(
            Matrix<double>.Build.DenseOfRows(others.Select(row => features.Row(row))),
            [.. others.Select(row => times[row])],
            [.. others.Select(row => events[row])],
            Vector<double>.Build.DenseOfEnumerable(others.Select(row => weights[row])));
        (fit - without).AbsoluteMaximum().Should().BeLessThan(1e-9);

        LinearModelObjective counted = Objective(Vector<double>.Build.Dense(5, 1));
        counted.EvaluateAt(counted.Start);
        counted.Gradient[0].Should().Be(double.NaN, "a person who counts has a part in it");

        Vector<double> Fit(Matrix<double> x, double[] ofTime, int[] ofEvents, Vector<double> w) => LinearModel.Fit(
            Loss.Cox<double>(),
            x,
            risks => new() { Risks = risks, Times = ofTime, Events = ofEvents },
            ofRisks => new() { Risks = ofRisks },
            s_bfgs,
            options: new() { HasIntercept = false, Weights = w, L2 = 0.1 }).MinimizingPoint;

        LinearModelObjective Objective(Vector<double> w) => LinearModelObjective.OfBatch(
            Loss.Cox<double>(),
            features,
            risks => new() { Risks = risks, Times = times, Events = events },
            ofRisks => new() { Risks = ofRisks },
            options: new() { HasIntercept = false, Weights = w });
    }

    [Fact]
    public void Mistakes_are_named()
    {
        Matrix<double> features = Matrix<double>.Build.Dense(3, 1, 1);
        Vector<double> targets = Vector<double>.Build.Dense(3, 1);
        Matrix<double> intervals = Matrix<double>.Build.Dense(3, 2, 1);
        TupleLoss<double> aft = Loss.Aft<double>();
        TupleLoss<double> locationScale = Loss.AftLocationScale<double>();
        GroupedLoss<double> pairs = Loss.PairwiseLogistic<double>();
        Vector<double> four = Vector<double>.Build.Dense(4, 1);
        Fails(() => Fit(aft, targets.ToColumnMatrix()), "targets", "'targets' is 3×1: expected 2 columns*");
        Fails(() => Fit(aft, Matrix<double>.Build.Dense(4, 2)), "targets", "*4 entries*3 rows*");
        Fails(() => LinearModel.Fit(aft, features, targets, s_bfgs), "loss", "*1 predictions and 2 targets*");
        Fails(() => Fit(aft, intervals, new() { Weights = four }), "options.Weights", "*4 entries*3 rows*");
        Fails(
            () => Fit(aft, intervals, new() { ConstantOutputs = 1 }),
            "options.ConstantOutputs",
            "'options.ConstantOutputs' is 1, of 1 outputs with an intercept*");
        Fails(
            () => Fit(locationScale, intervals, new() { ConstantOutputs = 1, HasIntercept = false }),
            "options.ConstantOutputs",
            "*is 1, of 2 outputs without an intercept*");
        Fails(() => _ = new LinearModelOptions { ConstantOutputs = -1 }, "ConstantOutputs", "*-1*");
        Fails(
            () => Fit(locationScale, intervals, new() { Start = four.SubVector(0, 3) }),
            "options.Start",
            "*3 entries*4*");
        Fails(() => LinearModel.Fit(pairs, features, four, [3], s_bfgs), "targets", "*4 entries*3 rows*");
        Fails(() => LinearModel.Fit(pairs, features, targets, [2, 2], s_bfgs), "groups", "*4 entries in 2 groups*3*");
        Fails(() => LinearModel.Fit(pairs, features, targets, [4, -1], s_bfgs), "groups", "*Group 1*-1*");
        Fails(
            () => LinearModel.Fit(pairs, features, targets, [2, 1], s_bfgs, new() { Weights = targets }),
            "options.Weights",
            "*3 entries*2 groups*");
        Fails(
            () => LinearModel.Fit(
                Loss.Cox<double>(), features, null!, ofRisks => new() { Risks = ofRisks }, s_bfgs),
            "batch",
            "*");
        Fails(
            () => LinearModel.Fit(
                Loss.Cox<double>(),
                features,
                risks => new() { Risks = risks, Times = [1, 2], Events = [1, 0] },
                ofRisks => new() { Risks = ofRisks },
                s_bfgs),
            "times",
            "*2*3*");
        Fails(
            () => LinearModel.Fit(
                Loss.Cox<double>(),
                features,
                risks => new() { Risks = risks, Times = [1, 2, 3], Events = [1, 0, 1] },
                _ => new() { },
                s_bfgs),
            "gradients",
            "'gradients' makes a place in which 'loss' writes no gradient of the scores of row 0*");
        ((Action)(() => Fit(locationScale, intervals, null, new NewtonMinimizer(1e-6, 10))))
            .Should().Throw<IncompatibleObjectiveException>();

        void Fit(
            TupleLoss<double> loss,
            Matrix<double> matrix,
            LinearModelOptions? options = null,
            IUnconstrainedMinimizer? minimizer = null) =>
            LinearModel.Fit(loss, features, matrix, minimizer ?? s_bfgs, options);

        static void Fails(Action action, string name, string message) =>
            action.Should().Throw<ArgumentException>().WithMessage(message).Which.ParamName.Should().Be(name);
    }

    private static MinimizationResult Cox(
        Ties ties, double[][] features, double[] times, int[] events, LinearModelOptions? options = null) =>
        LinearModel.Fit(
            Loss.Cox<double>(ties),
            Matrix<double>.Build.DenseOfRowArrays(features),
            risks => new() { Risks = risks, Times = times, Events = events },
            ofRisks => new() { Risks = ofRisks },
            s_bfgs,
            options: options ?? new() { HasIntercept = false });
}
