using MathNet.Numerics.LinearAlgebra;

namespace LossKit.MathNet.Objectives;

/// <summary>One score per example, against a number.</summary>
internal sealed class PointwiseScoreLoss(
    IMetric<double, double> metric, Vector<double> targets, Vector<double>? weights) : ScoreLoss
{
    private readonly double[] _targets = targets.ToArray();
    private readonly double[]? _weights = weights?.ToArray();
    private readonly LossFacts _facts = (metric as ILoss<double, double>)?.Facts ?? LossFacts.Unknown;

    public override int Outputs => 1;

    public override bool HasGradient => metric is ILoss<double, double>;

    // A second derivative of 0 is exact, but leaves Newton's method nothing to divide by.
    public override bool HasHessian =>
        metric is ISecondOrderLoss<double, double> && _facts.Curvature != Curvature.Zero;

    /// <summary>The constant prediction whose mean is that of the targets.</summary>
    public override double StartingScore
    {
        get
        {
            bool areWeights = _weights is null || Array.TrueForAll(_weights, Domain.NotNegative.Contains);
            double mean = areWeights ? Statistic.Mean.Of<double>(_targets, _weights) : double.NaN;
            double score = _facts.Link.Apply(mean);
            return double.IsFinite(score) ? score : 0;
        }
    }

    public override Cost Value(Matrix<double> scores) =>
        metric.Value(scores.AsColumnMajorArray(), _targets, _weights);

    public override Cost ValueAndGradient(Matrix<double> scores)
    {
        double[] buffer = scores.AsColumnMajorArray();
        return ((ILoss<double, double>)metric).ValueAndGradient(buffer, _targets, buffer, _weights);
    }

    public override void Hessian(Matrix<double> scores, Span<double> hessian)
    {
        double[] buffer = scores.AsColumnMajorArray();
        ((ISecondOrderLoss<double, double>)metric)
            .ValueGradientAndHessian(buffer, _targets, buffer, hessian, _weights);
    }
}
