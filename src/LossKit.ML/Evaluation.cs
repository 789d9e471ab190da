using System.Collections;
using LossKit.ML.Columns;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace LossKit.ML;

/// <summary>
/// What to evaluate of an <see cref="IDataView"/>: losses, metrics and decision costs by name, with the columns that
/// each of them takes. <see cref="EvaluationExtensions.Evaluate"/> reads the data once for all of them.
/// </summary>
/// <remarks>
/// <para>
/// Predictions and targets may be numbers, Booleans (0 and 1), keys, and vectors of fixed size, dense or sparse. A key
/// is taken to be the class one less than its value, because keys count from 1; of a label whose key is missing, the
/// row is ignored. A NaN is a number like any other: it makes the cost NaN. Losses of targets −1 and +1
/// (<see cref="LossFacts.Targets"/> is <see cref="Domain.Signs"/>) are given these: +1 of a label above 0, −1 of any
/// other, as ML.NET takes labels of two classes.
/// </para>
/// <para>
/// One can be used any number of times, also by several threads at a time, once all metrics have been added.
/// </para>
/// </remarks>
/// <param name="labelColumnName">The column of the targets, of metrics that are not given another.</param>
/// <param name="scoreColumnName">The column of the predictions, of metrics that are not given another.</param>
/// <param name="exampleWeightColumnName">What each row counts; none means 1 each. A group has one weight.</param>
/// <param name="rowGroupColumnName">
/// The column of keys or whole numbers that tells groups apart, for metrics of rankings: rows of a group follow each
/// other. Rows whose key is missing are ignored.
/// </param>
public sealed class Evaluation(
    string labelColumnName = "Label",
    string scoreColumnName = "Score",
    string? exampleWeightColumnName = null,
    string? rowGroupColumnName = null) : IEnumerable<string>
{
    // Cancellation is looked for, and progress reported, after so many rows.
    private const int RowsBetweenReports = 4096;

    private readonly List<Evaluated> _metrics = [];

    /// <summary>Adds a loss or metric of values, probabilities or decisions.</summary>
    /// <param name="name">Its name in the report.</param>
    /// <param name="metric">The loss or metric.</param>
    /// <param name="scoreColumnName">The column of its predictions; that of the evaluation if not given.</param>
    /// <param name="labelColumnName">The column of its targets; that of the evaluation if not given.</param>
    /// <exception cref="ArgumentException">There is one of that name.</exception>
    public void Add(
        string name, IMetric<float, float> metric, string? scoreColumnName = null, string? labelColumnName = null)
    {
        ArgumentNullException.ThrowIfNull(metric);
        BatchCost<float> cost = (predictions, targets, _, weights) => metric.Value(predictions, targets, weights);
        bool hasSigns = metric is ILoss<float, float> { Facts.Targets: Domain targets } && targets == Domain.Signs;
        Add(name, scoreColumnName, labelColumnName, metric.Shape, isOfGroups: false, hasSigns
            ? (columns, shape) => new Feed<float, Signs>(columns, shape, cost)
            : (columns, shape) => new Feed<float, Numbers>(columns, shape, cost));
    }

    /// <summary>Adds a loss or metric of rows of classes against labels.</summary>
    /// <inheritdoc cref="Add(string, IMetric{float, float}, string, string)"/>
    public void Add(
        string name, IMetric<float, int> metric, string? scoreColumnName = null, string? labelColumnName = null)
    {
        ArgumentNullException.ThrowIfNull(metric);
        BatchCost<int> cost = (predictions, targets, _, weights) => metric.Value(predictions, targets, weights);
        Add(name, scoreColumnName, labelColumnName, metric.Shape, isOfGroups: false,
            (columns, shape) => new Feed<int, Labels>(columns, shape, cost));
    }

    /// <summary>Adds a metric of rankings, for which the evaluation has a column of groups.</summary>
    /// <inheritdoc cref="Add(string, IMetric{float, float}, string, string)"/>
    public void Add(
        string name, IGroupedMetric<float> metric, string? scoreColumnName = null, string? labelColumnName = null)
    {
        ArgumentNullException.ThrowIfNull(metric);
        AddGrouped(name, scoreColumnName, labelColumnName, (predictions, targets, groups, weights) =>
            metric.Value(predictions, targets, groups, weights));
    }

    /// <summary>Adds a loss of rankings, or of other groups, for which the evaluation has a column.</summary>
    /// <inheritdoc cref="Add(string, IMetric{float, float}, string, string)"/>
    public void Add(
        string name, IGroupedLoss<float, float> metric, string? scoreColumnName = null, string? labelColumnName = null)
    {
        ArgumentNullException.ThrowIfNull(metric);
        AddGrouped(name, scoreColumnName, labelColumnName, (predictions, targets, groups, weights) =>
            metric.Value(predictions, targets, groups, weights));
    }

    /// <summary>The names, in the order of the report.</summary>
    public IEnumerator<string> GetEnumerator() => _metrics.Select(metric => metric.Name).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal EvaluationReport Run(IDataView data, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        if (_metrics.Count == 0)
        {
            throw Refusal.Of("'evaluation' has no metric: there is nothing to report.", "evaluation");
        }

        cancellationToken.ThrowIfCancellationRequested();
        using Columns.Columns columns = new(data, Names());
        List<Feed> feeds = [];
        try
        {
            foreach (Evaluated metric in _metrics)
            {
                feeds.Add(FeedOf(metric, columns));
            }

            while (columns.MoveNext())
            {
                foreach (Feed feed in feeds)
                {
                    feed.Add(columns.Row);
                }

                if (columns.Rows % RowsBetweenReports == 0)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    progress?.Report(columns.Rows);
                }
            }

            feeds.ForEach(feed => feed.Flush());
            progress?.Report(columns.Rows);
            return new(_metrics.Select(metric => metric.Name).Zip(feeds.Select(feed => feed.Cost)));
        }
        finally
        {
            feeds.ForEach(feed => feed.Dispose());
        }
    }

    private void AddGrouped(string name, string? scoreColumn, string? labelColumn, BatchCost<float> cost) =>
        Add(name, scoreColumn, labelColumn, new Shape(1, 1), isOfGroups: true,
            (columns, shape) => new Feed<float, Numbers>(columns, shape, cost));

    private void Add(
        string name,
        string? scoreColumn,
        string? labelColumn,
        Shape shape,
        bool isOfGroups,
        Func<FeedColumns, Shape, Feed> feed)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (_metrics.Exists(metric => metric.Name == name))
        {
            throw new ArgumentException($"Two metrics are named '{name}': names must differ.", nameof(name));
        }

        if (isOfGroups && rowGroupColumnName is null)
        {
            throw new ArgumentException(
                $"'{name}' is of groups, but the evaluation has no 'rowGroupColumnName': it tells them apart.",
                nameof(name));
        }

        _metrics.Add(new(
            name,
            scoreColumn ?? scoreColumnName,
            shape.Targets == 0 ? null : labelColumn ?? labelColumnName,
            shape,
            isOfGroups,
            feed));
    }

    private IEnumerable<string> Names()
    {
        foreach (Evaluated metric in _metrics)
        {
            yield return metric.Score;
            if (metric.Label is not null)
            {
                yield return metric.Label;
            }

            if (metric.IsOfGroups)
            {
                yield return rowGroupColumnName!;
            }
        }

        if (exampleWeightColumnName is not null)
        {
            yield return exampleWeightColumnName;
        }
    }

    private Feed FeedOf(Evaluated metric, Columns.Columns columns)
    {
        ScalarReader? weight = exampleWeightColumnName is null
            ? null
            : columns.Scalar(exampleWeightColumnName, "what it counts");
        const string Begins = "whose change begins a group";
        ScalarReader? group = metric.IsOfGroups ? columns.Scalar(rowGroupColumnName!, Begins) : null;
        if (group is not null && Type.GetTypeCode(group.Type.RawType) is TypeCode.Single or TypeCode.Double)
        {
            throw Refusal.Of($"The column '{group.Name}' is {group.Type}: expected a key or a whole number, {Begins}.");
        }

        return metric.Feed(
            new(
                metric.Name,
                columns[metric.Score],
                metric.Label is null ? null : columns[metric.Label],
                weight,
                group),
            metric.Shape);
    }

    private sealed record Evaluated(
        string Name, string Score, string? Label, Shape Shape, bool IsOfGroups, Func<FeedColumns, Shape, Feed> Feed);
}
