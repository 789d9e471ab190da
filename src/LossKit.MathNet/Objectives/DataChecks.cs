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
                + "expected one of each, or a matrix of targets.",
                nameof(loss));
        }

        return Problem(loss, features, targets.ToColumnMatrix(), options);
    }

    public static LinearModelProblem Problem(
        IMetric<double, double> loss, Matrix<double> features, Matrix<double> targets, LinearModelOptions options)
    {
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(targets);
        OnePerRow(features, targets.RowCount, nameof(targets));
        OnePerRow(features, options.Weights);
        if (targets.ColumnCount != loss.Shape.Targets)
        {
            throw new ArgumentException(
                $"'targets' is {targets.RowCount}×{targets.ColumnCount}: expected {loss.Shape.Targets} columns, as "
                + "many as 'loss' takes targets of an example.",
                nameof(targets));
        }

        return new(new NumberScoreLoss(loss, targets, options.Weights), features, options);
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
        return new(new LabelScoreLoss(loss, targets, classes, options.Weights), features, options);
    }

    public static LinearModelProblem Problem(
        OrdinalLoss<double> loss, Matrix<double> features, ReadOnlySpan<int> targets, LinearModelOptions options)
    {
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(features);
        OnePerRow(features, targets.Length, nameof(targets));
        OnePerRow(features, options.Weights);
        return new(new OrdinalScoreLoss(loss, targets, options.Weights), features, options);
    }

    /// <summary>Weights are one a group.</summary>
    public static LinearModelProblem Problem(
        IGroupedLoss<double, double> loss,
        Matrix<double> features,
        Vector<double> targets,
        ReadOnlySpan<int> lengths,
        LinearModelOptions options)
    {
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(targets);
        OnePerRow(features, targets.Count, nameof(targets));
        if (options.Weights is { } weights && weights.Count != lengths.Length)
        {
            throw new ArgumentException(
                $"'options.Weights' has {weights.Count} entries, but there are {lengths.Length} groups: expected one "
                + "for each.",
                $"{nameof(options)}.{nameof(options.Weights)}");
        }

        return new(new GroupScoreLoss(loss, targets, lengths.ToArray(), options.Weights), features, options);
    }

    /// <summary>Weights are what the loss says.</summary>
    public static LinearModelProblem Problem<TBatch, TGradients>(
        IBatchLoss<double, TBatch, TGradients> loss,
        Matrix<double> features,
        Func<ReadOnlySpan<double>, TBatch> batch,
        Func<Span<double>, TGradients> gradients,
        int outputs,
        LinearModelOptions options)
        where TBatch : struct, allows ref struct
        where TGradients : struct, allows ref struct
    {
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(gradients);
        ArgumentOutOfRangeException.ThrowIfLessThan(outputs, 1);
        return new(
            new BatchScoreLoss<TBatch, TGradients>(loss, batch, gradients, outputs, options.Weights),
            features,
            options);
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
