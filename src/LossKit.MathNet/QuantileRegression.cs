using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.Optimization;
using MathNet.Numerics.Statistics;

namespace LossKit.MathNet;

/// <summary>
/// Fits linear quantiles. The pinball loss has a corner where the solution lies, on which smooth minimisers stall: it
/// is rounded off, ever less, and each fit starts where the one before ended.
/// </summary>
public static class QuantileRegression
{
    private const double Narrowing = 4;
    private const double LastWidth = 5e-8;

    /// <summary>Fits a quantile.</summary>
    /// <remarks>
    /// Minimises the mean of q·√(d² + δ²) − qδ below, and of (1 − q) times the same above, for d = prediction − target,
    /// with δ from the standard deviation of the targets down to less than 5e-8 of it. The mean pinball loss is then
    /// within δ of its minimum; where the minimum is a point, not an edge, coefficients are as near. For a smoothing of
    /// your own, fit <see cref="Loss.PseudoHuber{T}"/> with <see cref="PointwiseLoss{T, TFormula}.Asymmetric"/>.
    /// </remarks>
    /// <param name="quantile">q, strictly between 0 and 1.</param>
    /// <param name="features">X, examples × features.</param>
    /// <param name="targets">One per example.</param>
    /// <param name="minimizer">One of MathNet's; <see cref="NewtonMinimizer"/> with its line search.</param>
    /// <param name="options">Intercept, penalty, weights and start; the usual ones if there are none.</param>
    /// <returns>
    /// What the minimiser returns of the last fit: <see cref="MinimizationResult.MinimizingPoint"/> has the
    /// coefficients, and the intercept last.
    /// </returns>
    /// <exception cref="ArgumentException">Shapes do not fit each other.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The quantile is not strictly between 0 and 1.</exception>
    /// <exception cref="OptimizationException">The minimiser gave up.</exception>
    public static MinimizationResult Fit(
        double quantile,
        Matrix<double> features,
        Vector<double> targets,
        IUnconstrainedMinimizer minimizer,
        LinearModelOptions? options = null)
    {
        Parameter.InnerProbability(quantile);
        ArgumentNullException.ThrowIfNull(targets);
        options ??= new();
        double spread = Spread(targets, options.Weights);
        double width = spread > 0 ? spread : 1;
        double last = LastWidth * width;
        MinimizationResult fit = Fit();
        while (width > last)
        {
            width /= Narrowing;
            options = options with { Start = fit.MinimizingPoint };
            fit = Fit();
        }

        return fit;

        MinimizationResult Fit() => LinearModel.Fit(
            Loss.PseudoHuber<double>(width).Scaled(1 / width).Asymmetric(over: 1 - quantile, under: quantile),
            features,
            targets,
            minimizer,
            options);
    }

    /// <summary>
    /// The standard deviation of the targets that count, by a power of two that keeps squares in range.
    /// </summary>
    private static double Spread(Vector<double> targets, Vector<double>? weights)
    {
        // Weights of another length are for the fit to report.
        double[] counted =
            [.. targets.Where((_, i) => weights is null || i >= weights.Count || weights[i] != 0)];
        double largest = counted.MaximumAbsolute();
        int exponent = largest > 0 && double.IsFinite(largest) ? Math.ILogB(largest) : 0;
        return Math.ScaleB(
            counted.Select(target => Math.ScaleB(target, -exponent)).PopulationStandardDeviation(), exponent);
    }
}
