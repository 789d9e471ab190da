using System.Globalization;

namespace LossKit.Internals.Rows;

/// <summary>What a loss over rows of classes knows about the classes.</summary>
internal sealed record ClassOptions<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>The column of a label has to be exact in float.</summary>
    private const int MostClasses = 1 << 24;

    private readonly T[]? _weights;
    private readonly T[]? _divisors;

    public ClassOptions(
        int classes,
        IReadOnlyList<double>? weights = null,
        int? ignoreIndex = null,
        bool weighsMean = false,
        int fewest = 1,
        string weightsName = "classWeights",
        T[]? divisors = null,
        string things = "classes")
    {
        if (classes < fewest || classes > MostClasses)
        {
            throw new ArgumentOutOfRangeException(
                things,
                classes,
                string.Create(
                    CultureInfo.InvariantCulture, $"'{things}' must be between {fewest} and {MostClasses}."));
        }

        if (weights is not null && weights.Count != classes)
        {
            throw new ArgumentException(
                $"'{weightsName}' has {weights.Count} entries, but there are {classes} {things}: one each is needed.",
                weightsName);
        }

        Classes = classes;
        TargetColumns = classes;
        Labels = classes;
        IgnoreIndex = ignoreIndex;
        WeighsMean = divisors is not null || (weighsMean && weights is not null);
        _divisors = divisors;
        _weights = weights?
            .Select((weight, label) => Weight(weight, $"{weightsName}[{label}]"))
            .ToArray();
    }

    public int Classes { get; init; }

    /// <summary>
    /// How many labels there are: one more than classes where each of these is a threshold between two.
    /// </summary>
    public int Labels { get; init; }

    /// <summary>What predictions have to be.</summary>
    public Domain Predictions { get; init; } = Domain.Logits;

    /// <summary>How many targets a row has that are no labels: one a class unless it is said.</summary>
    public int TargetColumns { get; init; }

    /// <summary>What targets that are no labels have to be.</summary>
    public Domain Targets { get; init; } = Domain.Probabilities;

    /// <summary>One a class, or empty.</summary>
    public ReadOnlySpan<T> Weights => _weights;

    /// <summary>Rows with this label count nowhere.</summary>
    public int? IgnoreIndex { get; }

    /// <summary>Whether the mean divides by the class weights of the labels too, or by divisors of their own.</summary>
    public bool WeighsMean { get; }

    /// <summary>What the mean divides by for each label, if it is not 1.</summary>
    public ReadOnlySpan<T> Divisors => _divisors ?? _weights;

    public bool IsIgnored(int label) => label == IgnoreIndex;

    public T WeightOf(int label) => _weights is null ? T.One : _weights[label];

    /// <summary>
    /// What a row of this weight and label counts in the mean: nothing if its class does not, were its weight infinite.
    /// </summary>
    public T InMean(T weight, int label) => Divisors[label] == T.Zero ? T.Zero : weight * Divisors[label];

    /// <summary>The options of a sum of two losses: what predictions and targets have to be for both.</summary>
    /// <exception cref="ArgumentException">They do not count the same rows alike.</exception>
    public ClassOptions<T> And(ClassOptions<T> other, string name)
    {
        if (other.Classes != Classes || other.Labels != Labels || other.TargetColumns != TargetColumns)
        {
            throw new ArgumentException(
                $"'{name}' is of {other.Classes} classes, {other.Labels} labels and {other.TargetColumns} targets a row; "
                + $"expected {Classes}, {Labels} and {TargetColumns}.",
                name);
        }

        if (other.IgnoreIndex != IgnoreIndex || !MeanWeights.SequenceEqual(other.MeanWeights))
        {
            throw new ArgumentException(
                $"'{name}' ignores another label, or has a mean by other class weights: the sum would have no mean.", name);
        }

        return this with
        {
            Predictions = Predictions.And(other.Predictions),
            Targets = Targets.And(other.Targets),
        };
    }

    private ReadOnlySpan<T> MeanWeights => WeighsMean ? Divisors : default;

    private static T Weight(double weight, string name) =>
        T.CreateTruncating(Parameter.NotNegative(weight, name).In<T>(name).Value);
}
