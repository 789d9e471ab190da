namespace LossKit;

// Metrics of lists and of times until an event: what has no gradient to follow.
public static partial class Loss
{
    /// <summary>
    /// Σ gain/log₂(1 + place) over the items of a list in the order of their scores, over the same of the best order:
    /// the normalized discounted cumulative gain, NDCG.
    /// </summary>
    /// <remarks>
    /// Targets are relevances, finite and at least 0; one above 0 is relevant. A gain counts as much as the weight of
    /// its item, and the best order is that of the products. LightGBM and XGBoost count lists without a relevant item
    /// as 1, scikit-learn as 0, and takes the mean over orders of equal scores. Source: Järvelin and Kekäläinen,
    /// "Cumulated Gain-Based Evaluation of IR Techniques", ACM TOIS 20, 2002.
    /// </remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="cutoff">How many places count, of this order and of the best one; all of them if not given.</param>
    /// <param name="gain">What an item is worth.</param>
    /// <param name="withoutRelevant">What a list is that has no relevant item.</param>
    public static RankingMetric<T> Ndcg<T>(
        int? cutoff = null,
        RelevanceGain gain = RelevanceGain.Exponential,
        AbsentRelevance withoutRelevant = AbsentRelevance.Skip)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        new(new NdcgMeasure(cutoff, gain, withoutRelevant)) { Name = Made($"{cutoff}{gain}{withoutRelevant}") };

    /// <summary>
    /// 1 over the place of the first relevant item of a list; its mean over the lists is the mean reciprocal rank, MRR.
    /// </summary>
    /// <remarks>
    /// Relevant is a target above 0. Items cannot have weights. trec_eval counts lists without a relevant item as 0.
    /// Source: Voorhees, "The TREC-8 Question Answering Track Report", TREC 1999.
    /// </remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="cutoff">
    /// How many places count: 0 if the first relevant item comes later. All of them if not given.
    /// </param>
    /// <param name="withoutRelevant">What a list is that has no relevant item.</param>
    public static RankingMetric<T> Mrr<T>(
        int? cutoff = null, AbsentRelevance withoutRelevant = AbsentRelevance.Skip)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        new(new MrrMeasure(cutoff, withoutRelevant)) { Name = Made($"{cutoff}{withoutRelevant}") };

    /// <summary>
    /// The sum of the precisions at the places of the relevant items among the first k, over min(k, relevant items),
    /// which the best order reaches; its mean over the lists is the mean average precision, MAP@k.
    /// </summary>
    /// <remarks>
    /// Relevant is a target above 0. With weights of items, a precision is what the relevant ones so far weigh over
    /// what all do, each counts as its item, and the divisor is what the heaviest min(k, relevant) of them weigh.
    /// Others divide by all relevant items also where there is a cutoff (trec_eval), or by k; without a cutoff it is
    /// scikit-learn's average_precision_score of scores that do not tie. Source: Buckley and Voorhees, "Evaluating
    /// Evaluation Measure Stability", SIGIR 2000.
    /// </remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="cutoff">k, how many places count; all of them if not given.</param>
    /// <param name="withoutRelevant">What a list is that has no relevant item.</param>
    public static RankingMetric<T> MeanAveragePrecision<T>(
        int? cutoff = null, AbsentRelevance withoutRelevant = AbsentRelevance.Skip)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        new(new AveragePrecisionMeasure(cutoff, withoutRelevant)) { Name = Made($"{cutoff}{withoutRelevant}") };

    /// <summary>The relevant items at the first k places of a list, over k: P@k.</summary>
    /// <remarks>
    /// Relevant is a target above 0. Divided is by k also where a list is shorter, as trec_eval does: nothing is
    /// relevant at places that no item has. Items cannot have weights. Source: Manning, Raghavan and Schütze,
    /// "Introduction to Information Retrieval", Cambridge University Press 2008.
    /// </remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="k">How many places count.</param>
    /// <param name="withoutRelevant">What a list is that has no relevant item.</param>
    public static RankingMetric<T> PrecisionAt<T>(
        int k, AbsentRelevance withoutRelevant = AbsentRelevance.Zero)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        new(new PrecisionMeasure(k, withoutRelevant)) { Name = Made($"{k}{withoutRelevant}") };

    /// <summary>
    /// The share of the pairs of a relevant and another item whose former has the higher score, a tie being half a
    /// pair: the area under the ROC curve, AUC.
    /// </summary>
    /// <remarks>
    /// Relevant is a target above 0, so that labels may be 0 and 1 or −1 and +1. A pair counts as the product of the
    /// weights of its items. Lists without a pair are left out. The AUC of a whole set of examples is that of one list
    /// (<see cref="RankingMetric{T}.OfList"/>); it is no mean of those of its parts. Source: Hanley and McNeil, "The
    /// Meaning and Use of the Area under a Receiver Operating Characteristic (ROC) Curve", Radiology 143, 1982.
    /// </remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    public static RankingMetric<T> Auc<T>()
        where T : unmanaged, IFloatingPointIeee754<T> => new(new AucMeasure()) { Name = Made() };

    /// <summary>
    /// The share of the pairs of people, of which one is known to have had the event first, whose risks are in that
    /// order, a tie of risks being half a pair: Harrell's concordance index, or Uno's.
    /// </summary>
    /// <remarks>
    /// A pair is someone with an event at t and someone of the same stratum whose event or censoring came after t, or
    /// who was censored at t, and who was watched before t if there are entries; two events at one time are no pair.
    /// Higher risks are to be earlier. ½ is a guess. With a Kaplan–Meier estimate of the censoring each pair counts
    /// 1/G(t−)²; scikit-survival's concordance_index_ipcw has G(t), which differs where someone of the reference is
    /// censored at just that time. Sources: Harrell et al., "Evaluating the Yield of Medical Tests",
    /// JAMA 247, 1982; Uno et al., "On the C-statistics for Evaluating Overall Adequacy of Risk Prediction Procedures
    /// with Censored Survival Data", Statistics in Medicine 30, 2011.
    /// </remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="until">Only pairs whose event came before this time count, Uno's τ; all if not given.</param>
    public static ConcordanceIndex<T> ConcordanceIndex<T>(double? until = null)
        where T : unmanaged, IFloatingPointIeee754<T> => new(until) { Name = Made($"{until}") };

    /// <summary>
    /// (1 − S(t))²/G(t) of each person who is seen after t, S(t)²/G(T−) of those with an event at T ≤ t, and 0 of who
    /// was lost by then, integrated over the times of a grid by trapezoids and divided by the grid's length: the
    /// integrated Brier score of predicted survival S.
    /// </summary>
    /// <remarks>
    /// G is the share of people who are watched for so long; it makes up for those who were lost. A grid of a single
    /// time has its Brier score. scikit-survival has G(T) for G(T−), which
    /// differs where someone of the reference is censored at just that time. Source: Graf et al., "Assessment and
    /// Comparison of Prognostic Classification Schemes for Survival Data", Statistics in Medicine 18, 1999.
    /// </remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    public static IntegratedBrierScore<T> IntegratedBrierScore<T>()
        where T : unmanaged, IFloatingPointIeee754<T> => new() { Name = Made() };
}
