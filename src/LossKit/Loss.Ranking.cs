namespace LossKit;

// Losses of lists that are to be put in order.
public static partial class Loss
{
    /// <summary>
    /// Σ_p (log Σ_{q ≥ p} e^(s_q) − s_p) over the places p of each list's items in descending relevance: the negative
    /// logarithmic likelihood of that order if items are chosen one after the other, each by a softmax of the scores s
    /// that are left.
    /// </summary>
    /// <remarks>
    /// Plackett's and Luce's model. Of equal relevances the first input ranks first. Gradient: Σ_{p ≤ r} of the shares
    /// of an item of place r in the sums of p, minus 1. allRank shuffles equal relevances; TF-Ranking discounts by
    /// default. Sources: Xia et al., "Listwise Approach to Learning to Rank", ICML 2008; the first places only: Xia,
    /// Liu and Li, "Statistical Consistency of Top-k Ranking", NeurIPS 2009.
    /// </remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="truncation">How many places count from the top, if not all.</param>
    /// <param name="positionDiscount">Whether place p counts 1/log₂(1 + p).</param>
    public static ListMleLoss<T> ListMle<T>(int? truncation = null, bool positionDiscount = false)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        new(truncation, positionDiscount) { Name = Made($"{truncation}{positionDiscount}") };
}
