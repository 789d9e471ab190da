using MathNet.Numerics.LinearAlgebra;

namespace LossKit.MathNet.Objectives;

/// <summary>One score per entry of groups.</summary>
/// <remarks>No Hessian: the entries of a group are coupled, and a loss tells of its diagonal at most.</remarks>
internal sealed class GroupScoreLoss(
    IGroupedLoss<double, double> loss, Vector<double> targets, int[] lengths, Vector<double>? weights) : ScoreLoss
{
    private readonly double[] _targets = targets.ToArray();
    private readonly double[]? _weights = weights?.ToArray();

    public override int Outputs => 1;

    public override bool HasGradient => true;

    public override Cost Value(Matrix<double> scores, ReadOnlySpan<double> others) =>
        loss.Value(scores.AsColumnMajorArray(), _targets, Groups.OfLengths(lengths), _weights);

    public override Cost ValueAndGradient(Matrix<double> scores, Span<double> others)
    {
        double[] buffer = scores.AsColumnMajorArray();
        return loss.ValueAndGradient(buffer, _targets, Groups.OfLengths(lengths), buffer, _weights);
    }
}
