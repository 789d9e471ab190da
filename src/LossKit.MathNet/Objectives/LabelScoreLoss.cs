using System.Diagnostics;
using MathNet.Numerics.LinearAlgebra;

namespace LossKit.MathNet.Objectives;

/// <summary>A score per class, against a label.</summary>
/// <remarks>
/// No Hessian: it has a block for each pair of classes, and a loss tells of its diagonal at most.
/// </remarks>
internal sealed class LabelScoreLoss(
    ILoss<double, int> loss, ReadOnlySpan<int> labels, int classes, Vector<double>? weights) : ScoreLoss
{
    private readonly int[] _labels = labels.ToArray();
    private readonly Vector<double>? _weights = weights?.Clone();

    public override int Outputs => classes;

    public override Cost Value(Matrix<double> scores) => loss.Value(scores, _labels, _weights);

    public override Cost ValueAndGradient(Matrix<double> scores) =>
        loss.ValueAndGradient(scores, _labels, scores, _weights);

    public override void Hessian(Matrix<double> scores, Span<double> hessian) => throw new UnreachableException();
}
