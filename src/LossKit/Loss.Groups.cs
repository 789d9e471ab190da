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
            new(formula), GroupPresence.OfEntries, formula as IFormulaDomains).Named(Made($"{formula}"));

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
        where T : unmanaged, IFloatingPointIeee754<T> =>
        OfRegions<T, SoftDice<OfLogits>, SoftDice<OfProbabilities>>(
            new(smoothNumerator, smoothDenominator, squared),
            new(smoothNumerator, smoothDenominator, squared),
            logits,
            absent)
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
        where T : unmanaged, IFloatingPointIeee754<T> =>
        OfRegions<T, Tversky<OfLogits>, Tversky<OfProbabilities>>(
            new(alpha, beta, gamma, smoothNumerator, smoothDenominator),
            new(alpha, beta, gamma, smoothNumerator, smoothDenominator),
            logits,
            absent)
            .Named(Made($"{alpha}{beta}{gamma}{smoothNumerator}{smoothDenominator}{logits}{absent}"));

    /// <summary>
    /// 1 − (I + a)/(Σp + Σt − I + b) over the pixels of a group, I = Σpt, for probabilities p and targets t in [0, 1]:
    /// how little of their union the predicted region and the true one share.
    /// </summary>
    /// <remarks>
    /// <see cref="Tversky"/> with α = β = 1: the soft Jaccard index or IoU. Source: Rahman and Wang, "Optimizing
    /// Intersection-Over-Union in Deep Neural Networks for Image Segmentation", ISVC 2016.
    /// </remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="smoothNumerator">a, finite and at least 0.</param>
    /// <param name="smoothDenominator">b, positive and finite.</param>
    /// <param name="logits">Whether predictions are logits; else they are probabilities.</param>
    /// <param name="absent">What a group without any target above 0 is.</param>
    public static GroupedLoss<T> Jaccard<T>(
        double smoothNumerator = 1,
        double smoothDenominator = 1,
        bool logits = true,
        AbsentTargets absent = AbsentTargets.Count)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        Tversky<T>(1, 1, 1, smoothNumerator, smoothDenominator, logits, absent)
            .Named(Made($"{smoothNumerator}{smoothDenominator}{logits}{absent}"));

    /// <summary>
    /// 1 − ((1 + β²)TP + ε)/((1 + β²)TP + β²FN + FP + ε) of a group, with counts by probabilities p: TP = Σpt,
    /// FN = Σ(1 − p)t, FP = Σp(1 − t) for targets t in [0, 1].
    /// </summary>
    /// <remarks>
    /// <see cref="Tversky"/> with other parameters. Of several labels, <see cref="GroupedLoss{T}.OfClasses"/> with
    /// <c>perBatch</c> makes the macro average, a group each label, and one group of all entries the micro average.
    /// sigmoidF1 is β = 1. Source: Bénédict et al., "sigmoidF1: A Smooth F1 Score Surrogate Loss for Multilabel
    /// Classification", TMLR 2022.
    /// </remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="beta">β, how much more recall counts than precision; finite and not negative.</param>
    /// <param name="epsilon">ε, positive and finite: what a group without any target is worth.</param>
    /// <param name="logits">Whether predictions are logits; else they are probabilities.</param>
    public static GroupedLoss<T> SoftFBeta<T>(double beta = 1, double epsilon = 1e-7, bool logits = true)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        double square = Parameter.NotNegative(beta).In<T>(nameof(beta)).Value * beta;
        double smooth = Parameter.Positive(epsilon).In<T>(nameof(epsilon)).Value / (1 + square);
        return Tversky<T>(1 / (1 + square), square / (1 + square), 1, smooth, smooth, logits)
            .Named(Made($"{beta}{epsilon}{logits}"));
    }

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
        where T : unmanaged, IFloatingPointIeee754<T> =>
        OfRegions<T, LogCoshDice<OfLogits>, LogCoshDice<OfProbabilities>>(
            new(smoothNumerator, smoothDenominator), new(smoothNumerator, smoothDenominator), logits, absent)
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

    /// <summary>√(Σd²/n) of a group of n, with d = prediction − target: the RMSE, in units of the target.</summary>
    /// <remarks>
    /// Gradient d/n divided by the loss, 0 where all errors are 0. Squares are never formed, so that errors may be of
    /// any size. Keras' and CatBoost's RMSE are of one group, the batch: <c>Groups.OfWidth(predictions.Length)</c>;
    /// groups of one series or query each weigh them alike. Source: Hyndman and Koehler, "Another Look at Measures of
    /// Forecast Accuracy", International Journal of Forecasting 22, 2006.
    /// </remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    public static GroupedLoss<T> RootMeanSquaredError<T>()
        where T : unmanaged, IFloatingPointIeee754<T> => RootMeanSquare<T, SizeOfError>().Named(Made());

    /// <summary>
    /// √(Σ(log(1 + p) − log(1 + t))²/n) of a group of n predictions p and targets t above −1: the RMSLE, for which
    /// errors count by their ratio.
    /// </summary>
    /// <remarks>
    /// As <see cref="RootMeanSquaredError"/>; a prediction below −1 makes its group's loss NaN. Source: the
    /// documentation of scikit-learn's <c>root_mean_squared_log_error</c>.
    /// </remarks>
    /// <inheritdoc cref="RootMeanSquaredError"/>
    public static GroupedLoss<T> RootMeanSquaredLogError<T>()
        where T : unmanaged, IFloatingPointIeee754<T> => RootMeanSquare<T, SizeOfLogError>().Named(Made());

    private static GroupedLoss<T> RootMeanSquare<T, TSize>()
        where T : unmanaged, IFloatingPointIeee754<T>
        where TSize : struct, IErrorSize =>
        OfGroups<T, RootMeanSquare<TSize>, LogSumExpFold, SumFold>(default, GroupPresence.OfEntries);

    /// <summary>A loss of logits knows what it is of probabilities, for segmentations.</summary>
    private static GroupedLoss<T> OfRegions<T, TOfLogits, TOfProbabilities>(
        TOfLogits ofLogits, TOfProbabilities ofProbabilities, bool logits, AbsentTargets absent)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TOfLogits : struct, IGroupFormula<SumFold, SumFold>
        where TOfProbabilities : struct, IGroupFormula<SumFold, SumFold>
    {
        GroupedLoss<T> loss = OfRegions<T, TOfProbabilities>(ofProbabilities, absent);
        return logits ? OfRegions<T, TOfLogits>(ofLogits, absent).With(loss) : loss;
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

    /// <summary>A sum over entries that have a number each besides score and target.</summary>
    private static GroupedLoss<T> OfSides<T, TPreparation, TFormula>(TPreparation preparation, TFormula formula)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TPreparation : struct, IPreparation
        where TFormula : struct, ISideFormula<SumFold, SumFold, NoFold> =>
        OfPrepared<T, TPreparation, FoldProgram<TFormula, SumFold, SumFold, NoFold, GivenCells>>(
            preparation, new(formula), GroupPresence.OfEntries, takesEntryWeights: true);

    private static GroupedLoss<T> OfPrepared<T, TPreparation, TProgram>(
        TPreparation preparation,
        TProgram program,
        GroupPresence presence,
        bool takesEntryWeights = false,
        IFormulaDomains? domains = null)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TPreparation : struct, IPreparation
        where TProgram : struct, IGroupProgram
    {
        GroupKernel<T, TPreparation, TProgram> kernel = new(preparation, program);
        return new(kernel, presence, takesEntryWeights ? kernel : null) { Domains = domains };
    }

    private static GroupedLoss<T> OfGroups<T, TFormula, TFirst, TSecond>(TFormula formula, GroupPresence presence)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TFormula : struct, IGroupFormula<TFirst, TSecond>
        where TFirst : struct, IFold
        where TSecond : struct, IFold =>
        OfGroups<T, OfTwoFolds<TFormula, TFirst, TSecond>, TFirst, TSecond, NoFold>(
            new(formula), presence, formula as IFormulaDomains);

    private static GroupedLoss<T> OfGroups<T, TFormula, TFirst, TSecond, TThird>(
        TFormula formula, GroupPresence presence, IFormulaDomains? domains)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TFormula : struct, ISideFormula<TFirst, TSecond, TThird>
        where TFirst : struct, IFold
        where TSecond : struct, IFold
        where TThird : struct, IFold =>
        OfPrepared<T, AsGiven, FoldProgram<TFormula, TFirst, TSecond, TThird, GivenCells>>(
            default, new(formula), presence, domains: domains);
}
