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

    /// <summary>Σ σ(−σ₁(sᵢ − sⱼ)) over the pairs of a group, of which entry i has the larger target.</summary>
    /// <remarks>
    /// A smooth count of the pairs that are out of order; not convex. rax and TF-Ranking call it pairwise soft
    /// zero-one. Source: Jagerman et al., "Rax: Composable Learning-to-Rank Using JAX", KDD 2022.
    /// </remarks>
    /// <inheritdoc cref="FromPairFormula"/>
    /// <param name="sigma">σ₁, positive and finite: how steep the loss is.</param>
    /// <param name="pairReduction">Whether the loss of a group is the sum over its pairs or their mean.</param>
    public static GroupedLoss<T> PairwiseSoftZeroOne<T>(
        double sigma = 1, PairReduction pairReduction = PairReduction.Sum)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        FromPairFormula<T, Steep<SoftZeroOne>, EqualPairs>(new(default, sigma), default, pairReduction)
            .Named(Made($"{sigma}{pairReduction}"));

    /// <summary>
    /// Σ λᵢⱼ·log(1 + e^(−σ(sᵢ − sⱼ))) over the pairs of a group, of which entry i has the larger target: λ says by how
    /// much exchanging the two, where they rank now, would change what is to be reached, and is a constant when
    /// differentiating.
    /// </summary>
    /// <remarks>
    /// <para>
    /// The gradient is LambdaRank's; the Hessian is that of boosting, Σ λσ²p(1 − p) with p = σ(−σ(sᵢ − sⱼ)). Targets
    /// are relevances, at least 0 and at most 1,000; higher scores rank first, equal ones in the order of the inputs.
    /// Groups whose targets are all equal have no pair: a loss of 0, which the mean does not divide by. With weights of
    /// items a pair counts as its more relevant one.
    /// </para>
    /// <para>
    /// With both normalizations, LightGBM's <c>lambdarank_norm</c>; XGBoost's Hessian is twice this, allRank truncates
    /// by both items. Sources: Burges, "From RankNet to LambdaRank to LambdaMART", MSR-TR-2010-82; Wang et al., "The
    /// LambdaLoss Framework for Ranking Metric Optimization", CIKM 2018.
    /// </para>
    /// </remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="weighting">What λ is.</param>
    /// <param name="sigma">σ, positive and finite: how steep the loss is.</param>
    /// <param name="truncation">
    /// How many places count: pairs of which neither item ranks that high count nothing. All of them if not given.
    /// </param>
    /// <param name="mu">μ of <see cref="LambdaWeighting.NdcgLoss2Plus"/>, finite and at least 0.</param>
    /// <param name="scoreNormalization">
    /// Whether λ is divided by 0.01 + |sᵢ − sⱼ|, unless all scores of the group are equal.
    /// </param>
    /// <param name="gradientNormalization">
    /// Whether λ is then multiplied with log₂(1 + Z)/Z, Z = Σ 2σλp over the pairs.
    /// </param>
    public static GroupedLoss<T> LambdaRank<T>(
        LambdaWeighting weighting = LambdaWeighting.Ndcg,
        double sigma = 1,
        int? truncation = null,
        double mu = 10,
        bool scoreNormalization = false,
        bool gradientNormalization = false)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (truncation <= 0)
        {
            throw new ArgumentOutOfRangeException(nameof(truncation), truncation, "'truncation' must be positive.");
        }

        _ = Parameter.NotNegative(mu);
        return (weighting switch
        {
            LambdaWeighting.Ndcg => Of<NdcgChange>(default),
            LambdaWeighting.NdcgLoss2 => Of<NdcgLoss2Change>(new(1, 0)),
            LambdaWeighting.NdcgLoss2Plus => Of<NdcgLoss2Change>(new(mu, 1)),
            LambdaWeighting.LabelDifference => Of<NoChange>(default),
            _ => throw new ArgumentOutOfRangeException(
                nameof(weighting), weighting, "Expected Ndcg, NdcgLoss2, NdcgLoss2Plus or LabelDifference."),
        }).Named(Made($"{weighting}{sigma}{truncation}{mu}{scoreNormalization}{gradientNormalization}"));

        GroupedLoss<T> Of<TChange>(TChange change) where TChange : struct, IRankChange => gradientNormalization
            ? With<TChange, Yes>(change)
            : With<TChange, No>(change);

        GroupedLoss<T> With<TChange, TIsNormalized>(TChange change)
            where TChange : struct, IRankChange
            where TIsNormalized : struct, IChoice
        {
            double places = truncation ?? double.PositiveInfinity;
            return OfPrepared<T, LambdaColumns, PairProgram<Steep<Logistic>, LambdaPairs<TChange, TIsNormalized>, Yes>>(
                new(places, weighting == LambdaWeighting.LabelDifference, scoreNormalization),
                new(new(default, sigma), new(change, places, scoreNormalization), PairReduction.Sum),
                GroupPresence.OfPairs,
                takesEntryWeights: true);
        }
    }

    /// <inheritdoc cref="Formulas.SoftmaxRanking"/>
    /// <remarks>
    /// Groups without a target above 0 are not counted, unless targets are a softmax. With weights of items each target
    /// is multiplied with its item's first; those of a softmax are not. rax takes raw targets, TF-Ranking normalised
    /// ones, weighing each list by their sum. Sources: Cao et al.,
    /// "Learning to Rank: From Pairwise Approach to Listwise Approach", ICML 2007; Bruch et al.,
    /// "An Analysis of the Softmax Cross Entropy Loss for Learning-to-Rank with Binary Relevance", ICTIR 2019.
    /// </remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="targetDistribution">What relevances are to be made into.</param>
    public static GroupedLoss<T> SoftmaxRanking<T>(TargetDistribution targetDistribution = TargetDistribution.Raw)
        where T : unmanaged, IFloatingPointIeee754<T> => Enum.IsDefined(targetDistribution)
            ? OfPrepared<T, SoftmaxColumns, FoldProgram<
                OfThreeFolds<SoftmaxRanking, LogSumExpFold, SumFold, SumFold>,
                LogSumExpFold,
                SumFold,
                SumFold,
                GivenCells>>(
                new(targetDistribution),
                new(default),
                PresenceOf(targetDistribution),
                takesEntryWeights: true).Named(Made($"{targetDistribution}"))
            : throw new ArgumentOutOfRangeException(
                nameof(targetDistribution), targetDistribution, "Expected Raw, Normalized or Softmax.");

    /// <summary>
    /// −Σ t_i·log p_i + ε·(1 − Σ q_i·p_i) over the items of a group, p the softmax of its scores, t its targets and q =
    /// t/Σt: <see cref="SoftmaxRanking"/> with the first term of its polynomial counting ε more.
    /// </summary>
    /// <remarks>
    /// Gradient (Σt)·p_i − t_i + ε·p_i·(P − q_i) with P = Σ q_i·p_i. Targets are relevances, at least 0; a negative one
    /// makes its group's loss NaN, unless targets are a softmax. Groups and weights of items count as there, the latter
    /// in q too. rax's is that of raw targets. Source: Leng et al., "PolyLoss: A Polynomial Expansion Perspective of
    /// Classification Loss Functions", ICLR 2022.
    /// </remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="epsilon">ε, finite and at least 0.</param>
    /// <param name="targetDistribution">What relevances are to be made into.</param>
    public static GroupedLoss<T> Poly1SoftmaxRanking<T>(
        double epsilon = 1, TargetDistribution targetDistribution = TargetDistribution.Raw)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        SoftmaxRanking<T>(targetDistribution).Plus(
            OfPrepared<T, LogSoftmaxColumns, FoldProgram<
                OfTwoFolds<Poly1Term, LogSumExpFold, LogSumExpFold>,
                LogSumExpFold,
                LogSumExpFold,
                NoFold,
                GivenCells>>(
                new(targetDistribution),
                new(new(new(Parameter.NotNegative(epsilon).In<T>(nameof(epsilon)).Value))),
                PresenceOf(targetDistribution),
                takesEntryWeights: true)).Named(Made($"{epsilon}{targetDistribution}"));

    /// <summary>
    /// Σ (2^yᵢ − 1)·log(1 + Σ e^(sⱼ − sᵢ)) over the items of a group, the inner sum being over all items j whose target
    /// y is smaller: every relevant item has a softmax of its own, against the less relevant ones only.
    /// </summary>
    /// <remarks>
    /// Gradient: an item has −(2^y − 1)·(1 − its share) of its own softmax, and (2^yᵢ − 1) times its share of those of
    /// items i above it. Groups without a target above 0 are not counted; those whose targets are all equal have a loss
    /// of 0. Targets are relevances, at least 0 and at most 1,000, or 127 of <see cref="float"/>. Every two items are
    /// compared, so that the time grows with the squares of the groups' lengths. With weights of items each one counts
    /// as much in the outer sum. rax's and TF-Ranking's unique softmax. Source: Zhu and Klabjan, "Listwise Learning to
    /// Rank by Exploring Unique Ratings", WSDM 2020.
    /// </remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    public static GroupedLoss<T> UniqueSoftmax<T>()
        where T : unmanaged, IFloatingPointIeee754<T> =>
        OfPrepared<T, UniqueSoftmaxColumns, UniqueSoftmaxProgram>(
            default, default, GroupPresence.OfTargets, takesEntryWeights: true).Named(Made());

    /// <summary>
    /// −Σ (2^yᵢ − 1)/log₂(1 + ρᵢ) over what the best order is worth, with soft ranks ρᵢ = 1 + Σ σ((sⱼ − sᵢ)/T) over all
    /// other items j of the group: minus a smooth NDCG.
    /// </summary>
    /// <remarks>
    /// Between −1 and 0. Groups without a target above 0 are not counted; targets are relevances, at least 0 and at
    /// most 1,000. Every two items are compared, so that the time grows with the squares of the groups' lengths.
    /// allRank has α = 1/T; TF-Ranking's default is T = 0.1. Sources: Qin, Liu and Li,
    /// "A General Approximation Framework for Direct Optimization of Information Retrieval Measures", Information
    /// Retrieval 13, 2010; Bruch et al.,
    /// "Revisiting Approximate Metric Optimization in the Age of Deep Neural Networks", SIGIR 2019.
    /// </remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="temperature">T, positive and finite: small ones are near to ranks, and have gradients of 0.</param>
    public static GroupedLoss<T> ApproxNdcg<T>(double temperature = 1)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        OfPrepared<T, SoftRankColumns, SoftRankProgram<DiscountedRank>>(
            new(ofGains: true), new(temperature), GroupPresence.OfTargets).Named(Made($"{temperature}"));

    /// <summary>
    /// −Σ yᵢ/ρᵢ over Σ yᵢ, with soft ranks ρᵢ = 1 + Σ σ((sⱼ − sᵢ)/T) over all other items j of the group: minus a
    /// smooth mean reciprocal rank.
    /// </summary>
    /// <remarks>
    /// rax takes the largest 1/ρ among the relevant items instead of their mean. TF-Ranking's ApproxMRRLoss. Source:
    /// Qin, Liu and Li, "A General Approximation Framework for Direct Optimization of Information Retrieval Measures",
    /// Information Retrieval 13, 2010.
    /// </remarks>
    /// <inheritdoc cref="ApproxNdcg"/>
    public static GroupedLoss<T> ApproxMrr<T>(double temperature = 1)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        OfPrepared<T, SoftRankColumns, SoftRankProgram<ReciprocalRank>>(
            new(ofGains: false), new(temperature), GroupPresence.OfTargets).Named(Made($"{temperature}"));

    /// <summary>A softmax is a distribution of whatever targets.</summary>
    private static GroupPresence PresenceOf(TargetDistribution distribution) =>
        distribution == TargetDistribution.Softmax ? GroupPresence.OfEntries : GroupPresence.OfTargets;
}
