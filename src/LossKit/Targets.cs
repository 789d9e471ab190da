namespace LossKit;

/// <summary>What is done with targets before a loss takes them.</summary>
public static class Targets
{
    /// <summary>
    /// t_c(1 − s) + s/C of rows t of probabilities: label smoothing by itself, of classes that take part; others have
    /// 0.
    /// </summary>
    /// <remarks>
    /// optax' <c>smooth_labels</c>. What the label smoothing of losses spreads over all classes is infinite where a
    /// logit of −∞ masks one; with the mask of these classes here, and <see
    /// cref="CategoricalLoss{T}.WithProbabilityTargets"/>, C is the number of those that are left, as it is in <see
    /// cref="Loss.MaskedCrossEntropy"/>, which finds the mask in the logits. A row without any has zeros. Source:
    /// Szegedy et al., "Rethinking the Inception Architecture", CVPR 2016.
    /// </remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="targets">Rows × classes, row by row: one-hot, or any probabilities.</param>
    /// <param name="classes">How many classes a row has.</param>
    /// <param name="smoothing">s in [0, 1].</param>
    /// <param name="smoothed">Receives as many; may be the targets themselves.</param>
    /// <param name="mask">Which classes take part, one each for all rows or one an entry; none means all do.</param>
    /// <exception cref="ArgumentException">Lengths do not fit, or buffers overlap in part.</exception>
    public static void Smooth<T>(
        ReadOnlySpan<T> targets, int classes, double smoothing, Span<T> smoothed, ReadOnlySpan<bool> mask = default)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Precision.Check<T>();
        BatchChecks.Positive(classes, "how many classes a row has");
        BatchChecks.Rows("targets", targets.Length, classes, "classes");
        BatchChecks.Length("smoothed", smoothed.Length, "targets", targets.Length);
        BatchChecks.NoPartialOverlap("smoothed", smoothed, "targets", targets);
        Parameter share = Parameter.Probability(smoothing).In<T>(nameof(smoothing));
        if (mask.Length != classes)
        {
            BatchChecks.LengthIfGiven("mask", mask.Length, "targets", targets.Length);
        }

        T kept = T.CreateTruncating(1 - share.Value);
        for (int start = 0; start < targets.Length; start += classes)
        {
            ReadOnlySpan<bool> isPart = mask.Length > classes ? mask.Slice(start, classes) : mask;
            int count = isPart.IsEmpty ? classes : isPart.Count(true);
            T spread = T.CreateTruncating(share.Value / Math.Max(1, count));
            for (int k = 0; k < classes; k++)
            {
                smoothed[start + k] = isPart.IsEmpty || isPart[k] ? kept * targets[start + k] + spread : T.Zero;
            }
        }
    }
}
