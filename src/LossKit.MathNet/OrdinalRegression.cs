using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.Optimization;

namespace LossKit.MathNet;

/// <summary>
/// Fits linear models of classes that are ranks: proportional odds, ordered probit and the complementary log-log link
/// by <see cref="Loss.CumulativeLink{T}"/>, all thresholds at once, as CORAL has them, by
/// <see cref="Loss.AllThreshold{T}"/>.
/// </summary>
public static class OrdinalRegression
{
    /// <summary>Fits one score and the thresholds between the classes.</summary>
    /// <remarks>
    /// The thresholds are learnt as a first one and the logarithms of the steps from there on, so that they rise. Where
    /// no example is of a class, its two thresholds come together as far as the minimiser goes. CORN, and CORAL with
    /// coefficients of its own for each question, are losses of rows: <see cref="LinearModel"/> fits these.
    /// </remarks>
    /// <param name="loss">The loss, of a number of classes.</param>
    /// <param name="features">X, examples × features.</param>
    /// <param name="targets">The class of each example, from 0 on, or the label that the loss ignores.</param>
    /// <param name="minimizer">One of MathNet's that needs no Hessian.</param>
    /// <param name="options">
    /// Penalty, weights and start (as <see cref="LinearModelObjective"/> has it); the usual ones if there are none.
    /// There is no intercept, as it would only move all thresholds.
    /// </param>
    /// <exception cref="ArgumentException">Shapes do not fit each other, or a label is none of the loss.</exception>
    /// <exception cref="OptimizationException">The minimiser gave up, or needs a Hessian.</exception>
    public static OrdinalModel Fit(
        OrdinalLoss<double> loss,
        Matrix<double> features,
        ReadOnlySpan<int> targets,
        IUnconstrainedMinimizer minimizer,
        LinearModelOptions? options = null)
    {
        MinimizationResult fit = LinearModel.Fit(
            new LinearModelObjective(loss, features, targets, options), minimizer, options);
        return new(fit, features.ColumnCount);
    }
}
