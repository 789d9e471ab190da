using LossKit.MathNet.Objectives;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.Optimization;

namespace LossKit.MathNet;

/// <summary>A linear model of classes that are ranks: a score, and the thresholds between the classes.</summary>
public sealed class OrdinalModel
{
    internal OrdinalModel(MinimizationResult fit, int features)
    {
        Minimization = fit;
        Vector<double> point = fit.MinimizingPoint;
        Coefficients = point.SubVector(0, features);
        double[] thresholds = point.SubVector(features, point.Count - features).ToArray();
        OrdinalScoreLoss.SetThresholds(thresholds, thresholds);
        Thresholds = Vector<double>.Build.Dense(thresholds);
    }

    /// <summary>w, of the score X·w.</summary>
    public Vector<double> Coefficients { get; }

    /// <summary>θ, one less than there are classes, rising.</summary>
    public Vector<double> Thresholds { get; }

    /// <summary>What the minimiser has returned.</summary>
    public MinimizationResult Minimization { get; }

    /// <summary>The scores X·w: the higher, the higher the rank.</summary>
    /// <param name="features">X, examples × features.</param>
    /// <exception cref="ArgumentException">There are other features than the model has coefficients.</exception>
    public Vector<double> Scores(Matrix<double> features)
    {
        ArgumentNullException.ThrowIfNull(features);
        return features.ColumnCount == Coefficients.Count
            ? LinearModel.Predict(Coefficients, features)
            : throw new ArgumentException(
                $"'features' has {features.ColumnCount} columns: expected {Coefficients.Count}, one a coefficient.",
                nameof(features));
    }

    /// <summary>
    /// The class between whose thresholds the score is; on one, the lower. It is the median of what the model thinks
    /// possible, where its distribution is symmetric.
    /// </summary>
    /// <param name="features">X, examples × features.</param>
    /// <exception cref="ArgumentException">
    /// There are other features than the model has coefficients, or the score of a row is NaN.
    /// </exception>
    public int[] Labels(Matrix<double> features)
    {
        Vector<double> scores = Scores(features);
        int[] labels = new int[scores.Count];
        for (int i = 0; i < labels.Length; i++)
        {
            double score = scores[i];
            labels[i] = !double.IsNaN(score)
                ? Thresholds.Count(threshold => score > threshold)
                : throw new ArgumentException($"The score of row {i} of 'features' is NaN.", nameof(features));
        }

        return labels;
    }
}
