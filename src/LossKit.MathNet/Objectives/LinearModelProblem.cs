using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Double;

namespace LossKit.MathNet.Objectives;

/// <summary>
/// The mean loss of the scores X·W plus the penalty ½λ‖W‖²: what all objectives of one data set share. Safe to use from
/// several threads.
/// </summary>
internal sealed class LinearModelProblem
{
    private readonly Matrix<double> _design;
    private readonly ScoreLoss _loss;
    private readonly double _l2;
    private readonly int _features;
    private Workspace? _spare;

    public LinearModelProblem(ScoreLoss loss, Matrix<double> features, LinearModelOptions options)
    {
        _loss = loss;
        _l2 = options.L2;
        _features = features.ColumnCount;
        _design = options.HasIntercept
            ? features.InsertColumn(_features, DenseVector.Create(features.RowCount, 1))
            : features;
    }

    /// <summary>Rows of W: the features, and the intercept if there is one.</summary>
    public int Inputs => _design.ColumnCount;

    public int Outputs => _loss.Outputs;

    public bool HasGradient => _loss.HasGradient;

    public bool HasHessian => _loss.HasHessian;

    public Vector<double> Start()
    {
        Columns start = new(Inputs, Outputs);
        if (Inputs > _features)
        {
            start.Matrix.SetRow(_features, DenseVector.Create(Outputs, _loss.StartingScore));
        }

        return start.Vector;
    }

    public double Value(Vector<double> point)
    {
        Workspace workspace = ScoresAt(point);
        double value = _loss.Value(workspace.Scores.Matrix).Mean + Penalty(workspace.Coefficients.Matrix);
        _spare = workspace;
        return value;
    }

    public double ValueAndGradient(Vector<double> point, Columns gradient)
    {
        Workspace workspace = ScoresAt(point);
        double mean = _loss.ValueAndGradient(workspace.Scores.Matrix).Mean;
        gradient.SetTransposedProduct(_design, workspace.Scores);
        double value = mean + Penalty(workspace.Coefficients.Matrix, gradient.Matrix);
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
        _loss.Hessian(workspace.Scores.Matrix, workspace.Curvature);
        workspace.SetWeightedGram(hessian);
        for (int i = 0; i < _features; i++)
        {
            hessian.At(i, i, hessian.At(i, i) + _l2);
        }

        _spare = workspace;
    }

    /// <summary>A workspace that nobody else uses, with the scores at a point.</summary>
    private Workspace ScoresAt(Vector<double>? point)
    {
        if (point is null)
        {
            throw new InvalidOperationException("There is no point yet: call EvaluateAt first.");
        }

        if (point.Count != Inputs * Outputs)
        {
            throw new ArgumentException(
                $"The point has {point.Count} entries: expected {Inputs * Outputs}, {_features} coefficients"
                + $"{(Inputs > _features ? " and an intercept" : "")} for each of {Outputs} outputs.",
                nameof(point));
        }

        Workspace workspace = Interlocked.Exchange(ref _spare, null) ?? new(_design, Outputs);
        point.CopyTo(workspace.Coefficients.Vector);
        workspace.Scores.SetProduct(_design, workspace.Coefficients);
        return workspace;
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
