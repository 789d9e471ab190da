using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Double;

namespace LossKit.MathNet.Objectives;

/// <summary>
/// The mean loss of the scores X·W plus the penalty ½λ‖W‖²: what all objectives of one data set share. A point is W,
/// output by output, and what the loss learns besides. Safe to use from several threads.
/// </summary>
internal sealed class LinearModelProblem
{
    private readonly Matrix<double> _design;
    private readonly Matrix<double> _finite;
    private readonly int[] _broken;
    private readonly ScoreLoss _loss;
    private readonly double _l2;
    private readonly int _features;
    private readonly int _constants;
    private Workspace? _spare;

    public LinearModelProblem(ScoreLoss loss, Matrix<double> features, LinearModelOptions options)
    {
        if (options.ConstantOutputs > 0 && (options.ConstantOutputs >= loss.Outputs || !options.HasIntercept))
        {
            throw new ArgumentException(
                $"'options.ConstantOutputs' is {options.ConstantOutputs}, of {loss.Outputs} outputs "
                + $"{(options.HasIntercept ? "with" : "without")} an intercept: expected fewer than outputs, and an "
                + "intercept, which is all that they have.",
                $"{nameof(options)}.{nameof(options.ConstantOutputs)}");
        }

        _loss = loss;
        _l2 = options.L2;
        _features = features.ColumnCount;
        _constants = options.ConstantOutputs;
        _design = options.HasIntercept && loss.TakesIntercept
            ? features.InsertColumn(_features, DenseVector.Create(features.RowCount, 1))
            : features;
        (_finite, _broken) = (_design, []);
        if (features.Exists(feature => !double.IsFinite(feature), Zeros.AllowSkip))
        {
            _broken =
            [
                .. features.EnumerateIndexed(Zeros.AllowSkip)
                    .Where(entry => !double.IsFinite(entry.Item3))
                    .Select(entry => entry.Item1)
                    .Distinct(),
            ];
            _finite = _design.Clone();
            _finite.ClearRows(_broken);
        }
    }

    /// <summary>Rows of W: the features, and the intercept if there is one.</summary>
    public int Inputs => _design.ColumnCount;

    public int Outputs => _loss.Outputs;

    /// <summary>How many numbers a point has.</summary>
    public int Count => Coefficients + _loss.Others;

    public bool HasGradient => _loss.HasGradient;

    public bool HasHessian => _loss.HasHessian;

    private int Coefficients => Inputs * Outputs;

    public Vector<double> Start()
    {
        double[] start = new double[Count];
        for (int output = 0; output < Outputs && Inputs > _features; output++)
        {
            start[output * Inputs + _features] = _loss.StartingScore;
        }

        _loss.StartOthers(start.AsSpan(Coefficients));
        return new DenseVector(start);
    }

    public double Value(Vector<double> point)
    {
        Workspace workspace = ScoresAt(point);
        double mean = _loss.Value(workspace.Scores.Matrix, workspace.Others).Mean;
        double value = mean + Penalty(workspace.Coefficients.Matrix);
        _spare = workspace;
        return value;
    }

    public double ValueAndGradient(Vector<double> point, double[] gradient)
    {
        Workspace workspace = ScoresAt(point);
        double mean = _loss.ValueAndGradient(workspace.Scores.Matrix, workspace.Others).Mean;
        workspace.Gradient.SetTransposedProduct(Counted(workspace.Scores.Matrix), workspace.Scores);
        double value = mean + Penalty(workspace.Coefficients.Matrix, workspace.Gradient.Matrix);
        ClearConstants(workspace.Gradient.Matrix);
        workspace.Gradient.Vector.Values.CopyTo(gradient, 0);
        workspace.Others.CopyTo(gradient, Coefficients);
        _spare = workspace;
        return value;
    }

    public void Hessian(Vector<double> point, Matrix<double> hessian)
    {
        if (!HasHessian)
        {
            throw new NotSupportedException(
                "This objective has no Hessian, as its loss has none or a constant 0: use a minimiser that needs "
                + "gradients only.");
        }

        Workspace workspace = ScoresAt(point);
        _loss.Hessian(workspace.Scores.Matrix, workspace.Curvature.Vector.Values);
        workspace.SetWeightedGram(Counted(workspace.Curvature.Matrix), hessian);
        for (int i = 0; i < _features; i++)
        {
            hessian.At(i, i, hessian.At(i, i) + _l2);
        }

        _spare = workspace;
    }

    /// <summary>
    /// The design as derivatives with respect to the scores multiply it: an example that has none, as one of weight 0,
    /// has no part in a sum, but its product with a NaN or an infinity would be NaN.
    /// </summary>
    private Matrix<double> Counted(Matrix<double> derivatives)
    {
        foreach (int row in _broken)
        {
            for (int output = 0; output < derivatives.ColumnCount; output++)
            {
                if (derivatives.At(row, output) != 0)
                {
                    return _design;
                }
            }
        }

        return _finite;
    }

    /// <summary>A workspace that nobody else uses, with the scores at a point.</summary>
    private Workspace ScoresAt(Vector<double>? point)
    {
        if (point is null)
        {
            throw new InvalidOperationException("There is no point yet: call EvaluateAt first.");
        }

        if (point.Count != Count)
        {
            throw new ArgumentException(
                $"The point has {point.Count} entries: expected {Count}, {_features} coefficients"
                + $"{(Inputs > _features ? " and an intercept" : "")} for each of {Outputs} outputs"
                + $"{(_loss.Others > 0 ? $", and {_loss.Others} besides" : "")}.",
                nameof(point));
        }

        Workspace workspace = Interlocked.Exchange(ref _spare, null) ?? new(_design, Outputs, _loss.Others);
        point.CopySubVectorTo(workspace.Coefficients.Vector, 0, 0, Coefficients);
        for (int k = 0; k < workspace.Others.Length; k++)
        {
            workspace.Others[k] = point[Coefficients + k];
        }

        ClearConstants(workspace.Coefficients.Matrix);
        workspace.Scores.SetProduct(_design, workspace.Coefficients);
        return workspace;
    }

    /// <summary>Outputs that are constants have no part in the features.</summary>
    private void ClearConstants(Matrix<double> coefficients)
    {
        for (int output = Outputs - _constants; output < Outputs; output++)
        {
            for (int feature = 0; feature < _features; feature++)
            {
                coefficients.At(feature, output, 0);
            }
        }
    }

    /// <summary>The penalty of all coefficients but intercepts; its gradient is added to a gradient.</summary>
    private double Penalty(Matrix<double> coefficients, Matrix<double>? gradient = null)
    {
        if (_l2 == 0)
        {
            return 0;
        }

        double sum = 0;
        for (int output = 0; output < Outputs; output++)
        {
            for (int feature = 0; feature < _features; feature++)
            {
                double coefficient = coefficients.At(feature, output);
                sum += 0.5 * coefficient * _l2 * coefficient;
                gradient?.At(feature, output, gradient.At(feature, output) + _l2 * coefficient);
            }
        }

        return sum;
    }
}
