using LossKit.MathNet.Objectives;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Double;
using MathNet.Numerics.Optimization;
using MathNet.Numerics.Optimization.ObjectiveFunctions;

namespace LossKit.MathNet;

/// <summary>
/// What a minimiser of MathNet minimises to fit a linear model: the mean loss of the scores X·w + b plus the penalty
/// ½λ‖w‖², with its gradient and, for one score per example against a number, its Hessian XᵀDX + λI.
/// </summary>
/// <remarks>
/// <para>
/// A point is w, and b last if there is an intercept. For k classes, or other outputs, it is that of the first, then
/// that of the second, and so on. A model of ordered classes has w, the first threshold, and the logarithm of the step
/// to each other.
/// </para>
/// <para>
/// Value and gradient are computed together, once per point and only when asked for; the Hessian by itself.
/// <see cref="IObjectiveFunctionEvaluation.Gradient"/> and <see cref="IObjectiveFunctionEvaluation.Hessian"/> are
/// overwritten by the next evaluation of the same object: <see cref="LazyObjectiveFunctionBase.Fork"/> keeps them, and
/// neither it nor <see cref="CreateNew"/> copies the data. An evaluation allocates nothing of the size of the data by
/// itself; products with a dense X are MathNet's, and its managed provider copies for them.
/// </para>
/// <para>
/// There is a Hessian if the loss is an <see cref="ISecondOrderLoss{T, TTarget}"/> whose second derivative is not 0
/// everywhere (as those of quantile and hinge are), and a gradient if it is a loss at all, not a metric only. MathNet's
/// minimisers refuse an objective that lacks what they need.
/// </para>
/// </remarks>
public sealed class LinearModelObjective : LazyObjectiveFunctionBase
{
    private readonly LinearModelProblem _problem;
    private DenseVector? _gradient;
    private DenseMatrix? _hessian;

    /// <summary>A model of one score per example: any regression, or a classification into two.</summary>
    /// <param name="loss">The loss of a score against its target.</param>
    /// <param name="features">X, examples × features. Not copied if there is no intercept.</param>
    /// <param name="targets">One per example, as the loss wants them; copied.</param>
    /// <param name="options">Intercept, penalty and weights; the usual ones if there are none.</param>
    /// <exception cref="ArgumentException">Targets or weights are not one per row of the features.</exception>
    public LinearModelObjective(
        IMetric<double, double> loss,
        Matrix<double> features,
        Vector<double> targets,
        LinearModelOptions? options = null)
        : this(DataChecks.Problem(loss, features, targets, options ?? new()))
    {
    }

    /// <summary>A model of one score per class, such as softmax regression.</summary>
    /// <param name="loss">The loss of a row of scores against a label, of as many classes.</param>
    /// <param name="features">X, examples × features. Not copied if there is no intercept.</param>
    /// <param name="targets">The class of each example, from 0 on; copied.</param>
    /// <param name="classes">How many classes there are, at least 2.</param>
    /// <param name="options">Intercept, penalty and weights; the usual ones if there are none.</param>
    /// <exception cref="ArgumentException">Labels or weights are not one per row of the features.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than 2 classes.</exception>
    public LinearModelObjective(
        IMetric<double, int> loss,
        Matrix<double> features,
        ReadOnlySpan<int> targets,
        int classes,
        LinearModelOptions? options = null)
        : this(DataChecks.Problem(loss, features, targets, classes, options ?? new()))
    {
    }

    /// <summary>
    /// A model of as many scores per example as the loss takes predictions: accelerated failure times, means and
    /// variances, boxes.
    /// </summary>
    /// <param name="loss">The loss of a row of scores against a row of targets.</param>
    /// <param name="features">X, examples × features. Not copied if there is no intercept.</param>
    /// <param name="targets">Examples × what the loss takes of one; copied.</param>
    /// <param name="options">Intercept, penalty and weights; the usual ones if there are none.</param>
    /// <exception cref="ArgumentException">
    /// Targets or weights are not one per row of the features, or not so many.
    /// </exception>
    public LinearModelObjective(
        IMetric<double, double> loss,
        Matrix<double> features,
        Matrix<double> targets,
        LinearModelOptions? options = null)
        : this(DataChecks.Problem(loss, features, targets, options ?? new()))
    {
    }

    /// <summary>A model of one score per example, whose classes are ranks.</summary>
    /// <param name="loss">The loss of a score and of thresholds against a label.</param>
    /// <param name="features">X, examples × features. Not copied.</param>
    /// <param name="targets">The class of each example, from 0 on; copied.</param>
    /// <param name="options">Penalty and weights; there is no intercept, as it would only move all thresholds.</param>
    /// <exception cref="ArgumentException">Labels or weights are not one per row of the features.</exception>
    public LinearModelObjective(
        OrdinalLoss<double> loss,
        Matrix<double> features,
        ReadOnlySpan<int> targets,
        LinearModelOptions? options = null)
        : this(DataChecks.Problem(loss, features, targets, options ?? new()))
    {
    }

    /// <summary>A model of one score per entry of groups, as of documents of queries.</summary>
    /// <param name="loss">The loss of the scores of a group against its targets.</param>
    /// <param name="features">X, entries × features, group by group. Not copied if there is no intercept.</param>
    /// <param name="targets">One per entry, as the loss wants them; copied.</param>
    /// <param name="lengths">How many entries each group has; copied.</param>
    /// <param name="options">
    /// Intercept, penalty and weights, which are one a group; the usual ones if there are none. Where a loss compares
    /// the scores of a group with each other, an intercept has no effect.
    /// </param>
    /// <exception cref="ArgumentException">
    /// Targets are not one per row of the features, or weights not one a group.
    /// </exception>
    public LinearModelObjective(
        IGroupedLoss<double, double> loss,
        Matrix<double> features,
        Vector<double> targets,
        ReadOnlySpan<int> lengths,
        LinearModelOptions? options = null)
        : this(DataChecks.Problem(loss, features, targets, lengths, options ?? new()))
    {
    }

    private LinearModelObjective(LinearModelProblem problem) : base(problem.HasGradient, problem.HasHessian) =>
        _problem = problem;

    /// <summary>
    /// Where to start: w = 0 and, for a loss against one number whose link is known, the b whose prediction is the mean
    /// of the targets. For several classes, or where there is no such mean, 0. Thresholds start where the shares of the
    /// classes are, as far as the loss is a logistic one.
    /// </summary>
    public Vector<double> Start => _problem.Start();

    /// <summary>
    /// A model of scores that are one of the inputs of a batch: of Cox's hazards, of hazards of intervals, of lists.
    /// </summary>
    /// <typeparam name="TBatch">The inputs.</typeparam>
    /// <typeparam name="TGradients">Where the gradients go.</typeparam>
    /// <param name="loss">The loss.</param>
    /// <param name="features">X, examples × features. Not copied if there is no intercept.</param>
    /// <param name="batch">
    /// Makes the batch of the scores, example by example, and of whatever else it has, which is not copied.
    /// </param>
    /// <param name="gradients">
    /// Makes the place of the gradient with respect to the scores, of what it is given, all of it.
    /// </param>
    /// <param name="outputs">How many scores there are of an example, at least 1.</param>
    /// <param name="options">
    /// Intercept, penalty and weights, as the loss takes them; the usual ones if there are none. Where a loss compares
    /// scores with each other, as Cox's, an intercept has no effect.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than 1 output.</exception>
    public static LinearModelObjective OfBatch<TBatch, TGradients>(
        IBatchLoss<double, TBatch, TGradients> loss,
        Matrix<double> features,
        Func<ReadOnlySpan<double>, TBatch> batch,
        Func<Span<double>, TGradients> gradients,
        int outputs = 1,
        LinearModelOptions? options = null)
        where TBatch : struct, allows ref struct
        where TGradients : struct, allows ref struct =>
        new(DataChecks.Problem(loss, features, batch, gradients, outputs, options ?? new()));

    /// <summary>An objective of the same problem, without a point.</summary>
    public override IObjectiveFunction CreateNew() => new LinearModelObjective(_problem);

    /// <inheritdoc/>
    protected override void EvaluateValue()
    {
        if (_problem.HasGradient)
        {
            EvaluateGradient();
        }
        else
        {
            Value = _problem.Value(Point);
        }
    }

    /// <inheritdoc/>
    protected override void EvaluateGradient()
    {
        _gradient ??= new(_problem.Count);
        Value = _problem.ValueAndGradient(Point, _gradient.Values);
        Gradient = _gradient;
    }

    /// <inheritdoc/>
    protected override void EvaluateHessian()
    {
        _hessian ??= new(_problem.Count);
        _problem.Hessian(Point, _hessian);
        Hessian = _hessian;
    }
}
