using System.Globalization;

namespace LossKit;

/// <summary>
/// Two models on the same examples: by how much the losses of a candidate differ from those of a baseline, and whether
/// that is more than luck.
/// </summary>
/// <remarks>
/// <para>
/// Example by example: what is hard for both models cancels, so that differences are found that two intervals of the
/// costs by themselves would hide. What is compared is any
/// loss or metric that has one number an example, decisions at their costs among them. Examples are taken to be
/// independent, and not to be those that the models were trained on or chosen by.
/// </para>
/// <para>
/// Comparisons of parts merge, as a <see cref="Cost"/> does, in constant memory. One thread at a time: give each its
/// own and <see cref="Merge(PairedComparison)"/> them, or their <see cref="State"/>. A batch that is refused adds
/// nothing. Weight 0 hides an example, even a NaN.
/// </para>
/// </remarks>
public sealed class PairedComparison
{
    private Totals _totals;

    /// <summary>
    /// The weighted mean of candidate − baseline, with its standard error and its confidence interval: below 0 if the
    /// candidate is better. If the interval is on one side of 0, the difference is unlikely to be luck.
    /// </summary>
    public MeanEstimate Difference => _totals.Difference;

    /// <summary>The cost of the baseline.</summary>
    public Cost Baseline => _totals.Baseline;

    /// <summary>The cost of the candidate.</summary>
    public Cost Candidate => _totals.Candidate;

    /// <summary>How many examples have been added, those of weight 0 included.</summary>
    public long Count => _totals.Difference.Count;

    /// <summary>
    /// On how many examples the candidate is better, and the exact two-sided sign test of it. Each example that has a
    /// weight counts once.
    /// </summary>
    public SignTest SignTest
    {
        get
        {
            (long better, long worse, long ties) = (_totals.Better, _totals.Worse, _totals.Ties);
            double tail = Distributions.FairTail(Math.Min(better, worse), better + worse);
            return new(better, worse, ties, _totals.Unordered > 0 ? double.NaN : Math.Min(1, 2 * tail));
        }
    }

    /// <summary>All of it, as plain numbers for any serialiser.</summary>
    public PairedComparisonState State => new(
        _totals.Baseline,
        _totals.Candidate,
        _totals.Difference.State,
        _totals.Better,
        _totals.Worse,
        _totals.Ties,
        _totals.Unordered);

    /// <summary>Adds the losses of both models on some examples. Allocates nothing.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="baseline">The baseline's loss of each example.</param>
    /// <param name="candidate">The candidate's loss of each of the same examples.</param>
    /// <param name="weights">What each example counts; none means 1 each.</param>
    /// <exception cref="ArgumentException">Lengths differ, or a weight is negative or not finite.</exception>
    /// <exception cref="OverflowException">There are more examples than a count can hold; nothing is added.</exception>
    public void Add<T>(ReadOnlySpan<T> baseline, ReadOnlySpan<T> candidate, ReadOnlySpan<T> weights = default)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Precision.Check<T>();
        BatchChecks.Length(nameof(candidate), candidate.Length, nameof(baseline), baseline.Length);
        BatchChecks.LengthIfGiven(nameof(weights), weights.Length, nameof(baseline), baseline.Length);
        EntryChecks.Weights(weights);
        (WeightedMean ofBaseline, WeightedMean ofCandidate) = (default, default);
        (long better, long worse, long ties, long unordered) = (0, 0, 0, 0);
        for (int i = 0; i < baseline.Length; i++)
        {
            double weight = weights.IsEmpty ? 1 : double.CreateTruncating(weights[i]);
            ofBaseline.Add(double.CreateTruncating(baseline[i]), weight);
            ofCandidate.Add(double.CreateTruncating(candidate[i]), weight);
            if (weight > 0)
            {
                better += candidate[i] < baseline[i] ? 1 : 0;
                worse += candidate[i] > baseline[i] ? 1 : 0;
                ties += candidate[i] == baseline[i] ? 1 : 0;
                unordered += T.IsNaN(candidate[i]) || T.IsNaN(baseline[i]) ? 1 : 0;
            }
        }

        _totals += new Totals(
            ofBaseline.Cost,
            ofCandidate.Cost,
            MeanEstimate.OfDifferences(candidate, baseline, weights),
            better,
            worse,
            ties,
            unordered);
    }

    /// <summary>
    /// Adds what a loss, metric or business cost says of the predictions of both models. Losses are held in memory that
    /// is lent.
    /// </summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <typeparam name="TTarget">What targets are.</typeparam>
    /// <param name="metric">What is compared: with one loss an example.</param>
    /// <param name="baseline">The baseline's predictions.</param>
    /// <param name="candidate">The candidate's predictions of the same examples.</param>
    /// <param name="targets">What is true.</param>
    /// <param name="weights">What each example counts; none means 1 each.</param>
    /// <exception cref="ArgumentException">
    /// Lengths differ, the metric has not one loss an example, or leaves out an example whose label it ignores: give it
    /// a weight of 0 and another label.
    /// </exception>
    /// <exception cref="OverflowException">There are more examples than a count can hold; nothing is added.</exception>
    public void Add<T, TTarget>(
        IMetric<T, TTarget> metric,
        ReadOnlySpan<T> baseline,
        ReadOnlySpan<T> candidate,
        ReadOnlySpan<TTarget> targets,
        ReadOnlySpan<T> weights = default)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTarget : unmanaged
    {
        ArgumentNullException.ThrowIfNull(metric);
        BatchChecks.Length(nameof(candidate), candidate.Length, nameof(baseline), baseline.Length);
        Shape shape = metric.Shape;
        if (shape.Losses != 1)
        {
            throw new ArgumentException($"'{nameof(metric)}' has not one loss an example: {shape}.", nameof(metric));
        }

        int examples = shape.Targets > 0 ? targets.Length / shape.Targets : baseline.Length / shape.Predictions;
        using Rented<T> ofBaseline = new(examples);
        using Rented<T> ofCandidate = new(examples);
        Cost cost = metric.PerExample(baseline, targets, ofBaseline.Span, weights);
        metric.PerExample(candidate, targets, ofCandidate.Span, weights);
        if (cost.Count != examples)
        {
            throw new ArgumentException(
                $"'{nameof(metric)}' leaves out {examples - cost.Count} of {examples} examples, whose labels it "
                + "ignores: give them a weight of 0 and a label that it does not ignore.",
                nameof(targets));
        }

        Add<T>(ofBaseline.Span, ofCandidate.Span, weights);
    }

    /// <summary>Adds what another comparison has seen.</summary>
    /// <exception cref="ArgumentException">A number of the state cannot be.</exception>
    /// <exception cref="OverflowException">There are more examples than a count can hold; nothing is added.</exception>
    public void Merge(PairedComparisonState other)
    {
        if (other.Better < 0 || other.Worse < 0 || other.Ties < 0 || other.Unordered < 0)
        {
            throw new ArgumentException($"'other' is {other}: counts must be at least 0.", nameof(other));
        }

        _totals += new Totals(
            other.Baseline,
            other.Candidate,
            new(other.Difference),
            other.Better,
            other.Worse,
            other.Ties,
            other.Unordered);
    }

    /// <inheritdoc cref="Merge(PairedComparisonState)"/>
    public void Merge(PairedComparison other)
    {
        ArgumentNullException.ThrowIfNull(other);
        _totals += other._totals;
    }

    /// <summary>Starts again.</summary>
    public void Reset() => _totals = default;

    /// <summary>The difference with its 95 % interval, and the sign test.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"candidate − baseline {Difference.Mean:G6}, {Difference.Interval()}; {SignTest}");

    private readonly record struct Totals(
        Cost Baseline,
        Cost Candidate,
        MeanEstimate Difference,
        long Better,
        long Worse,
        long Ties,
        long Unordered)
    {
        public static Totals operator +(Totals left, Totals right) => new(
            left.Baseline + right.Baseline,
            left.Candidate + right.Candidate,
            left.Difference + right.Difference,
            Cost.AddCounts(left.Better, right.Better),
            Cost.AddCounts(left.Worse, right.Worse),
            Cost.AddCounts(left.Ties, right.Ties),
            Cost.AddCounts(left.Unordered, right.Unordered));
    }
}
