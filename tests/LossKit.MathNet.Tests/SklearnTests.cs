using LossKit.MathNet.Tests.Support;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.Optimization;

namespace LossKit.MathNet.Tests;

/// <summary>
/// Every model comes out as scikit-learn 1.2 fits it, whichever of MathNet's minimisers fits it here. The tolerance is
/// relative to the largest coefficient.
/// </summary>
public sealed class SklearnTests
{
    private const double Tolerance = 1e-5;

    private static readonly DataSet s_diabetes = DataSet.Diabetes;

    public enum Minimizer
    {
        Newton,
        Bfgs,
        LimitedMemoryBfgs,
        ConjugateGradient,
    }

    public static TheoryData<Minimizer> All => [.. Enum.GetValues<Minimizer>()];

    public static TheoryData<Minimizer> WithGradientsOnly =>
        [.. Enum.GetValues<Minimizer>().Where(minimizer => minimizer != Minimizer.Newton)];

    [Theory]
    [MemberData(nameof(All))]
    public void Ridge_regression(Minimizer minimizer)
    {
        SklearnFit expected = SklearnFit.Of("ridge");
        Agrees(expected, Loss.SquaredError<double>(), s_diabetes, minimizer, new()
        {
            L2 = 2 * expected["alpha"] / s_diabetes.Count,
        });
    }

    /// <summary>
    /// scikit-learn estimates a scale as well; given that, both minimise the same over the coefficients.
    /// </summary>
    [Theory]
    [MemberData(nameof(All))]
    public void Huber_regression(Minimizer minimizer)
    {
        SklearnFit expected = SklearnFit.Of("huber");
        double scale = expected["scale"];
        Agrees(expected, Loss.Huber<double>(expected["epsilon"] * scale), s_diabetes, minimizer, new()
        {
            L2 = expected["alpha"] * scale / s_diabetes.Count,
        });
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Poisson_regression(Minimizer minimizer)
    {
        SklearnFit expected = SklearnFit.Of("poisson");
        Agrees(expected, Loss.Poisson<double>(), s_diabetes, minimizer, new() { L2 = expected["alpha"] });
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Poisson_regression_with_weights(Minimizer minimizer) => Agrees(
        SklearnFit.Of("weightedPoisson"), Loss.Poisson<double>(), s_diabetes, minimizer, new()
        {
            Weights = s_diabetes.Weights,
        });

    [Theory]
    [MemberData(nameof(All))]
    public void Gamma_regression(Minimizer minimizer)
    {
        SklearnFit expected = SklearnFit.Of("gamma");
        Agrees(expected, Loss.Gamma<double>(), s_diabetes, minimizer, new() { L2 = expected["alpha"] });
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Logistic_regression_on_targets_of_0_and_1(Minimizer minimizer)
    {
        SklearnFit expected = SklearnFit.Of("logistic");
        DataSet data = DataSet.BreastCancer;
        Agrees(expected, Loss.BinaryCrossEntropyLogits<double>(), data, minimizer, Inverse(expected["C"], data));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Logistic_regression_on_signs(Minimizer minimizer)
    {
        SklearnFit expected = SklearnFit.Of("logistic");
        DataSet data = DataSet.BreastCancer with { Targets = 2 * DataSet.BreastCancer.Targets - 1 };
        Agrees(expected, Loss.Logistic<double>(), data, minimizer, Inverse(expected["C"], data));
    }

    [Theory]
    [MemberData(nameof(WithGradientsOnly))]
    public void Softmax_regression(Minimizer minimizer)
    {
        SklearnFit expected = SklearnFit.Of("softmax");
        DataSet wine = DataSet.Wine;
        MinimizationResult fit = LinearModel.Fit(
            Loss.SoftmaxCrossEntropy<double>(3),
            wine.Features,
            wine.Labels,
            3,
            Of(minimizer),
            Inverse(expected["C"], wine));
        expected.Distance(fit.MinimizingPoint).Should().BeLessThan(Tolerance);
    }

    [Theory]
    [InlineData(0.1, Minimizer.Newton)]
    [InlineData(0.5, Minimizer.Newton)]
    [InlineData(0.9, Minimizer.Newton)]
    [InlineData(0.1, Minimizer.Bfgs)]
    [InlineData(0.5, Minimizer.Bfgs)]
    [InlineData(0.9, Minimizer.Bfgs)]
    [InlineData(0.1, Minimizer.LimitedMemoryBfgs)]
    [InlineData(0.5, Minimizer.LimitedMemoryBfgs)]
    [InlineData(0.9, Minimizer.LimitedMemoryBfgs)]
    public void Quantile_regression(double quantile, Minimizer minimizer)
    {
        // scikit-learn solves it exactly, as a linear programme. Near the corners rounding leaves no smaller gradient.
        SklearnFit expected = SklearnFit.Of(FormattableString.Invariant($"quantile{quantile}"));
        MinimizationResult fit = QuantileRegression.Fit(
            quantile, s_diabetes.Features, s_diabetes.Targets, Of(minimizer, gradientTolerance: 1e-8));
        expected.Distance(fit.MinimizingPoint).Should().BeLessThan(Tolerance);
    }

    private static void Agrees(
        SklearnFit expected,
        PointwiseLoss<double> loss,
        DataSet data,
        Minimizer minimizer,
        LinearModelOptions options)
    {
        MinimizationResult fit = LinearModel.Fit(loss, data.Features, data.Targets, Of(minimizer), options);
        expected.Distance(fit.MinimizingPoint).Should().BeLessThan(Tolerance);
    }

    /// <summary>scikit-learn's C weighs the sum of the losses against the penalty.</summary>
    private static LinearModelOptions Inverse(double c, DataSet data) => new() { L2 = 1 / (c * data.Count) };

    private static IUnconstrainedMinimizer Of(Minimizer minimizer, double gradientTolerance = 1e-10) =>
        minimizer switch
        {
            Minimizer.Newton => new NewtonMinimizer(gradientTolerance, 1000, useLineSearch: true),
            Minimizer.Bfgs => new BfgsMinimizer(gradientTolerance, 1e-12, 1e-14, 10_000),
            Minimizer.LimitedMemoryBfgs => new LimitedMemoryBfgsMinimizer(gradientTolerance, 1e-12, 1e-14, 20, 10_000),
            Minimizer.ConjugateGradient => new ConjugateGradientMinimizer(100 * gradientTolerance, 10_000),
            _ => throw new ArgumentOutOfRangeException(nameof(minimizer), minimizer, "Expected one of those above."),
        };
}
