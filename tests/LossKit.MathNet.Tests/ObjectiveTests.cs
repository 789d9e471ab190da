using LossKit.MathNet.Tests.Support;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.Optimization;

namespace LossKit.MathNet.Tests;

/// <summary>The objective is what it says, and keeps the rules of MathNet's optimisers.</summary>
public sealed class ObjectiveTests
{
    private const int Rows = 60;
    private const int Features = 4;
    private const int Classes = 3;

    private static readonly Matrix<double> s_features = Matrix<double>.Build.Random(Rows, Features, seed: 1);
    private static readonly Vector<double> s_targets = Vector<double>.Build.Random(Rows, seed: 2).PointwiseAbs();
    private static readonly int[] s_labels = [.. Enumerable.Range(0, Rows).Select(row => row * 5 % 7 % Classes)];
    private static readonly LinearModelOptions s_weighted = new()
    {
        L2 = 0.3,
        Weights = Vector<double>.Build.Dense(Rows, row => 0.5 + row % 3),
    };

    public static TheoryData<string, bool> Models
    {
        get
        {
            TheoryData<string, bool> data = [];
            foreach (string name in (string[])["squared", "log-cosh", "poisson", "gamma", "logistic", "custom"])
            {
                data.Add(name, true);
                data.Add(name, false);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Value_is_the_mean_loss_and_half_the_penalty(string model, bool hasIntercept)
    {
        LinearModelObjective objective = Objective(model, hasIntercept);
        Vector<double> point = Point(objective);
        objective.EvaluateAt(point);

        Vector<double> scores = LinearModel.Predict(point, s_features);
        double squares = point.Take(Features).Sum(w => w * w);
        double mean = Enumerable.Range(0, Rows).Sum(row =>
            s_weighted.Weights![row] * LossOf(model).At(scores[row], s_targets[row]).Loss) / s_weighted.Weights!.Sum();
        objective.Value.Should().BeApproximately(mean + 0.5 * s_weighted.L2 * squares, 1e-13 * Math.Abs(mean));
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Gradient_and_Hessian_are_those_of_finite_differences(string model, bool hasIntercept)
    {
        LinearModelObjective objective = Objective(model, hasIntercept);
        Vector<double> point = Point(objective);
        objective.EvaluateAt(point);
        objective.IsHessianSupported.Should().BeTrue();
        IObjectiveFunction other = objective.CreateNew();
        for (int i = 0; i < point.Count; i++)
        {
            Difference(other, point, i, f => f.Value).Should().BeApproximately(objective.Gradient[i], 1e-8);
            for (int j = 0; j < point.Count; j++)
            {
                Difference(other, point, i, f => f.Gradient[j])
                    .Should().BeApproximately(objective.Hessian[i, j], 1e-8);
            }
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Gradient_of_softmax_regression_is_that_of_finite_differences(bool hasIntercept)
    {
        LinearModelObjective objective = new(
            Loss.SoftmaxCrossEntropy<double>(Classes),
            s_features,
            s_labels,
            Classes,
            s_weighted with { HasIntercept = hasIntercept });
        Vector<double> point = Point(objective);
        point.Count.Should().Be(Classes * (Features + (hasIntercept ? 1 : 0)));
        objective.EvaluateAt(point);
        IObjectiveFunction other = objective.CreateNew();
        for (int i = 0; i < point.Count; i++)
        {
            Difference(other, point, i, f => f.Value).Should().BeApproximately(objective.Gradient[i], 1e-8);
        }

        Cost cost = Loss.SoftmaxCrossEntropy<double>(Classes).Value(
            LinearModel.Predict(point, s_features, Classes), s_labels, s_weighted.Weights);
        int inputs = point.Count / Classes;
        double squares = point.Where((_, i) => i % inputs < Features).Sum(w => w * w);
        objective.Value.Should().BeApproximately(cost.Mean + 0.5 * s_weighted.L2 * squares, 1e-12);
    }

    [Fact]
    public void Value_and_gradient_are_computed_once_per_point_and_only_when_asked_for()
    {
        CountingLoss loss = new(Loss.LogCosh<double>());
        LinearModelObjective objective = new(loss, s_features, s_targets);
        objective.EvaluateAt(objective.Start);
        loss.Calls.Should().Be(0);
        _ = objective.Gradient[0] + objective.Value + objective.Gradient[1] + objective.Value;
        loss.Calls.Should().Be(1);
        _ = objective.Fork().Value;
        loss.Calls.Should().Be(1);
        _ = objective.Hessian[0, 0] + objective.Hessian[1, 1];
        loss.Calls.Should().Be(2);
        objective.EvaluateAt(objective.Point * 2);
        loss.Calls.Should().Be(2);
        _ = objective.Value + objective.Gradient[0];
        loss.Calls.Should().Be(3);
    }

    [Fact]
    public void A_fork_keeps_its_point_and_a_new_one_has_none()
    {
        LinearModelObjective objective = Objective("poisson", hasIntercept: true);
        Vector<double> point = Point(objective);
        objective.EvaluateAt(point);
        (double value, Vector<double> gradient) = (objective.Value, objective.Gradient.Clone());
        Matrix<double> hessian = objective.Hessian.Clone();

        IObjectiveFunction fork = objective.Fork();
        IObjectiveFunction fresh = objective.CreateNew();
        ((Action)(() => _ = fresh.Value)).Should().Throw<InvalidOperationException>().WithMessage("*EvaluateAt*");
        fresh.EvaluateAt(-point);
        objective.EvaluateAt(point * 2);
        (fresh.Value + objective.Value).Should().NotBe(2 * value);
        _ = fresh.Gradient[0] + objective.Gradient[0] + fresh.Hessian[0, 0] + objective.Hessian[0, 0];

        fork.Point.Should().Equal(point);
        fork.Value.Should().Be(value);
        fork.Gradient.Should().Equal(gradient);
        fork.Hessian.Should().Be(hessian);
        objective.EvaluateAt(point);
        objective.Gradient.Should().Equal(gradient);
    }

    [Fact]
    public void Forks_may_be_evaluated_at_the_same_time()
    {
        LinearModelObjective objective = Objective("gamma", hasIntercept: true);
        Vector<double> point = Point(objective);
        double[] expected = [.. Enumerable.Range(0, 200).Select(i => ValueAt(objective.CreateNew(), i))];
        double[] actual = new double[expected.Length];
        Parallel.For(0, expected.Length, i => actual[i] = ValueAt(objective.CreateNew(), i));
        actual.Should().Equal(expected);

        double ValueAt(IObjectiveFunction function, int i)
        {
            function.EvaluateAt(point * (i / 100.0));
            return function.Value + function.Gradient.Sum() + function.Hessian[0, 1];
        }
    }

    [Fact]
    public void A_sparse_design_gives_the_same_and_an_evaluation_leaves_no_garbage()
    {
        Matrix<double> holes = s_features.Map(x => Math.Abs(x) < 0.5 ? 0 : x, Zeros.Include);
        LinearModelObjective dense = new(Loss.LogCosh<double>(), holes, s_targets, s_weighted);
        LinearModelObjective sparse = new(
            Loss.LogCosh<double>(), Matrix<double>.Build.SparseOfMatrix(holes), s_targets, s_weighted);
        Vector<double> point = Point(dense);
        dense.EvaluateAt(point);
        sparse.EvaluateAt(point);
        sparse.Value.Should().BeApproximately(dense.Value, 1e-14);
        (sparse.Gradient - dense.Gradient).AbsoluteMaximum().Should().BeLessThan(1e-14);
        (sparse.Hessian - dense.Hessian).Enumerate().Max(Math.Abs).Should().BeLessThan(1e-14);

        // And at the next point, of the same object.
        dense.EvaluateAt(-point);
        sparse.EvaluateAt(-point);
        (sparse.Gradient - dense.Gradient).AbsoluteMaximum().Should().BeLessThan(1e-14);

        // MathNet's products with dense matrices copy; those with sparse ones do not.
        sparse.EvaluateAt(point);
        Allocations.OfFirst(() => _ = sparse.Value + sparse.Gradient[0]).Should().BeLessThan(Rows * sizeof(double) / 4);
    }

    [Fact]
    public void A_NaN_at_one_point_does_not_reach_the_next()
    {
        LinearModelObjective objective = Objective("squared", hasIntercept: true);
        Vector<double> point = Point(objective);
        objective.EvaluateAt(point * double.NaN);
        objective.Value.Should().Be(double.NaN);
        objective.Gradient.Should().AllBeEquivalentTo(double.NaN);
        objective.EvaluateAt(point);
        objective.Value.Should().NotBe(double.NaN);
        objective.Gradient.Should().NotContain(double.NaN);
    }

    [Fact]
    public void A_minimiser_refuses_a_loss_that_lacks_what_it_needs()
    {
        BfgsMinimizer bfgs = new(1e-6, 1e-6, 1e-6);
        NewtonMinimizer newton = new(1e-6, 100);
        Vector<double> signs = s_targets.Map(t => t > 0.5 ? 1.0 : -1.0);
        Refused(() => LinearModel.Fit(Loss.Quantile<double>(0.5), s_features, s_targets, newton));
        Refused(() => LinearModel.Fit(Loss.Hinge<double>(), s_features, signs, newton));
        Refused(() => LinearModel.Fit(Loss.SoftmaxCrossEntropy<double>(3), s_features, s_labels, 3, newton));

        LinearModelObjective withoutHessian = new(Loss.Hinge<double>(), s_features, signs);
        withoutHessian.EvaluateAt(withoutHessian.Start);
        ((Action)(() => _ = withoutHessian.Hessian)).Should().Throw<NotSupportedException>().WithMessage("*Hessian*");

        // What needs no gradient may minimise an error count.
        LinearModelObjective errors = new(Loss.ZeroOne<double>(), s_features, signs);
        errors.EvaluateAt(errors.Start);
        errors.Value.Should().BeInRange(0.01, 0.99);
        errors.IsGradientSupported.Should().BeFalse();
        Refused(() => bfgs.FindMinimum(errors, errors.Start));

        static void Refused(Action fit) => fit.Should().Throw<IncompatibleObjectiveException>();
    }

    [Fact]
    public void It_starts_at_the_mean_of_the_targets()
    {
        Vector<double> weights = s_weighted.Weights!;
        double mean = weights * s_targets / weights.Sum();
        ShouldStartAt(Objective("squared", hasIntercept: true), mean);
        ShouldStartAt(Objective("poisson", hasIntercept: true), Math.Log(mean));
        Objective("poisson", hasIntercept: false).Start.Should().Equal(0, 0, 0, 0);
        Vector<double> ones = Vector<double>.Build.Dense(Rows, 1);
        new LinearModelObjective(Loss.BinaryCrossEntropyLogits<double>(), s_features, ones)
            .Start.Should().Equal(0, 0, 0, 0, 0);

        static void ShouldStartAt(LinearModelObjective objective, double intercept)
        {
            objective.Start.Take(4).Should().Equal(0, 0, 0, 0);
            objective.Start[4].Should().BeApproximately(intercept, 1e-15);
        }
    }

    [Fact]
    public void Mismatches_are_named()
    {
        Vector<double> three = Vector<double>.Build.Dense(3);
        PointwiseLoss<double> loss = Loss.SquaredError<double>();
        CategoricalLoss<double> softmax = Loss.SoftmaxCrossEntropy<double>(3);
        BfgsMinimizer minimizer = new(1e-6, 1e-6, 1e-6);
        Fails(() => _ = new LinearModelObjective(loss, s_features, three), "targets", "*3 entries*60 rows*");
        Fails(() => _ = new LinearModelObjective(softmax, s_features, [0, 1], 3), "targets", "*2 entries*60 rows*");
        Fails(() => _ = new LinearModelObjective(softmax, s_features, s_labels, 2), "classes", "*is 2*3 scores*");
        Fails(
            () => _ = new LinearModelObjective(Loss.NormalNll<double>(), s_features, s_targets),
            "loss",
            "'loss' takes 2 predictions and 1 targets*");
        Fails(
            () => LinearModel.Fit(loss, s_features, s_targets, minimizer, new() { Start = three }),
            "options.Start",
            "'options.Start' has 3 entries, but the model has 5 coefficients*");
        int[] fourth = [.. s_labels.Select(label => label == 2 ? 3 : label)];
        Fails(
            () => LinearModel.Fit(softmax, s_features, fourth, 3, minimizer),
            "targets",
            "*is 3, but there are 3 classes*");
        Fails(() => _ = new LinearModelObjective(softmax, s_features, s_labels, 1), "classes", "*2*");
        Fails(
            () => _ = new LinearModelObjective(loss, s_features, s_targets, new() { Weights = three }),
            "options.Weights",
            "*3 entries*60 rows*");
        Fails(() => _ = new LinearModelOptions { L2 = -1 }, "L2", "*at least 0*");
        Fails(() => _ = new LinearModelOptions { L2 = double.NaN }, "L2", "*at least 0*");
        Fails(() => LinearModel.Predict(three, s_features), "parameters", "*3 entries*4 coefficients*");
        Fails(() => LinearModel.Predict(three, s_features, classes: 2), "parameters", "*each of 2 classes*");

        LinearModelObjective objective = new(loss, s_features, s_targets);
        objective.EvaluateAt(three);
        Fails(() => _ = objective.Value, "point", "*3 entries*5*4 coefficients and an intercept*");
    }

    private static void Fails(Action action, string name, string message) =>
        action.Should().Throw<ArgumentException>().WithMessage(message).Which.ParamName.Should().Be(name);

    private static LinearModelObjective Objective(string model, bool hasIntercept) =>
        new(LossOf(model), s_features, s_targets, s_weighted with { HasIntercept = hasIntercept });

    private static PointwiseLoss<double> LossOf(string model) => model switch
    {
        "squared" => Loss.SquaredError<double>(),
        "log-cosh" => Loss.LogCosh<double>(),
        "poisson" => Loss.Poisson<double>(),
        "gamma" => Loss.Gamma<double>(),
        "logistic" => Loss.Logistic<double>(),
        "custom" => Loss.Linex<double>(a: 0.7).Scaled(2).Plus(Loss.Cauchy<double>()),
        _ => throw new ArgumentOutOfRangeException(nameof(model), model, "Expected one of the models above."),
    };

    private static Vector<double> Point(LinearModelObjective objective) =>
        Vector<double>.Build.Random(objective.Start.Count, seed: 3) * 0.5;

    /// <summary>Central, of fourth order.</summary>
    private static double Difference(
        IObjectiveFunction objective, Vector<double> point, int index, Func<IObjectiveFunction, double> read)
    {
        const double Step = 1e-3;
        return (8 * (At(Step) - At(-Step)) - (At(2 * Step) - At(-2 * Step))) / (12 * Step);

        double At(double step)
        {
            Vector<double> moved = point.Clone();
            moved[index] += step;
            objective.EvaluateAt(moved);
            return read(objective);
        }
    }
}
