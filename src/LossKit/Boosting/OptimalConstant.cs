namespace LossKit;

/// <summary>
/// The constant prediction with the lowest cost: what gradient boosting starts from, what a network's last bias is best
/// set to, and what every model has to beat.
/// </summary>
public static class OptimalConstant
{
    /// <summary>The constant prediction that minimises a loss on weighted targets.</summary>
    /// <remarks>
    /// <para>
    /// It is a <em>raw</em> prediction, as the loss takes it: <see cref="Link.Invert(double)"/> of the loss' link
    /// brings it to the scale of the targets. Where <see cref="LossFacts.Elicits"/> names a statistic, it is the link
    /// of that: the mean for the squared error, the log of the mean for Poisson, gamma and Tweedie, the log-odds for
    /// the cross-entropy, the median or a quantile for the absolute error and <see cref="Quantile"/>.
    /// </para>
    /// <para>
    /// Otherwise the summed gradient is followed to where its sign changes, by growing steps and then bisection down to
    /// the precision of <typeparamref name="T"/>: about a hundred passes over the targets, in double. For losses that
    /// are declared convex that is the global minimum, some point of it if there are several. For others, 65
    /// predictions are tried first, evenly spaced between the smallest and the largest target (by the link; within ±16
    /// where that is infinite or targets are signs), and 64 of the targets themselves. The best of them is refined,
    /// beyond the range of the targets if the cost falls there: a local minimum that none of those tried beats, and no
    /// more.
    /// </para>
    /// <para>
    /// ±∞ if the cost keeps falling without end, as for log-odds of examples that are all positive: boosting needs a
    /// bound then. So it is, too, where the slope of a loss that is not declared convex fades away until nothing of it
    /// is left. NaN if there is no weight or a target is NaN, and where slopes overflow to both sides even in double,
    /// so that their sum has no sign. A target of weight 0 may be anything. Quantiles allocate, nothing else does.
    /// </para>
    /// </remarks>
    /// <param name="loss">The loss.</param>
    /// <param name="targets">What is true.</param>
    /// <param name="weights">What each example counts; none means 1 each.</param>
    /// <exception cref="ArgumentException">
    /// Lengths differ, a weight is negative or not finite, or a target is outside the domain of the loss.
    /// </exception>
    public static T Of<T>(PointwiseLoss<T> loss, ReadOnlySpan<T> targets, ReadOnlySpan<T> weights = default)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(loss);
        BatchChecks.LengthIfGiven(nameof(weights), weights.Length, nameof(targets), targets.Length);
        EntryChecks.Weights(weights);
        if (!CheckTargets(loss.Facts.Targets, targets, weights))
        {
            return T.NaN;
        }

        return T.CreateTruncating(loss.Facts.Elicits is Statistic statistic
            ? loss.Facts.Link.Apply(statistic.Of(targets, weights))
            : new ConstantSearch<T>(loss, targets, weights).Run());
    }

    /// <summary>Whether any target counts, and none that does is NaN.</summary>
    private static bool CheckTargets<T>(Domain domain, ReadOnlySpan<T> targets, ReadOnlySpan<T> weights)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        bool any = false;
        bool isNaN = false;
        for (int i = 0; i < targets.Length; i++)
        {
            if (weights.IsEmpty || weights[i] > T.Zero)
            {
                any = true;
                isNaN |= T.IsNaN(targets[i]);
                if (!T.IsNaN(targets[i]) && !domain.Contains(double.CreateTruncating(targets[i])))
                {
                    EntryChecks.Throw(nameof(targets), i, targets[i], domain);
                }
            }
        }

        return any && !isNaN;
    }
}
