using LossKit.MathNet.Tests.Support;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.Optimization;

namespace LossKit.MathNet.Tests;

/// <summary>Linear models of ranks against solutions on paper, and against gradient descent in plain numbers.</summary>
public sealed class OrdinalModelTests
{
    private static readonly BfgsMinimizer s_bfgs = new(1e-11, 1e-13, 1e-15, 2000);

    /// <summary>Without features thresholds are logits (or probits, or what the link is) of the shares below.</summary>
    [Fact]
    public void Thresholds_without_features_are_quantiles_of_the_shares()
    {
        int[] labels = [0, 0, 1, 2, 2, 2, 2, 3, 3, 1, 2, 0];
        Matrix<double> features = Matrix<double>.Build.Dense(labels.Length, 1);
        foreach ((SurvivalDistribution distribution, Func<double, double> quantile) in
            ((SurvivalDistribution, Func<double, double>)[])
            [
                (SurvivalDistribution.Logistic, p => Math.Log(p / (1 - p))),
                (SurvivalDistribution.Normal, p => global::MathNet.Numerics.Distributions.Normal.InvCDF(0, 1, p)),
                (SurvivalDistribution.Extreme, p => Math.Log(-Math.Log(1 - p))),
            ])
        {
            OrdinalModel model = OrdinalRegression.Fit(
                Loss.CumulativeLink<double>(4, distribution), features, labels, s_bfgs);
            model.Coefficients.Should().Equal(0);
            for (int k = 0; k < 3; k++)
            {
                double share = labels.Count(label => label <= k) / 12.0;
                model.Thresholds[k].Should().BeApproximately(quantile(share), 1e-7);
            }
        }

        // Each threshold is a logistic regression of its own.
        OrdinalModel all = OrdinalRegression.Fit(Loss.AllThreshold<double>(4), features, labels, s_bfgs);
        all.Thresholds[1].Should().BeApproximately(Math.Log(5 / 7.0), 1e-7);
    }

    /// <summary>Two classes and one feature of 0 and 1: the logarithm of the ratio of odds.</summary>
    [Fact]
    public void Two_classes_are_logistic_regression()
    {
        Matrix<double> features = Matrix<double>.Build.Dense(20, 1, (i, _) => i < 8 ? 1 : 0);
        int[] labels = [.. Enumerable.Range(0, 20).Select(i => i is < 6 or (>= 8 and < 11) ? 1 : 0)];
        foreach (OrdinalLoss<double> loss in (OrdinalLoss<double>[])
            [Loss.CumulativeLink<double>(2), Loss.AllThreshold<double>(2)])
        {
            OrdinalModel model = OrdinalRegression.Fit(loss, features, labels, s_bfgs);
            model.Coefficients[0].Should().BeApproximately(Math.Log(6 / 2.0 * 9 / 3), 1e-7);
            model.Thresholds[0].Should().BeApproximately(Math.Log(9 / 3.0), 1e-7);
            model.Labels(features).Should().Equal(Enumerable.Range(0, 20).Select(i => i < 8 ? 1 : 0));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_fit_is_where_plain_gradient_descent_arrives(bool takesAll)
    {
        DataSet data = DataSet.Diabetes;
        const int rows = 120;
        Matrix<double> features = data.Features.SubMatrix(0, rows, 2, 2);
        int[] labels = [.. data.Targets.Take(rows).Select(target => target < 100 ? 0 : target < 160 ? 1 : 2)];
        Vector<double> weights = data.Weights.SubVector(0, rows);
        OrdinalLoss<double> loss = takesAll ? Loss.AllThreshold<double>(3) : Loss.CumulativeLink<double>(3);
        OrdinalModel model = OrdinalRegression.Fit(
            loss, features, labels, s_bfgs, new() { Weights = weights, L2 = 0.01 });

        double[] learnt = [0, 0, -1, 1];
        for (int step = 0; step < 4000; step++)
        {
            double[] gradient = [0.01 * learnt[0], 0.01 * learnt[1], 0, 0];
            for (int i = 0; i < rows; i++)
            {
                double score = learnt[0] * features[i, 0] + learnt[1] * features[i, 1];
                (double first, double second) = Slopes(labels[i], score, learnt[2], learnt[3]);
                double share = weights[i] / weights.Sum();
                gradient[2] += share * first;
                gradient[3] += share * second;
                for (int j = 0; j < 2; j++)
                {
                    gradient[j] -= share * (first + second) * features[i, j];
                }
            }

            for (int j = 0; j < 4; j++)
            {
                learnt[j] -= gradient[j];
            }
        }

        model.Coefficients[0].Should().BeApproximately(learnt[0], 1e-7);
        model.Coefficients[1].Should().BeApproximately(learnt[1], 1e-7);
        model.Thresholds.Should().HaveCount(2);
        model.Thresholds[0].Should().BeApproximately(learnt[2], 1e-7);
        model.Thresholds[1].Should().BeApproximately(learnt[3], 1e-7);
        model.Labels(features).Should().Equal(Enumerable.Range(0, rows).Select(i =>
        {
            double score = learnt[0] * features[i, 0] + learnt[1] * features[i, 1];
            return (score > learnt[2] ? 1 : 0) + (score > learnt[3] ? 1 : 0);
        })).And.Contain([0, 1, 2]);

        // The derivatives of the loss with respect to both thresholds.
        (double First, double Second) Slopes(int label, double score, double first, double second)
        {
            (double below, double belowSecond) = (Sigmoid(first - score), Sigmoid(second - score));
            if (takesAll)
            {
                return (label > 0 ? below : below - 1, label > 1 ? belowSecond : belowSecond - 1);
            }

            double middle = belowSecond - below;
            return label switch
            {
                0 => (below - 1, 0),
                1 => (below * (1 - below) / middle, -belowSecond * (1 - belowSecond) / middle),
                _ => (0, belowSecond),
            };
        }

        static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));
    }

    [Fact]
    public void The_gradient_is_that_of_finite_differences()
    {
        Matrix<double> features = Matrix<double>.Build.Random(30, 2, seed: 4);
        int[] labels = [.. Enumerable.Range(0, 30).Select(i => i * 7 % 4)];
        LinearModelObjective objective = new(Loss.CumulativeLink<double>(4), features, labels, new() { L2 = 0.3 });
        Vector<double> point = Vector<double>.Build.Dense([0.4, -0.7, -1.1, 0.2, -0.5]);
        objective.EvaluateAt(point);
        objective.IsHessianSupported.Should().BeFalse();
        IObjectiveFunction other = objective.CreateNew();
        for (int i = 0; i < point.Count; i++)
        {
            (At(i, 1e-5) - At(i, -1e-5)).Should().BeApproximately(2e-5 * objective.Gradient[i], 1e-13);
        }

        objective.EvaluateAt(Vector<double>.Build.Dense(3));
        ((Action)(() => _ = objective.Value)).Should().Throw<ArgumentException>()
            .WithMessage("*3 entries: expected 5, 2 coefficients for each of 1 outputs, and 3 besides*");

        double At(int i, double step)
        {
            Vector<double> moved = point.Clone();
            moved[i] += step;
            other.EvaluateAt(moved);
            return other.Value;
        }
    }

    [Fact]
    public void Labels_that_are_ignored_and_examples_of_no_weight_have_no_part()
    {
        Matrix<double> features = Matrix<double>.Build.DenseOfColumnArrays([[1, 2, 3, 4, 5, 6, double.NaN]]);
        int[] labels = [0, 1, 0, 2, 1, 2, 1];
        OrdinalLoss<double> loss = Loss.CumulativeLink<double>(3);
        OrdinalModel model = OrdinalRegression.Fit(
            loss, features, labels, s_bfgs, new() { Weights = Vector<double>.Build.Dense(7, i => i < 6 ? 1 : 0) });
        OrdinalModel without = OrdinalRegression.Fit(loss, features.SubMatrix(0, 6, 0, 1), labels.AsSpan(..6), s_bfgs);
        model.Thresholds.Should().Equal(without.Thresholds);
        model.Coefficients.Should().Equal(without.Coefficients);
        labels[2] = -100;
        OrdinalRegression.Fit(loss, features.SubMatrix(0, 6, 0, 1), labels.AsSpan(..6), s_bfgs)
            .Coefficients[0].Should().BeGreaterThan(without.Coefficients[0]);
    }

    [Fact]
    public void Shared_thresholds_of_CORAL_are_all_thresholds_and_CORN_is_a_model_of_rows()
    {
        Matrix<double> features = Matrix<double>.Build.Dense(12, 1);
        int[] labels = [0, 0, 1, 2, 2, 2, 2, 2, 2, 1, 2, 0];

        // Of those that are at least k, the share that is more: 9 of 12, then 7 of 9.
        Vector<double> corn = LinearModel.Fit(
            Loss.Corn<double>(tasks: 2), features, labels, classes: 2, s_bfgs).MinimizingPoint;
        corn[1].Should().BeApproximately(Math.Log(9 / 3.0), 1e-7);
        corn[3].Should().BeApproximately(Math.Log(7 / 2.0), 1e-7);
    }

    [Fact]
    public void Mistakes_are_named()
    {
        OrdinalLoss<double> loss = Loss.CumulativeLink<double>(3);
        Matrix<double> features = Matrix<double>.Build.Random(4, 2, seed: 1);
        Fails(() => OrdinalRegression.Fit(loss, features, [0, 1], s_bfgs), "targets", "*2 entries*4 rows*");
        Fails(() => OrdinalRegression.Fit(loss, features, [0, 1, 2, 3], s_bfgs), "labels", "*is 3*3 classes*");
        Fails(() => OrdinalRegression.Fit(null!, features, [0], s_bfgs), "loss", "*");
        Fails(() => OrdinalRegression.Fit(loss, null!, [0], s_bfgs), "features", "*");
        Fails(() => OrdinalRegression.Fit(loss, features, [0, 1, 2, 0], null!), "minimizer", "*");
        OrdinalModel model = OrdinalRegression.Fit(
            loss, features, [0, 1, 2, 0], s_bfgs, new() { L2 = 1, HasIntercept = true });
        model.Coefficients.Count.Should().Be(2);
        model.Minimization.MinimizingPoint.Count.Should().Be(4);

        // On a threshold, a score is below it.
        Matrix<double> none = Matrix<double>.Build.Dense(4, 1);
        OrdinalModel even = OrdinalRegression.Fit(Loss.CumulativeLink<double>(2), none, [0, 1, 1, 0], s_bfgs);
        even.Thresholds.Should().Equal(0);
        even.Labels(none).Should().Equal(0, 0, 0, 0);
        Fails(() => model.Scores(Matrix<double>.Build.Dense(2, 3)), "features", "*3 columns: expected 2*");
        Fails(
            () => model.Labels(Matrix<double>.Build.Dense(1, 2, double.NaN)), "features", "*score of row 0*NaN*");

        static void Fails(Action action, string name, string message) =>
            action.Should().Throw<ArgumentException>().WithMessage(message).Which.ParamName.Should().Be(name);
    }
}
