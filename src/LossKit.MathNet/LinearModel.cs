using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.Optimization;

namespace LossKit.MathNet;

/// <summary>
/// Fits linear models by any loss, and applies them: robust regression, generalised linear models, support vector
/// machines, softmax regression, survival and ranking are one model with different losses. Ordered classes are those of
/// <see cref="OrdinalRegression"/>, quantiles those of <see cref="QuantileRegression"/>.
/// </summary>
public static class LinearModel
{
    /// <summary>Fits a model of one score per example: any regression, or a classification into two.</summary>
    /// <param name="loss">The loss of a score against its target.</param>
    /// <param name="features">X, examples × features.</param>
    /// <param name="targets">One per example, as the loss wants them.</param>
    /// <param name="minimizer">One of MathNet's; <see cref="NewtonMinimizer"/> needs a Hessian.</param>
    /// <param name="options">Intercept, penalty, weights and start; the usual ones if there are none.</param>
    /// <returns>
    /// What the minimiser returns: <see cref="MinimizationResult.MinimizingPoint"/> has the coefficients, and the
    /// intercept last.
    /// </returns>
    /// <exception cref="ArgumentException">Shapes do not fit each other.</exception>
    /// <exception cref="OptimizationException">The minimiser gave up, or the loss lacks what it needs.</exception>
    public static MinimizationResult Fit(
        ILoss<double, double> loss,
        Matrix<double> features,
        Vector<double> targets,
        IUnconstrainedMinimizer minimizer,
        LinearModelOptions? options = null) =>
        Fit(new LinearModelObjective(loss, features, targets, options), minimizer, options);

    /// <summary>Fits a model of one score per class, such as softmax regression.</summary>
    /// <param name="loss">The loss of a row of scores against a label, of as many classes.</param>
    /// <param name="features">X, examples × features.</param>
    /// <param name="targets">The class of each example, from 0 on.</param>
    /// <param name="classes">How many classes there are, at least 2.</param>
    /// <param name="minimizer">One of MathNet's that needs no Hessian.</param>
    /// <param name="options">Intercept, penalty, weights and start; the usual ones if there are none.</param>
    /// <returns>
    /// What the minimiser returns: <see cref="MinimizationResult.MinimizingPoint"/> has, class by class, the
    /// coefficients, and the intercept last.
    /// </returns>
    /// <exception cref="ArgumentException">Shapes do not fit each other.</exception>
    /// <exception cref="OptimizationException">The minimiser gave up, or needs a Hessian.</exception>
    public static MinimizationResult Fit(
        ILoss<double, int> loss,
        Matrix<double> features,
        ReadOnlySpan<int> targets,
        int classes,
        IUnconstrainedMinimizer minimizer,
        LinearModelOptions? options = null) =>
        Fit(new LinearModelObjective(loss, features, targets, classes, options), minimizer, options);

    /// <summary>
    /// Fits a model of as many scores per example as the loss takes predictions: accelerated failure times
    /// (<see cref="Loss.Aft{T}"/>, <see cref="Loss.AftLocationScale{T}"/>), means and variances
    /// (<see cref="Loss.NormalNll{T}"/>), and any other loss of tuples.
    /// </summary>
    /// <param name="loss">The loss of a row of scores against a row of targets.</param>
    /// <param name="features">X, examples × features.</param>
    /// <param name="targets">Examples × what the loss takes of one.</param>
    /// <param name="minimizer">One of MathNet's; that of a single score has a Hessian.</param>
    /// <param name="options">
    /// Intercept, penalty, weights, start, and which outputs are constants; the usual ones if there are none.
    /// </param>
    /// <returns>
    /// What the minimiser returns: <see cref="MinimizationResult.MinimizingPoint"/> has, output by output, the
    /// coefficients, and the intercept last. <see cref="Predict(Vector{double}, Matrix{double}, int)"/> takes it.
    /// </returns>
    /// <exception cref="ArgumentException">Shapes do not fit each other.</exception>
    /// <exception cref="OptimizationException">The minimiser gave up, or needs a Hessian.</exception>
    public static MinimizationResult Fit(
        ILoss<double, double> loss,
        Matrix<double> features,
        Matrix<double> targets,
        IUnconstrainedMinimizer minimizer,
        LinearModelOptions? options = null) =>
        Fit(new LinearModelObjective(loss, features, targets, options), minimizer, options);

    /// <summary>Fits a model that ranks the entries of each group: a query's documents, a race's horses.</summary>
    /// <param name="loss">The loss of the scores of a group against its targets.</param>
    /// <param name="features">X, entries × features, group by group.</param>
    /// <param name="targets">One per entry, as the loss wants them: relevances.</param>
    /// <param name="lengths">How many entries each group has.</param>
    /// <param name="minimizer">One of MathNet's that needs no Hessian.</param>
    /// <param name="options">
    /// Intercept, penalty, weights (one a group) and start; the usual ones if there are none. Where a loss compares the
    /// scores of a group with each other, an intercept has no effect, and <c>HasIntercept = false</c> leaves it out.
    /// </param>
    /// <returns>
    /// What the minimiser returns: <see cref="MinimizationResult.MinimizingPoint"/> has the coefficients, and the
    /// intercept last.
    /// </returns>
    /// <exception cref="ArgumentException">Shapes do not fit each other.</exception>
    /// <exception cref="OptimizationException">The minimiser gave up, or needs a Hessian.</exception>
    public static MinimizationResult Fit(
        IGroupedLoss<double, double> loss,
        Matrix<double> features,
        Vector<double> targets,
        ReadOnlySpan<int> lengths,
        IUnconstrainedMinimizer minimizer,
        LinearModelOptions? options = null) =>
        Fit(new LinearModelObjective(loss, features, targets, lengths, options), minimizer, options);

    /// <summary>
    /// Fits a model of scores that are one of the inputs of a batch: risks of Cox's model, hazards of intervals, scores
    /// of lists, or those of a batch of your own.
    /// </summary>
    /// <typeparam name="TBatch">The inputs.</typeparam>
    /// <typeparam name="TGradients">Where the gradients go.</typeparam>
    /// <param name="loss">The loss.</param>
    /// <param name="features">X, examples × features.</param>
    /// <param name="batch">Makes the batch of the scores, example by example, and of whatever else it has.</param>
    /// <param name="gradients">
    /// Makes the place of the gradient with respect to the scores, of what it is given, all of it.
    /// </param>
    /// <param name="minimizer">One of MathNet's that needs no Hessian.</param>
    /// <param name="outputs">How many scores there are of an example, at least 1.</param>
    /// <param name="options">
    /// Intercept, penalty, weights (as the loss takes them) and start; the usual ones if there are none. Where a loss
    /// compares scores with each other, as Cox's, an intercept has no effect, and <c>HasIntercept = false</c> leaves it
    /// out.
    /// </param>
    /// <returns>
    /// What the minimiser returns: <see cref="MinimizationResult.MinimizingPoint"/> has, output by output, the
    /// coefficients, and the intercept last.
    /// </returns>
    /// <exception cref="ArgumentException">
    /// Shapes do not fit each other, or a score's gradient is not written.
    /// </exception>
    /// <exception cref="OptimizationException">The minimiser gave up, or needs a Hessian.</exception>
    public static MinimizationResult Fit<TBatch, TGradients>(
        IBatchLoss<double, TBatch, TGradients> loss,
        Matrix<double> features,
        Func<ReadOnlySpan<double>, TBatch> batch,
        Func<Span<double>, TGradients> gradients,
        IUnconstrainedMinimizer minimizer,
        int outputs = 1,
        LinearModelOptions? options = null)
        where TBatch : struct, allows ref struct
        where TGradients : struct, allows ref struct =>
        Fit(LinearModelObjective.OfBatch(loss, features, batch, gradients, outputs, options), minimizer, options);

    /// <summary>The scores X·w + b: raw predictions, on the scale of the loss' link.</summary>
    /// <param name="parameters">The coefficients w, and the intercept b if there is one.</param>
    /// <param name="features">X, examples × features.</param>
    /// <returns>One score per example.</returns>
    /// <exception cref="ArgumentException">There are neither as many parameters as features nor one more.</exception>
    public static Vector<double> Predict(Vector<double> parameters, Matrix<double> features) =>
        Predict(parameters, features, classes: 1).Column(0);

    /// <summary>The scores X·w + b of each class, or other output.</summary>
    /// <param name="parameters">Class by class, the coefficients w, and the intercept b if there is one.</param>
    /// <param name="features">X, examples × features.</param>
    /// <param name="classes">How many classes there are.</param>
    /// <returns>Examples × classes.</returns>
    /// <exception cref="ArgumentException">
    /// There are, per class, neither as many parameters as features nor one more.
    /// </exception>
    public static Matrix<double> Predict(Vector<double> parameters, Matrix<double> features, int classes)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(features);
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        (int inputs, int rest) = Math.DivRem(parameters.Count, classes);
        if (rest != 0 || (inputs != features.ColumnCount && inputs != features.ColumnCount + 1))
        {
            throw new ArgumentException(
                $"'parameters' has {parameters.Count} entries: expected {features.ColumnCount} coefficients, and an "
                + $"intercept if there is one, for each of {classes} classes.",
                nameof(parameters));
        }

        Matrix<double> coefficients = Matrix<double>.Build.DenseOfColumnMajor(inputs, classes, parameters);
        Matrix<double> scores = features * coefficients.SubMatrix(0, features.ColumnCount, 0, classes);
        if (inputs > features.ColumnCount)
        {
            Vector<double> intercepts = coefficients.Row(inputs - 1);
            scores.MapIndexedInplace((_, column, score) => score + intercepts[column], Zeros.Include);
        }

        return scores;
    }

    internal static MinimizationResult Fit(
        LinearModelObjective objective, IUnconstrainedMinimizer minimizer, LinearModelOptions? options)
    {
        ArgumentNullException.ThrowIfNull(minimizer);
        Vector<double> usual = objective.Start;
        Vector<double> start = options?.Start ?? usual;
        return start.Count == usual.Count
            ? minimizer.FindMinimum(objective, start)
            : throw new ArgumentException(
                $"'options.Start' has {start.Count} entries, but the model has {usual.Count} coefficients, those of "
                + "intercepts included: expected one for each.",
                $"{nameof(options)}.{nameof(options.Start)}");
    }
}
