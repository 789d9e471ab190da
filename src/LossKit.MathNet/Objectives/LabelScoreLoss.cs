using MathNet.Numerics.LinearAlgebra;

namespace LossKit.MathNet.Objectives;

/// <summary>A score per class, against a label.</summary>
/// <remarks>
/// No Hessian: it has a block for each pair of classes, and a loss tells of its diagonal at most.
/// </remarks>
internal sealed class LabelScoreLoss(
    IMetric<double, int> metric, ReadOnlySpan<int> labels, int classes, Vector<double>? weights) : ScoreLoss
{
    private readonly int[] _labels = labels.ToArray();
    private readonly Vector<double>? _weights = weights?.Clone();

    public override int Outputs => classes;

    public override bool HasGradient => metric is ILoss<double, int>;

    public override Cost Value(Matrix<double> scores, ReadOnlySpan<double> others) =>
        metric.Value(scores, _labels, _weights);

    public override Cost ValueAndGradient(Matrix<double> scores, Span<double> others) =>
        ((ILoss<double, int>)metric).ValueAndGradient(scores, _labels, scores, _weights);
}
