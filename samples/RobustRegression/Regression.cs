using LossKit;
using LossKit.MathNet;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.Optimization;
using MathNet.Numerics.Statistics;

namespace RobustRegression;

/// <summary>A way to fit a linear model.</summary>
internal sealed record Regression(string Name, string Color, Func<Patients, MinimizationResult> Fit)
{
    /// <summary>Where 95 % of the efficiency of least squares is left if errors are normal, in deviations.</summary>
    private const double HuberThreshold = 1.345;
    private const double TukeyThreshold = 4.685;

    public static Regression SquaredError { get; } =
        new("squared error", "red", patients => Fitted(Loss.SquaredError<double>(), patients));

    public static Regression Huber { get; } = new("Huber", "yellow", patients => FitHuber(patients, Scale(patients)));

    /// <summary>Tukey's loss has several minima: from Huber's solution the right one is near.</summary>
    public static Regression Tukey { get; } = new("Tukey biweight", "green", patients =>
    {
        double scale = Scale(patients);
        Vector<double> start = FitHuber(patients, scale).MinimizingPoint;
        return Fitted(Loss.TukeyBiweight<double>(TukeyThreshold * scale), patients, new() { Start = start });
    });

    public static Regression Quantile(double quantile, string color) => new(
        $"quantile {quantile}",
        color,
        patients => QuantileRegression.Fit(quantile, patients.Features, patients.Progression, Minimizer));

    private static IUnconstrainedMinimizer Minimizer => new LimitedMemoryBfgsMinimizer(
        gradientTolerance: 1e-8, parameterTolerance: 1e-12, functionProgressTolerance: 1e-12, memory: 10);

    private static MinimizationResult FitHuber(Patients patients, double scale) =>
        Fitted(Loss.Huber<double>(HuberThreshold * scale), patients);

    private static MinimizationResult Fitted(
        PointwiseLoss<double> loss, Patients patients, LinearModelOptions? options = null) =>
        LinearModel.Fit(loss, patients.Features, patients.Progression, Minimizer, options);

    /// <summary>
    /// The deviation of the errors, by the median of their sizes around the median fit: outliers do not move it.
    /// </summary>
    private static double Scale(Patients patients)
    {
        MinimizationResult median = Quantile(0.5, "").Fit(patients);
        Vector<double> errors = LinearModel.Predict(median.MinimizingPoint, patients.Features) - patients.Progression;
        return 1.4826 * errors.PointwiseAbs().Median();
    }
}
