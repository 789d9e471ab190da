using LossKit.MathNet.Storage;
using MathNet.Numerics.LinearAlgebra;

namespace LossKit.MathNet.Objectives;

/// <summary>
/// As many scores of an example as the loss takes predictions, against as many numbers as it takes targets.
/// </summary>
internal sealed class NumberScoreLoss : ScoreLoss
{
    private readonly IMetric<double, double> _metric;
    private readonly EntryOrder _order;
    private readonly double[] _targets;
    private readonly double[]? _weights;
    private readonly LossFacts _facts;

    public NumberScoreLoss(IMetric<double, double> metric, Matrix<double> targets, Vector<double>? weights)
    {
        _metric = metric;
        _order = EntryOrders.Of(metric);
        _targets = _order == EntryOrder.RowMajor ? targets.ToRowMajorArray() : targets.ToColumnMajorArray();
        _weights = weights?.ToArray();
        _facts = (metric as ILoss<double, double>)?.Facts ?? LossFacts.Unknown;
    }

    public override int Outputs => _metric.Shape.Predictions;

    public override bool HasGradient => _metric is ILoss<double, double>;

    // A second derivative of 0 is exact, but leaves Newton's method nothing to divide by. That of several scores has a
    // block for each pair of them, of which a loss tells the diagonal.
    public override bool HasHessian =>
        Outputs == 1 && _metric is ISecondOrderLoss<double, double> && _facts.Curvature != Curvature.Zero;

    /// <summary>The constant prediction whose mean is that of the targets.</summary>
    public override double StartingScore
    {
        get
        {
            bool areWeights = _weights is null || Array.TrueForAll(_weights, Domain.NotNegative.Contains);
            double mean = areWeights && _metric.Shape is (1, 1)
                ? Statistic.Mean.Of<double>(_targets, _weights)
                : double.NaN;
            double score = _facts.Link.Apply(mean);
            return double.IsFinite(score) ? score : 0;
        }
    }

    public override Cost Value(Matrix<double> scores, ReadOnlySpan<double> others)
    {
        using MatrixEntries<double> entries = MatrixEntries<double>.Input(scores, _order);
        return _metric.Value(entries.Span, _targets, _weights);
    }

    public override Cost ValueAndGradient(Matrix<double> scores, Span<double> others)
    {
        using MatrixEntries<double> entries = MatrixEntries<double>.Input(scores, _order);
        Cost cost = ((ILoss<double, double>)_metric).ValueAndGradient(entries.Span, _targets, entries.Span, _weights);
        entries.WriteBack();
        return cost;
    }

    public override void Hessian(Matrix<double> scores, Span<double> hessian)
    {
        double[] buffer = scores.AsColumnMajorArray();
        ((ISecondOrderLoss<double, double>)_metric)
            .ValueGradientAndHessian(buffer, _targets, buffer, hessian, _weights);
    }
}
