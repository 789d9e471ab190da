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
        if (loss.Shape is not (1, 1))
        {
            throw new ArgumentException(
                $"'loss' takes {loss.Shape.Predictions} predictions and {loss.Shape.Targets} targets of an example: "
                + "expected one of each.",
                nameof(loss));
        }

        OnePerRow(features, targets.Count, nameof(targets));
        OnePerRow(features, options.Weights);
        return new(
            new PointwiseScoreLoss(loss, targets, options.Weights), Counted(features, options.Weights), options);
    }

    public static LinearModelProblem Problem(
        IMetric<double, int> loss,
        Matrix<double> features,
        ReadOnlySpan<int> targets,
        int classes,
        LinearModelOptions options)
    {
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(features);
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 2);
        if (classes != loss.Shape.Predictions)
        {
            throw new ArgumentException(
                $"'classes' is {classes}, but 'loss' takes {loss.Shape.Predictions} scores of an example: they must be "
                + "equal.",
                nameof(classes));
        }

        OnePerRow(features, targets.Length, nameof(targets));
        OnePerRow(features, options.Weights);
        return new(
            new LabelScoreLoss(loss, targets, classes, options.Weights), Counted(features, options.Weights), options);
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
