using System.Globalization;

namespace LossKit;

/// <summary>
/// What a yes-or-no decision costs, by what is decided and what is true: in money or any other unit, the same for all
/// four. A gain is a negative cost.
/// </summary>
/// <remarks>
/// <para>
/// A score of at least the threshold is decided positive. An example is positive if its target is greater than ½, so
/// that targets in {0, 1} and in {−1, +1} both do.
/// </para>
/// <para>
/// Only two differences matter to decisions: what a wrong alarm costs more than none (<c>FalsePositive −
/// TrueNegative</c>) and what a miss costs more than a hit (<c>FalseNegative − TruePositive</c>). Source: Elkan, "The
/// Foundations of Cost-Sensitive Learning", IJCAI 2001.
/// </para>
/// <para>
/// Costs that differ from example to example, as with the amount at stake, are a span of this type:
/// <see cref="PerExampleCosts"/>. For more than two classes there is <see cref="CostMatrix"/>.
/// </para>
/// </remarks>
public readonly record struct DecisionCosts
{
    /// <summary>The costs of the four outcomes.</summary>
    /// <param name="falsePositive">Of deciding positive where the truth is negative: a false alarm.</param>
    /// <param name="falseNegative">Of deciding negative where the truth is positive: a miss.</param>
    /// <param name="truePositive">Of rightly deciding positive.</param>
    /// <param name="trueNegative">Of rightly deciding negative.</param>
    /// <exception cref="ArgumentOutOfRangeException">A cost is not finite.</exception>
    public DecisionCosts(
        double falsePositive, double falseNegative, double truePositive = 0, double trueNegative = 0)
    {
        FalsePositive = Parameter.Finite(falsePositive).Value;
        FalseNegative = Parameter.Finite(falseNegative).Value;
        TruePositive = Parameter.Finite(truePositive).Value;
        TrueNegative = Parameter.Finite(trueNegative).Value;
    }

    /// <summary>The cost of a false alarm.</summary>
    public double FalsePositive { get; }

    /// <summary>The cost of a miss.</summary>
    public double FalseNegative { get; }

    /// <summary>The cost of a hit.</summary>
    public double TruePositive { get; }

    /// <summary>The cost of rightly deciding negative.</summary>
    public double TrueNegative { get; }

    /// <summary>
    /// The probability of being positive from which on the positive decision has the lower expected cost,
    /// (FP − TN) / (FP − TN + FN − TP), for probabilities that are calibrated.
    /// </summary>
    /// <remarks>
    /// 0 if deciding positive is never dearer, +∞ if it is never cheaper; at the threshold itself both cost the same.
    /// The threshold of a logit is <see cref="Link.Logit"/> applied to it. NaN where each wrong decision is cheaper
    /// than the right one, so that low probabilities would have to be positive: the costs are interchanged. Elkan 2001,
    /// equation 2.
    /// </remarks>
    public double CalibratedThreshold => (FalsePositive - TrueNegative, FalseNegative - TruePositive) switch
    {
        ( < 0, < 0) => double.NaN,
        (0, < 0) => double.PositiveInfinity,
        ( <= 0, _) => 0,
        (_, <= 0) => double.PositiveInfinity,
        (double alarm, double miss) when double.IsFinite(alarm + miss) => alarm / (alarm + miss),
        _ => ShareOfAlarm(Scaled(-3)),
    };

    /// <summary>The largest of the four, whatever its sign.</summary>
    internal double LargestSize => Math.Max(
        Math.Max(Math.Abs(FalsePositive), Math.Abs(FalseNegative)),
        Math.Max(Math.Abs(TruePositive), Math.Abs(TrueNegative)));

    /// <summary>
    /// The mean cost of decisions at a threshold, as a loss of scores without a gradient: for evaluating a model beside
    /// the loss it was trained on.
    /// </summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="threshold">
    /// The least score decided positive: a probability, a logit, whatever the scores are. −∞ is always, +∞ (almost)
    /// never. In <see cref="float"/> it is rounded to that.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The threshold is NaN, or a cost is not within the range of <typeparamref name="T"/>.
    /// </exception>
    public PointwiseMetric<T> AtThreshold<T>(double threshold) where T : unmanaged, IFloatingPointIeee754<T>
    {
        ThresholdSweep.NotNaN(threshold);
        Parameter.Finite(FalsePositive).In<T>(nameof(FalsePositive));
        Parameter.Finite(FalseNegative).In<T>(nameof(FalseNegative));
        Parameter.Finite(TruePositive).In<T>(nameof(TruePositive));
        Parameter.Finite(TrueNegative).In<T>(nameof(TrueNegative));
        return Loss.MetricFromFormula<T, ThresholdCost>(new(this, threshold));
    }

    /// <summary>
    /// What decisions by the probability that a logit stands for are expected to cost: a loss with a gradient, to train
    /// a model on what it will be judged by.
    /// </summary>
    /// <inheritdoc cref="AtThreshold{T}" path="/typeparam"/>
    /// <inheritdoc cref="Formulas.ExpectedCost" path="/remarks"/>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A cost is not within the range of <typeparamref name="T"/>.
    /// </exception>
    public PointwiseLoss<T, ExpectedCost> AsLoss<T>() where T : unmanaged, IFloatingPointIeee754<T> =>
        Loss.ExpectedCost<T>(FalsePositive, FalseNegative, TruePositive, TrueNegative);

    /// <summary>Costs and names, for logs and messages.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"false positive {FalsePositive}, false negative {FalseNegative}, ")
        + string.Create(
            CultureInfo.InvariantCulture, $"true positive {TruePositive}, true negative {TrueNegative}");

    /// <summary>The threshold with the lowest cost on some examples, and that cost.</summary>
    /// <remarks>
    /// Exact, by trying every threshold between two different scores: O(n log n). Equal scores are never split. It is
    /// put midway between two scores, or is −∞ for always positive and +∞ for never; among thresholds that cost the
    /// same, the highest. Choose it on other examples than the model was trained on, and judge it on yet others. Sorts
    /// copies, which it allocates.
    /// </remarks>
    /// <param name="scores">
    /// What the model says; higher is more positive. A score of +∞ is positive at any threshold.
    /// </param>
    /// <param name="targets">What is true: positive if greater than ½.</param>
    /// <param name="weights">What each example counts; none means 1 each.</param>
    /// <exception cref="ArgumentException">
    /// Lengths differ, or a weight is NaN, or a score or target whose weight is not 0.
    /// </exception>
    public DecisionThreshold BestThreshold<T>(
        ReadOnlySpan<T> scores, ReadOnlySpan<T> targets, ReadOnlySpan<T> weights = default)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        DecisionCosts same = this;
        return ThresholdSweep.Of(new(in same), scores, targets, weights);
    }

    /// <summary>What a decision costs; NaN where the target is.</summary>
    internal double Of<T>(bool isPositive, T target) where T : unmanaged, IFloatingPointIeee754<T> =>
        (isPositive, target > T.CreateTruncating(0.5)) switch
        {
            _ when T.IsNaN(target) => double.NaN,
            (true, true) => TruePositive,
            (true, false) => FalsePositive,
            (false, true) => FalseNegative,
            (false, false) => TrueNegative,
        };

    /// <summary>The costs times 2^<paramref name="exponent"/>: they decide as before.</summary>
    internal DecisionCosts Scaled(int exponent) => new(
        Math.ScaleB(FalsePositive, exponent),
        Math.ScaleB(FalseNegative, exponent),
        Math.ScaleB(TruePositive, exponent),
        Math.ScaleB(TrueNegative, exponent));

    private static double ShareOfAlarm(DecisionCosts costs)
    {
        double alarm = costs.FalsePositive - costs.TrueNegative;
        return alarm / (alarm + (costs.FalseNegative - costs.TruePositive));
    }
}
