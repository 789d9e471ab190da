using System.Runtime.InteropServices;
using LossKit.ML.Decisions;
using Microsoft.ML;

namespace LossKit.ML;

/// <summary>
/// Chooses the threshold on scores at which decisions cost least: <see cref="DecisionCosts.BestThreshold"/> of the data
/// that it is fitted to. <see cref="DecisionExtensions.DecideByScore"/> makes it.
/// </summary>
public sealed class DecisionEstimator : IEstimator<DecisionTransformer>
{
    private readonly TransformsCatalog _catalog;
    private readonly string _outputColumnName;
    private readonly DecisionCosts _costs;
    private readonly string _labelColumnName;
    private readonly string _scoreColumnName;
    private readonly string? _exampleWeightColumnName;

    internal DecisionEstimator(
        TransformsCatalog catalog,
        string outputColumnName,
        DecisionCosts costs,
        string labelColumnName,
        string scoreColumnName,
        string? exampleWeightColumnName)
    {
        _catalog = catalog;
        _outputColumnName = outputColumnName;
        _costs = costs;
        _labelColumnName = labelColumnName;
        _scoreColumnName = scoreColumnName;
        _exampleWeightColumnName = exampleWeightColumnName;
    }

    /// <summary>Chooses the threshold. Scores, labels and weights of all rows are held in memory meanwhile.</summary>
    /// <param name="input">
    /// Scores with labels, best of other examples than the model was trained on.
    /// </param>
    /// <exception cref="ArgumentException">
    /// There is no such column, one is of a type that is no number, or a number is NaN.
    /// </exception>
    public DecisionTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        ScoreCollector all = new();
        Evaluation scores = new(_labelColumnName, _scoreColumnName, _exampleWeightColumnName)
        {
            { _outputColumnName, all },
        };
        scores.Run(input, null, default);
        DecisionThreshold threshold = _costs.BestThreshold<float>(
            CollectionsMarshal.AsSpan(all.Scores),
            CollectionsMarshal.AsSpan(all.Targets),
            CollectionsMarshal.AsSpan(all.Weights));
        return new(threshold, ExpressionOf(threshold.Threshold).Fit(input));
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => ExpressionOf(0).GetOutputSchema(inputSchema);

    private Microsoft.ML.Transforms.ExpressionEstimator ExpressionOf(double threshold) =>
        DecisionExtensions.At(_catalog, _outputColumnName, threshold, _scoreColumnName);
}
