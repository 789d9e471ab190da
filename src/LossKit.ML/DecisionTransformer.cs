using Microsoft.ML;
using Microsoft.ML.Data;

namespace LossKit.ML;

/// <summary>
/// Decides by a threshold on scores, which <see cref="DecisionEstimator.Fit"/> has chosen: a column of Booleans.
/// </summary>
/// <remarks>It is saved as ML.NET's own expression, so that who loads the model needs nothing of LossKit.</remarks>
public sealed class DecisionTransformer : ITransformer
{
    private readonly ITransformer _expression;

    internal DecisionTransformer(DecisionThreshold threshold, ITransformer expression)
    {
        Threshold = threshold;
        _expression = expression;
    }

    /// <summary>The threshold, and what it costs on the data that it was chosen on.</summary>
    public DecisionThreshold Threshold { get; }

    /// <inheritdoc/>
    public bool IsRowToRowMapper => _expression.IsRowToRowMapper;

    /// <inheritdoc/>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => _expression.GetOutputSchema(inputSchema);

    /// <inheritdoc/>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => _expression.GetRowToRowMapper(inputSchema);

    /// <inheritdoc/>
    public IDataView Transform(IDataView input) => _expression.Transform(input);

    void ICanSaveModel.Save(ModelSaveContext ctx) => _expression.Save(ctx);
}
