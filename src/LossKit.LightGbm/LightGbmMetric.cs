namespace LossKit.LightGbm;

/// <summary>What is measured on validation data after every round: any loss or metric, on raw scores.</summary>
/// <typeparam name="TTarget">What the targets are: <see cref="double"/>, or <see cref="int"/> for labels.</typeparam>
public sealed class LightGbmMetric<TTarget> where TTarget : unmanaged
{
    private readonly Func<double[], Examples<TTarget>, Cost> _measure;

    /// <summary>A loss or a metric of examples, such as the cost of decisions at a threshold.</summary>
    /// <param name="what">Its name, and which way it gets better.</param>
    /// <param name="metric">What is measured.</param>
    public LightGbmMetric(Metric what, IMetric<double, TTarget> metric)
        : this(what, (scores, of) => metric.Value(scores, of.Targets, of.Weights)) =>
        ArgumentNullException.ThrowIfNull(metric);

    /// <summary>A loss of groups, such as a ranking's.</summary>
    /// <inheritdoc cref="LightGbmMetric{TTarget}(Metric, IMetric{double, TTarget})"/>
    public LightGbmMetric(Metric what, IGroupedLoss<double, TTarget> metric)
        : this(what, (scores, of) => metric.Value(scores, of.Targets, of.Groups, of.Weights)) =>
        ArgumentNullException.ThrowIfNull(metric);

    /// <summary>
    /// A metric of groups, such as NDCG; of all examples together, such as the AUC, if there are no groups. Weights are
    /// those of the groups if they are as many, else of the examples within them.
    /// </summary>
    /// <inheritdoc cref="LightGbmMetric{TTarget}(Metric, IMetric{double, TTarget})"/>
    public LightGbmMetric(Metric what, IGroupedMetric<double> metric)
        : this(what, (scores, of) => of.Weights.Length == of.GroupCount
            ? metric.Value(scores, of.Numbers, of.Groups, of.Weights)
            : metric.Value(scores, of.Numbers, of.Groups, itemWeights: of.Weights)) =>
        ArgumentNullException.ThrowIfNull(metric);

    private LightGbmMetric(Metric what, Func<double[], Examples<TTarget>, Cost> measure) =>
        (What, _measure) = (what, measure);

    /// <summary>Its name, and which way it gets better.</summary>
    public Metric What { get; }

    internal Cost Of(double[] scores, Examples<TTarget> examples) => _measure(scores, examples);
}
