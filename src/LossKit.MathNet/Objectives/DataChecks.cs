using System.Runtime.CompilerServices;
using MathNet.Numerics.LinearAlgebra;

namespace LossKit.MathNet.Objectives;

/// <summary>Makes a problem of a user's data, or says what is wrong with them.</summary>
internal static class DataChecks
{
    public static LinearModelProblem Problem(
        IMetric<double, double> loss, Matrix<double> features, Vector<double> targets, LinearModelOptions options)
    {
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(targets);
        OnePerRow(features, targets.Count, nameof(targets));
        OnePerRow(features, options.Weights);
        return new(
            new PointwiseScoreLoss(loss, targets, options.Weights), Counted(features, options.Weights), options);
    }

    public static LinearModelProblem Problem(
        IMetric<double, int> loss,
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
        return new(
            new LabelScoreLoss(loss, labels, classes, options.Weights), Counted(features, options.Weights), options);
    }

    /// <summary>
    /// The features, with 0 for examples of weight 0 that have a NaN or an infinity: no product with it is a number.
    /// </summary>
    private static Matrix<double> Counted(Matrix<double> features, Vector<double>? weights)
    {
        if (weights is null || weights.ForAll(weight => weight != 0, Zeros.Include))
        {
            return features;
        }

        int[] broken =
        [
            .. features.EnumerateIndexed(Zeros.AllowSkip)
                .Where(entry => !double.IsFinite(entry.Item3) && weights[entry.Item1] == 0)
                .Select(entry => entry.Item1)
                .Distinct(),
        ];
        if (broken.Length == 0)
        {
            return features;
        }

        Matrix<double> counted = features.Clone();
        counted.ClearRows(broken);
        return counted;
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
