using LossKit.MathNet.Objectives;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Double;
using MathNet.Numerics.Optimization;
using MathNet.Numerics.Optimization.ObjectiveFunctions;

namespace LossKit.MathNet;

/// <summary>
/// What a minimiser of MathNet minimises to fit a linear model: the mean loss of the scores X·w + b plus the penalty
/// ½λ‖w‖², with its gradient and, for one score per example, its Hessian XᵀDX + λI.
/// </summary>
/// <remarks>
/// <para>
/// A point is w, and b last if there is an intercept. For k classes it is that of the first class, then that of the
/// second, and so on.
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
/// everywhere (as those of quantile and hinge are), and a gradient if it is a loss at all, not a metric only. MathNet's minimisers refuse an
/// objective that lacks what they need.
/// </para>
/// </remarks>
public sealed class LinearModelObjective : LazyObjectiveFunctionBase
{
    private readonly LinearModelProblem _problem;
    private Columns? _gradient;
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

    private LinearModelObjective(LinearModelProblem problem) : base(problem.HasGradient, problem.HasHessian) =>
        _problem = problem;

    /// <summary>
    /// Where to start: w = 0 and, for a loss against numbers whose link is known, the b whose prediction is the mean of
    /// the targets. For several classes, or where there is no such mean, 0.
    /// </summary>
    public Vector<double> Start => _problem.Start();

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
        _gradient ??= new(_problem.Inputs, _problem.Outputs);
        Value = _problem.ValueAndGradient(Point, _gradient);
        Gradient = _gradient.Vector;
    }

    /// <inheritdoc/>
    protected override void EvaluateHessian()
    {
        _hessian ??= new(_problem.Inputs * _problem.Outputs);
        _problem.Hessian(Point, _hessian);
        Hessian = _hessian;
    }
}
