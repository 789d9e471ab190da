namespace LossKit;

public static partial class Loss
{
    /// <summary>A loss of groups from a formula of your own on two folds of their entries.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <typeparam name="TFormula">A <c>readonly struct</c>.</typeparam>
    /// <typeparam name="TFirst">How the first number is folded.</typeparam>
    /// <typeparam name="TSecond">How the second number is folded.</typeparam>
    /// <param name="formula">The formula with its parameters.</param>
    public static GroupedLoss<T> FromGroupFormula<T, TFormula, TFirst, TSecond>(TFormula formula)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TFormula : struct, IGroupFormula<TFirst, TSecond>
        where TFirst : struct, IFold
        where TSecond : struct, IFold =>
        OfGroups<T, TFormula, TFirst, TSecond>(formula, GroupPresence.OfEntries).Named(Made($"{formula}"));

    /// <summary>A loss of groups from a formula of your own on three folds of their entries.</summary>
    /// <inheritdoc cref="FromGroupFormula{T, TFormula, TFirst, TSecond}"/>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <typeparam name="TFormula">A <c>readonly struct</c>.</typeparam>
    /// <typeparam name="TFirst">How the first number is folded.</typeparam>
    /// <typeparam name="TSecond">How the second number is folded.</typeparam>
    /// <typeparam name="TThird">How the third number is folded.</typeparam>
    public static GroupedLoss<T> FromGroupFormula<T, TFormula, TFirst, TSecond, TThird>(TFormula formula)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TFormula : struct, IGroupFormula<TFirst, TSecond, TThird>
        where TFirst : struct, IFold
        where TSecond : struct, IFold
        where TThird : struct, IFold =>
        OfGroups<T, OfThreeFolds<TFormula, TFirst, TSecond, TThird>, TFirst, TSecond, TThird>(
            new(formula), GroupPresence.OfEntries).Named(Made($"{formula}"));

    /// <inheritdoc cref="Formulas.SoftDice{TActivation}"/>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="smoothNumerator">a, finite and at least 0.</param>
    /// <param name="smoothDenominator">b, positive and finite.</param>
    /// <param name="squared">Whether probabilities and targets are squared in the denominator.</param>
    /// <param name="logits">Whether predictions are logits; else they are probabilities.</param>
    /// <param name="absent">What a group without any target above 0 is.</param>
    public static GroupedLoss<T> SoftDice<T>(
        double smoothNumerator = 1,
        double smoothDenominator = 1,
        bool squared = false,
        bool logits = true,
        AbsentTargets absent = AbsentTargets.Count)
        where T : unmanaged, IFloatingPointIeee754<T> => (logits
            ? OfRegions<T, SoftDice<OfLogits>>(new(smoothNumerator, smoothDenominator, squared), absent)
            : OfRegions<T, SoftDice<OfProbabilities>>(new(smoothNumerator, smoothDenominator, squared), absent))
            .Named(Made($"{smoothNumerator}{smoothDenominator}{squared}{logits}{absent}"));

    /// <inheritdoc cref="Formulas.Tversky{TActivation}"/>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="alpha">α, what false positives count; finite and at least 0.</param>
    /// <param name="beta">β, what false negatives count; finite and at least 0.</param>
    /// <param name="gamma">γ, positive and finite; above 1, easy regions fade out.</param>
    /// <param name="smoothNumerator">a, finite and at least 0.</param>
    /// <param name="smoothDenominator">b, positive and finite.</param>
    /// <param name="logits">Whether predictions are logits; else they are probabilities.</param>
    /// <param name="absent">What a group without any target above 0 is.</param>
    public static GroupedLoss<T> Tversky<T>(
        double alpha = 0.3,
        double beta = 0.7,
        double gamma = 1,
        double smoothNumerator = 1,
        double smoothDenominator = 1,
        bool logits = true,
        AbsentTargets absent = AbsentTargets.Count)
        where T : unmanaged, IFloatingPointIeee754<T> => (logits
            ? OfRegions<T, Tversky<OfLogits>>(
                new(alpha, beta, gamma, smoothNumerator, smoothDenominator), absent)
            : OfRegions<T, Tversky<OfProbabilities>>(
                new(alpha, beta, gamma, smoothNumerator, smoothDenominator), absent))
            .Named(Made($"{alpha}{beta}{gamma}{smoothNumerator}{smoothDenominator}{logits}{absent}"));

    /// <inheritdoc cref="Formulas.LogCoshDice{TActivation}"/>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="smoothNumerator">a, finite and at least 0.</param>
    /// <param name="smoothDenominator">b, positive and finite.</param>
    /// <param name="logits">Whether predictions are logits; else they are probabilities.</param>
    /// <param name="absent">What a group without any target above 0 is.</param>
    public static GroupedLoss<T> LogCoshDice<T>(
        double smoothNumerator = 1,
        double smoothDenominator = 1,
        bool logits = true,
        AbsentTargets absent = AbsentTargets.Count)
        where T : unmanaged, IFloatingPointIeee754<T> => (logits
            ? OfRegions<T, LogCoshDice<OfLogits>>(new(smoothNumerator, smoothDenominator), absent)
            : OfRegions<T, LogCoshDice<OfProbabilities>>(new(smoothNumerator, smoothDenominator), absent))
            .Named(Made($"{smoothNumerator}{smoothDenominator}{logits}{absent}"));

    /// <summary>
    /// Σ w·f(sᵢ − sⱼ) over the pairs of a group, of which entry i has the larger target: a loss of rankings from a
    /// formula of your own on the margin of two scores.
    /// </summary>
    /// <remarks>
    /// Groups whose targets are all equal have no pair: a loss of 0, which the mean does not divide by. Each pair is
    /// evaluated, so that the time grows with the squares of the groups' lengths. The second derivatives of a formula
    /// with one are exact; where scores are equal, a kink has the derivative that the formula says.
    /// </remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <typeparam name="TFormula">A <c>readonly struct</c>, such as <see cref="Formulas.Logistic"/>.</typeparam>
    /// <typeparam name="TWeight">
    /// What a pair counts: <see cref="EqualPairs"/>, or a <c>readonly struct</c> of yours.
    /// </typeparam>
    /// <param name="formula">The formula with its parameters.</param>
    /// <param name="weight">What a pair counts.</param>
    /// <param name="pairReduction">Whether the loss of a group is the sum over its pairs or their mean.</param>
    public static GroupedLoss<T> FromPairFormula<T, TFormula, TWeight>(
        TFormula formula, TWeight weight, PairReduction pairReduction = PairReduction.Sum)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TFormula : struct, IMarginFormula
        where TWeight : struct, IPairWeight => pairReduction is PairReduction.Sum or PairReduction.Mean
            ? new(
                new GroupKernel<T, AsGiven, PairProgram<TFormula, ByTargets<TWeight>, No>>(
                    default, new(formula, new(weight), pairReduction)),
                GroupPresence.OfPairs,
                new GroupKernel<T, AsGiven, PairProgram<TFormula, ByTargets<TWeight>, Yes>>(
                    default, new(formula, new(weight), pairReduction)))
            {
                Name = Made($"{formula}{weight}{pairReduction}"),
            }
            : throw new ArgumentOutOfRangeException(nameof(pairReduction), pairReduction, "Expected Sum or Mean.");

    /// <summary>Σ log(1 + e^(−σ(sᵢ − sⱼ))) over the pairs of a group, of which entry i has the larger target.</summary>
    /// <remarks>RankNet. Source: Burges et al., "Learning to Rank using Gradient Descent", ICML 2005.</remarks>
    /// <inheritdoc cref="FromPairFormula"/>
    /// <param name="sigma">σ, positive and finite: how steep the loss is.</param>
    /// <param name="pairReduction">Whether the loss of a group is the sum over its pairs or their mean.</param>
    public static GroupedLoss<T> PairwiseLogistic<T>(double sigma = 1, PairReduction pairReduction = PairReduction.Sum)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        FromPairFormula<T, Steep<Logistic>, EqualPairs>(new(default, sigma), default, pairReduction)
            .Named(Made($"{sigma}{pairReduction}"));

    /// <summary>Σ max(0, m − (sᵢ − sⱼ)) over the pairs of a group, of which entry i has the larger target.</summary>
    /// <remarks>
    /// The gradient is 0 where a pair meets the margin exactly. Source: Joachims, "Optimizing Search Engines Using
    /// Clickthrough Data", KDD 2002.
    /// </remarks>
    /// <inheritdoc cref="PairwiseLogistic"/>
    /// <param name="margin">m, finite, in units of scores.</param>
    /// <param name="pairReduction">Whether the loss of a group is the sum over its pairs or their mean.</param>
    public static GroupedLoss<T> PairwiseHinge<T>(double margin = 1, PairReduction pairReduction = PairReduction.Sum)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        FromPairFormula<T, MarginHinge, EqualPairs>(new(margin), default, pairReduction)
            .Named(Made($"{margin}{pairReduction}"));

    /// <summary>Σ σ(−σ₁(sᵢ − sⱼ)) over the pairs of a group, of which entry i has the larger target.</summary>
    /// <remarks>
    /// A smooth count of the pairs that are out of order; not convex. rax and TF-Ranking call it pairwise soft zero-one.
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
    /// The gradient is LambdaRank's; the Hessian is that of boosting, Σ λσ²p(1 − p) with p = σ(−σ(sᵢ − sⱼ)). Targets are
    /// relevances, at least 0 and at most 1,000; higher scores rank first, equal ones in the order of the inputs. Groups
    /// whose targets are all equal have no pair: a loss of 0, which the mean does not divide by. With weights of items a
    /// pair counts as its more relevant one.
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
    /// ones, weighing each list by their sum. Sources: Cao et al., "Learning to Rank: From Pairwise Approach to Listwise
    /// Approach", ICML 2007; Bruch et al., "An Analysis of the Softmax Cross Entropy Loss for Learning-to-Rank with
    /// Binary Relevance", ICTIR 2019.
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
                targetDistribution == TargetDistribution.Softmax ? GroupPresence.OfEntries : GroupPresence.OfTargets,
                takesEntryWeights: true).Named(Made($"{targetDistribution}"))
            : throw new ArgumentOutOfRangeException(
                nameof(targetDistribution), targetDistribution, "Expected Raw, Normalized or Softmax.");

    /// <summary>
    /// −Σ (2^yᵢ − 1)/log₂(1 + ρᵢ) over what the best order is worth, with soft ranks ρᵢ = 1 + Σ σ((sⱼ − sᵢ)/T) over all
    /// other items j of the group: minus a smooth NDCG.
    /// </summary>
    /// <remarks>
    /// Between −1 and 0. Groups without a target above 0 are not counted; targets are relevances, at least 0 and at most
    /// 1,000. Every two items are compared, so that the time grows with the squares of the groups' lengths. allRank has α
    /// = 1/T; TF-Ranking's default is T = 0.1. Sources: Qin, Liu and Li, "A General Approximation Framework for Direct
    /// Optimization of Information Retrieval Measures", Information Retrieval 13, 2010; Bruch et al., "Revisiting
    /// Approximate Metric Optimization in the Age of Deep Neural Networks", SIGIR 2019.
    /// </remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="temperature">T, positive and finite: small ones are near to ranks, and have gradients of 0.</param>
    public static GroupedLoss<T> ApproxNdcg<T>(double temperature = 1)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        OfPrepared<T, SoftRankColumns, SoftRankProgram<DiscountedRank>>(
            new(ofGains: true), new(temperature), GroupPresence.OfTargets).Named(Made($"{temperature}"));

    /// <summary>
    /// −Σ yᵢ/ρᵢ over Σ yᵢ, with soft ranks ρᵢ = 1 + Σ σ((sⱼ − sᵢ)/T) over all other items j of the group: minus a smooth
    /// mean reciprocal rank.
    /// </summary>
    /// <remarks>
    /// rax takes the largest 1/ρ among the relevant items instead of their mean. TF-Ranking's ApproxMRRLoss.
    /// </remarks>
    /// <inheritdoc cref="ApproxNdcg"/>
    public static GroupedLoss<T> ApproxMrr<T>(double temperature = 1)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        OfPrepared<T, SoftRankColumns, SoftRankProgram<ReciprocalRank>>(
            new(ofGains: false), new(temperature), GroupPresence.OfTargets).Named(Made($"{temperature}"));

    /// <summary>A sum over entries that have a number each besides score and target.</summary>
    private static GroupedLoss<T> OfSides<T, TPreparation, TFormula>(TPreparation preparation, TFormula formula)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TPreparation : struct, IPreparation
        where TFormula : struct, ISideFormula<SumFold, SumFold, NoFold> =>
        OfPrepared<T, TPreparation, FoldProgram<TFormula, SumFold, SumFold, NoFold, GivenCells>>(
            preparation, new(formula), GroupPresence.OfEntries, takesEntryWeights: true);

    private static GroupedLoss<T> OfPrepared<T, TPreparation, TProgram>(
        TPreparation preparation, TProgram program, GroupPresence presence, bool takesEntryWeights = false)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TPreparation : struct, IPreparation
        where TProgram : struct, IGroupProgram
    {
        GroupKernel<T, TPreparation, TProgram> kernel = new(preparation, program);
        return new(kernel, presence, takesEntryWeights ? kernel : null);
    }

    private static GroupedLoss<T> OfRegions<T, TFormula>(TFormula formula, AbsentTargets absent)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TFormula : struct, IGroupFormula<SumFold, SumFold> =>
        OfGroups<T, TFormula, SumFold, SumFold>(formula, absent switch
        {
            AbsentTargets.Count => GroupPresence.OfEntries,
            AbsentTargets.Skip => GroupPresence.OfTargets,
            AbsentTargets.Zero => GroupPresence.OfTargetsOrZero,
            _ => throw new ArgumentOutOfRangeException(nameof(absent), absent, "Expected Count, Skip or Zero."),
        });

    private static GroupedLoss<T> OfGroups<T, TFormula, TFirst, TSecond>(TFormula formula, GroupPresence presence)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TFormula : struct, IGroupFormula<TFirst, TSecond>
        where TFirst : struct, IFold
        where TSecond : struct, IFold =>
        OfGroups<T, OfTwoFolds<TFormula, TFirst, TSecond>, TFirst, TSecond, NoFold>(new(formula), presence);

    private static GroupedLoss<T> OfGroups<T, TFormula, TFirst, TSecond, TThird>(
        TFormula formula, GroupPresence presence)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TFormula : struct, ISideFormula<TFirst, TSecond, TThird>
        where TFirst : struct, IFold
        where TSecond : struct, IFold
        where TThird : struct, IFold =>
        OfPrepared<T, AsGiven, FoldProgram<TFormula, TFirst, TSecond, TThird, GivenCells>>(
            default, new(formula), presence);
}
