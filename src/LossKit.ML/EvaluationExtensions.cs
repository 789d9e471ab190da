using Microsoft.ML;

namespace LossKit.ML;

/// <summary>Evaluation beside ML.NET's own, as <c>mlContext.BinaryClassification.Evaluate</c>.</summary>
public static class EvaluationExtensions
{
    /// <summary>
    /// What the predictions in some data cost, by any number of losses, metrics and decision costs, in one pass.
    /// </summary>
    /// <remarks>
    /// Rows are read with a cursor and given to the metrics in batches, from rented arrays: memory does not grow with
    /// the data, but for a group of a ranking, which has to be whole.
    /// </remarks>
    /// <param name="context">The context; nothing is asked of it.</param>
    /// <param name="data">The data, with predictions: what a model's <c>Transform</c> returns.</param>
    /// <param name="evaluation">The metrics, and the columns they take.</param>
    /// <param name="progress">Is told now and then how many rows have been read, and at the end.</param>
    /// <param name="cancellationToken">Ends the evaluation between two batches.</param>
    /// <returns>The cost by each metric.</returns>
    /// <exception cref="ArgumentException">
    /// There is no metric, there is no such column, a column is of a type that a metric does not take, or a metric
    /// refuses the numbers.
    /// </exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static EvaluationReport Evaluate(
        this MLContext context,
        IDataView data,
        Evaluation evaluation,
        IProgress<long>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(evaluation);
        return evaluation.Run(data, progress, cancellationToken);
    }
}
