using System.Collections.ObjectModel;
using System.Globalization;

namespace LossKit.ML;

/// <summary>
/// The cost of some data by each metric of an <see cref="Evaluation"/>, by name and in its order. Reports of parts, as
/// folds of a cross-validation, add up to that of all of them.
/// </summary>
public sealed class EvaluationReport : ReadOnlyDictionary<string, Cost>
{
    internal EvaluationReport(IEnumerable<(string Name, Cost Cost)> costs)
        : base(new OrderedDictionary<string, Cost>(
            costs.Select(cost => KeyValuePair.Create(cost.Name, cost.Cost)), StringComparer.Ordinal))
    {
    }

    /// <summary>The report of the data of both.</summary>
    /// <exception cref="ArgumentException">Their names differ.</exception>
    /// <exception cref="OverflowException">There are more examples than a count can hold.</exception>
    public static EvaluationReport operator +(EvaluationReport left, EvaluationReport right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        return left.Keys.SequenceEqual(right.Keys)
            ? new(left.Select(cost => (cost.Key, cost.Value + right[cost.Key])))
            : throw new ArgumentException(
                $"'right' reports {string.Join(", ", right.Keys)}, 'left' {string.Join(", ", left.Keys)}.",
                nameof(right));
    }

    /// <inheritdoc cref="op_Addition"/>
    public static EvaluationReport Add(EvaluationReport left, EvaluationReport right) => left + right;

    /// <summary>A line for each metric: its name and its mean.</summary>
    public override string ToString()
    {
        int width = Keys.Max(name => name.Length);
        return string.Join(
            Environment.NewLine,
            this.Select(cost =>
                string.Create(CultureInfo.InvariantCulture, $"{cost.Key.PadRight(width)} {cost.Value.Mean:G6}")));
    }
}
