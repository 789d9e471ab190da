using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Transforms;

namespace LossKit.ML;

/// <summary>Decisions of least expected cost as a step of a pipeline.</summary>
/// <remarks>
/// What comes out is a column of Booleans, true where the score is at least the threshold; of a vector, one for each of
/// its numbers. A score of NaN is decided negative. In a saved model the step is ML.NET's own expression, with the
/// threshold in it: who loads the model needs nothing of LossKit.
/// </remarks>
public static class DecisionExtensions
{
    /// <summary>
    /// Decides by calibrated probabilities: positive from <see cref="DecisionCosts.CalibratedThreshold"/> on. Nothing
    /// is learnt from data.
    /// </summary>
    /// <param name="catalog">The transforms of the context.</param>
    /// <param name="outputColumnName">
    /// The column of the decisions; may be <c>PredictedLabel</c>, whose decisions they then replace.
    /// </param>
    /// <param name="costs">What decisions cost.</param>
    /// <param name="probabilityColumnName">The column of probabilities.</param>
    /// <exception cref="ArgumentException">
    /// Each wrong decision is cheaper than the right one, so that there is no threshold.
    /// </exception>
    public static ExpressionEstimator Decide(
        this TransformsCatalog catalog,
        string outputColumnName,
        DecisionCosts costs,
        string probabilityColumnName = "Probability")
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(outputColumnName);
        ArgumentNullException.ThrowIfNull(probabilityColumnName);
        return double.IsNaN(costs.CalibratedThreshold)
            ? throw new ArgumentException(
                $"'costs' is {costs}: at least one wrong decision must not be cheaper than the right one.",
                nameof(costs))
            : At(catalog, outputColumnName, costs.CalibratedThreshold, probabilityColumnName);
    }

    /// <summary>
    /// Decides by scores, from the threshold on at which decisions on the data that it is fitted to cost least: for
    /// models whose scores are no calibrated probabilities.
    /// </summary>
    /// <param name="catalog">The transforms of the context.</param>
    /// <param name="outputColumnName">
    /// The column of the decisions; may be <c>PredictedLabel</c>, whose decisions they then replace.
    /// </param>
    /// <param name="costs">What decisions cost.</param>
    /// <param name="labelColumnName">The column of the labels, which is needed to choose the threshold only.</param>
    /// <param name="scoreColumnName">
    /// The column of scores; higher is more positive. The threshold is chosen by them in float.
    /// </param>
    /// <param name="exampleWeightColumnName">What each row counts; none means 1 each.</param>
    public static DecisionEstimator DecideByScore(
        this TransformsCatalog catalog,
        string outputColumnName,
        DecisionCosts costs,
        string labelColumnName = "Label",
        string scoreColumnName = "Score",
        string? exampleWeightColumnName = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(outputColumnName);
        ArgumentNullException.ThrowIfNull(labelColumnName);
        ArgumentNullException.ThrowIfNull(scoreColumnName);
        return new(catalog, outputColumnName, costs, labelColumnName, scoreColumnName, exampleWeightColumnName);
    }

    internal static ExpressionEstimator At(
        TransformsCatalog catalog, string outputColumnName, double threshold, string scoreColumnName) =>
        catalog.Expression(outputColumnName, $"score : score >= {Literal(threshold)}", scoreColumnName);

    /// <summary>
    /// The threshold as a double, which numbers of either type are compared with as they are; without a decimal point,
    /// which the expression reads as the culture has it.
    /// </summary>
    private static string Literal(double threshold)
    {
        if (double.IsInfinity(threshold))
        {
            return threshold > 0 ? "1E39f" : "-1E39f";
        }

        // d.ddddddddddddddddE±eee, which says a double exactly: the same without the point.
        string[] parts = threshold.ToString("E16", CultureInfo.InvariantCulture).Split('.', 'E');
        int exponent = int.Parse(parts[2], CultureInfo.InvariantCulture) - parts[1].Length;
        return string.Create(CultureInfo.InvariantCulture, $"{parts[0]}{parts[1]}E{exponent}d");
    }
}
