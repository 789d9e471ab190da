using System.Globalization;
using System.Text;

namespace LossKit;

/// <summary>
/// One set of predictions under several losses, metrics and decision costs at once: what a model was trained on beside
/// what it costs the business.
/// </summary>
/// <remarks>
/// Whatever is a mean over examples goes in: losses, error rates and <see cref="DecisionCosts.AtThreshold"/> of the
/// same predictions and targets. A loss that needs other targets (−1 instead of 0) needs a report of its own. Batches
/// are read once, one loss after another while they are in the cache, and reports of parts merge like a <see
/// cref="Cost"/>. One thread at a time: give each its own and <see cref="Merge"/> them. Adding allocates nothing.
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <typeparam name="TTarget">
/// <typeparamref name="T"/> for values and probabilities, <see cref="int"/> for labels.
/// </typeparam>
public sealed class CostReport<T, TTarget> where T : unmanaged where TTarget : unmanaged
{
    private readonly (string Name, IMetric<T, TTarget> Metric)[] _metrics;
    private readonly Cost[] _batch;
    private readonly Cost[] _costs;

    /// <summary>An empty report.</summary>
    /// <param name="metrics">What to report, by name, in the order of the report.</param>
    /// <exception cref="ArgumentException">There is none, or two have the same name.</exception>
    public CostReport(params ReadOnlySpan<(string Name, IMetric<T, TTarget> Metric)> metrics)
    {
        if (metrics.IsEmpty)
        {
            throw new ArgumentException("'metrics' is empty: there is nothing to report.", nameof(metrics));
        }

        _metrics = metrics.ToArray();
        _batch = new Cost[_metrics.Length];
        _costs = new Cost[_metrics.Length];
        for (int i = 0; i < _metrics.Length; i++)
        {
            (string name, IMetric<T, TTarget> metric) = _metrics[i];
            ArgumentNullException.ThrowIfNull(name, nameof(metrics));
            ArgumentNullException.ThrowIfNull(metric, nameof(metrics));
            if (IndexOf(name) < i)
            {
                throw new ArgumentException($"Two metrics are named '{name}': names must differ.", nameof(metrics));
            }
        }
    }

    /// <summary>The names, in the order of the report.</summary>
    public IEnumerable<string> Names => _metrics.Select(metric => metric.Name);

    /// <summary>The cost of all examples so far, by the metric of that name.</summary>
    /// <exception cref="KeyNotFoundException">There is none of that name.</exception>
    public Cost this[string name] => IndexOf(name) is int index and >= 0
        ? _costs[index]
        : throw new KeyNotFoundException($"There is no '{name}' in the report, only {string.Join(", ", Names)}.");

    /// <summary>Names and costs, as plain data for any serialiser.</summary>
    public CostReportState State => new(CostReportState.CurrentVersion, [.. Names], [.. _costs]);

    /// <summary>Adds a batch. If a metric refuses it, it is not added to any.</summary>
    /// <param name="predictions">What the model says.</param>
    /// <param name="targets">What is true.</param>
    /// <param name="weights">What each example counts; none means 1 each.</param>
    /// <exception cref="ArgumentException">Lengths differ.</exception>
    /// <exception cref="OverflowException">There are more examples than a count can hold; nothing is added.</exception>
    public void Add(
        ReadOnlySpan<T> predictions, ReadOnlySpan<TTarget> targets, ReadOnlySpan<T> weights = default)
    {
        for (int i = 0; i < _metrics.Length; i++)
        {
            _batch[i] = _metrics[i].Metric.Value(predictions, targets, weights);
        }

        AddToCosts(_batch);
    }

    /// <summary>Adds what another report with the same names has seen.</summary>
    /// <exception cref="ArgumentException">The names differ.</exception>
    /// <exception cref="OverflowException">There are more examples than a count can hold; nothing is added.</exception>
    public void Merge(CostReport<T, TTarget> other)
    {
        ArgumentNullException.ThrowIfNull(other);
        MergeState(other.State);
    }

    /// <summary>Adds what a report in another process has seen, by its <see cref="State"/>.</summary>
    /// <exception cref="ArgumentException">
    /// The names differ, there is not a cost for each, or the state is of another version.
    /// </exception>
    /// <exception cref="OverflowException">There are more examples than a count can hold; nothing is added.</exception>
    public void MergeState(CostReportState other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.Version != CostReportState.CurrentVersion)
        {
            throw new ArgumentException(
                $"'Version' is {other.Version}: must be {CostReportState.CurrentVersion}.", nameof(other));
        }

        if (other.Names is null || !Names.SequenceEqual(other.Names))
        {
            throw new ArgumentException(
                $"'other' reports {string.Join(", ", other.Names ?? [])}, this one {string.Join(", ", Names)}.",
                nameof(other));
        }

        if (other.Costs?.Count != _costs.Length)
        {
            throw new ArgumentException(
                $"'Costs' has {other.Costs?.Count ?? 0} entries: must be {_costs.Length}, one a name.", nameof(other));
        }

        AddToCosts([.. other.Costs]);
    }

    /// <summary>Starts again.</summary>
    public void Reset() => Array.Clear(_costs);

    /// <summary>A line for each metric: its name and its mean.</summary>
    public override string ToString()
    {
        int width = Names.Max(name => name.Length);
        StringBuilder text = new();
        for (int i = 0; i < _metrics.Length; i++)
        {
            text.Append(i == 0 ? "" : Environment.NewLine).Append(_metrics[i].Name.PadRight(width))
                .Append(CultureInfo.InvariantCulture, $" {_costs[i].Mean:G6}");
        }

        return text.ToString();
    }

    private int IndexOf(string name) =>
        Array.FindIndex(_metrics, metric => string.Equals(metric.Name, name, StringComparison.Ordinal));

    private void AddToCosts(ReadOnlySpan<Cost> costs)
    {
        for (int i = 0; i < costs.Length; i++)
        {
            _batch[i] = _costs[i] + costs[i];
        }

        // Only when none of them was too much.
        _batch.CopyTo(_costs, 0);
    }
}
