using System.Runtime.CompilerServices;
using MathNet.Numerics.LinearAlgebra;

namespace LossKit.MathNet.Objectives;

/// <summary>Makes a problem of a user's data, or says what is wrong with them.</summary>
internal static class DataChecks
{
    public static LinearModelProblem Problem(
        ILoss<double, double> loss, Matrix<double> features, Vector<double> targets, LinearModelOptions options)
    {
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(targets);
        OnePerRow(features, targets.Count, nameof(targets));
        OnePerRow(features, options.Weights);
        return new(new PointwiseScoreLoss(loss, targets, options.Weights), features, options);
    }

    public static LinearModelProblem Problem(
        ILoss<double, int> loss,
        Matrix<double> features,
        ReadOnlySpan<int> labels,
        int classes,
        LinearModelOptions options)
    {
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(features);
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 2);
        OnePerRow(features, labels.Length, nameof(labels));
        OnePerRow(features, options.Weights);
        return new(new LabelScoreLoss(loss, labels, classes, options.Weights), features, options);
    }

    private static void OnePerRow(
        Matrix<double> features, Vector<double>? weights, [CallerArgumentExpression(nameof(weights))] string name = "")
    {
        if (weights is not null)
        {
            OnePerRow(features, weights.Count, name);
        }
    }

    private static void OnePerRow(Matrix<double> features, int count, string name)
    {
        if (count != features.RowCount)
        {
            throw new ArgumentException(
                $"'{name}' has {count} entries, but 'features' has {features.RowCount} rows: expected one for each.",
                name);
        }
    }
}
