using System.Buffers;
using MathNet.Numerics.LinearAlgebra;

namespace LossKit.MathNet.Objectives;

/// <summary>One score per example, against a label, with the thresholds between labels.</summary>
/// <remarks>
/// The first threshold is learnt as it is, each other as the logarithm of its step from the one before, so that they
/// rise wherever a minimiser goes.
/// </remarks>
internal sealed class OrdinalScoreLoss(OrdinalLoss<double> loss, ReadOnlySpan<int> labels, Vector<double>? weights)
    : ScoreLoss
{
    private readonly int[] _labels = labels.ToArray();
    private readonly double[]? _weights = weights?.ToArray();

    public override int Outputs => 1;

    public override bool HasGradient => true;

    /// <summary>It would move all thresholds.</summary>
    public override bool TakesIntercept => false;

    public override int Others => loss.Classes - 1;

    /// <summary>The thresholds θ of what is learnt, which may be in their place.</summary>
    public static void SetThresholds(ReadOnlySpan<double> others, Span<double> thresholds)
    {
        double threshold = 0;
        for (int k = 0; k < others.Length; k++)
        {
            threshold += k == 0 ? others[k] : Math.Exp(others[k]);
            thresholds[k] = threshold;
        }
    }

    /// <summary>
    /// Logits of the shares of the examples below, half an example more in each class, so that none is without: for a
    /// logistic distribution and no features the solution, for others near it.
    /// </summary>
    public override void StartOthers(Span<double> others)
    {
        double all = 0.5 * loss.Classes + _labels.Where(IsOfClass).Count();
        double before = 0;
        double below = 0;
        for (int k = 0; k < others.Length; k++)
        {
            below += 0.5 + _labels.Where((label, i) => label == k && IsOfClass(label, i)).Count();
            double threshold = Math.Log(below / (all - below));
            others[k] = k == 0 ? threshold : Math.Log(threshold - before);
            before = threshold;
        }

        bool IsOfClass(int label, int i) =>
            label >= 0 && label < loss.Classes && (_weights is null || _weights[i] != 0);
    }

    public override Cost Value(Matrix<double> scores, ReadOnlySpan<double> others)
    {
        double[] thresholds = new double[others.Length];
        SetThresholds(others, thresholds);
        return loss.Value(Batch(scores, thresholds), _weights);
    }

    public override Cost ValueAndGradient(Matrix<double> scores, Span<double> others)
    {
        double[] thresholds = new double[others.Length];
        double[] ofThresholds = new double[others.Length];
        SetThresholds(others, thresholds);
        double[] buffer = scores.AsColumnMajorArray();
        double[] rented = ArrayPool<double>.Shared.Rent(buffer.Length);
        try
        {
            Span<double> ofScores = rented.AsSpan(0, buffer.Length);
            Cost cost = loss.ValueAndGradient(
                Batch(scores, thresholds), new() { Scores = ofScores, Thresholds = ofThresholds }, _weights);
            ofScores.CopyTo(buffer);

            // A step moves all thresholds from its own on.
            double ofLater = 0;
            for (int k = others.Length - 1; k >= 0; k--)
            {
                ofLater += ofThresholds[k];
                others[k] = k == 0 ? ofLater : Math.Exp(others[k]) * ofLater;
            }

            return cost;
        }
        finally
        {
            ArrayPool<double>.Shared.Return(rented);
        }
    }

    private OrdinalScores<double> Batch(Matrix<double> scores, double[] thresholds) =>
        new() { Scores = scores.AsColumnMajorArray(), Thresholds = thresholds, Labels = _labels };
}
