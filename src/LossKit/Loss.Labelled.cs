namespace LossKit;

// Losses of batches of embeddings with labels, each of whose rows is compared with all others.
public static partial class Loss
{
    /// <summary>
    /// −1/|P(i)|·Σ_{p∈P(i)} log softmax_j(z_i·z_j/τ), j ≠ i, at p, for each row i and the other rows P(i) of its label:
    /// the supervised contrastive loss.
    /// </summary>
    /// <remarks>
    /// L_out of the paper, without the factor τ/τ_base of its code. It starts near log(rows − 1) and cannot reach 0
    /// with more than two rows of a label, because they compete with each other. Rows without another of their label
    /// are negatives of the others, but have no loss. Source: Khosla et al., "Supervised Contrastive Learning",
    /// NeurIPS 2020.
    /// </remarks>
    /// <inheritdoc cref="InfoNce"/>
    public static InBatchLoss<T> SupervisedContrastive<T>(
        int dimension, double temperature = 0.1, bool normalize = true)
        where T : unmanaged, IFloatingPointIeee754<T> => new(
            new BlockKernel<T, PartnersProgram<Yes>>(default),
            dimension,
            AnchorNeeds.Positive,
            normalize ? EmbeddingScore.Cosine : EmbeddingScore.DotProduct,
            1 / Parameter.Positive(temperature).In<T>(nameof(temperature)).Value,
            hidesItself: true,
            takesScale: true)
        { Name = Made($"{dimension}{temperature}{normalize}") };

    /// <summary>
    /// A loss of a labelled batch from a formula of your own on two folds of what there is between each row and all
    /// rows: similarities or distances.
    /// </summary>
    /// <remarks>
    /// The targets of the formula are 1 for other rows of the label, 0 for rows of another and ½ for the row itself,
    /// which an entry of −∞ leaves out of a log-sum-exp.
    /// </remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <typeparam name="TFormula">A <c>readonly struct</c>.</typeparam>
    /// <typeparam name="TFirst">How the first number is folded.</typeparam>
    /// <typeparam name="TSecond">How the second number is folded.</typeparam>
    /// <param name="formula">The formula with its parameters.</param>
    /// <param name="dimension">How many numbers a row has.</param>
    /// <param name="needs">Which rows count.</param>
    /// <param name="score">What the formula's scores are; the gradient of cosines goes through the norms.</param>
    public static InBatchLoss<T> FromInBatchFormula<T, TFormula, TFirst, TSecond>(
        TFormula formula,
        int dimension,
        AnchorNeeds needs = AnchorNeeds.Nothing,
        EmbeddingScore score = EmbeddingScore.Cosine)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TFormula : struct, IGroupFormula<TFirst, TSecond>
        where TFirst : struct, IFold
        where TSecond : struct, IFold
    {
        if (needs is < AnchorNeeds.Nothing or > AnchorNeeds.PositiveAndNegative)
        {
            throw new ArgumentOutOfRangeException(
                nameof(needs), needs, "Expected Nothing, Positive or PositiveAndNegative.");
        }

        if (score is < EmbeddingScore.DotProduct or > EmbeddingScore.SquaredDistance)
        {
            throw new ArgumentOutOfRangeException(
                nameof(score), score, "Expected DotProduct, Cosine, Distance or SquaredDistance.");
        }

        return new(KernelOf<T, TFormula, TFirst, TSecond>(formula), dimension, needs, score)
        {
            Name = Made($"{formula}{dimension}{needs}{score}"),
        };
    }

    private static BlockKernel<T> KernelOf<T, TFormula, TFirst, TSecond>(TFormula formula)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TFormula : struct, IGroupFormula<TFirst, TSecond>
        where TFirst : struct, IFold
        where TSecond : struct, IFold => KernelOf<T, TFormula, TFirst, TSecond, SameLabel>(formula);

    private static BlockKernel<T> KernelOf<T, TFormula, TFirst, TSecond, TTargets>(TFormula formula)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TFormula : struct, IGroupFormula<TFirst, TSecond>
        where TFirst : struct, IFold
        where TSecond : struct, IFold
        where TTargets : struct, ICellTargets =>
        new BlockKernel<T, FoldProgram<OfTwoFolds<TFormula, TFirst, TSecond>, TFirst, TSecond, NoFold, TTargets>>(
            new(new(formula)));

    private static BlockKernel<T> SumsOf<T, TFormula>(TFormula formula)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TFormula : struct, IPointwiseFormula =>
        KernelOf<T, Summed<TFormula>, SumFold, SumFold, AtMatch>(new(formula));

    /// <inheritdoc cref="Formulas.MultiSimilarity"/>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="dimension">How many numbers a row has.</param>
    /// <param name="alpha">α, positive: how much the least similar positives outweigh the others.</param>
    /// <param name="beta">β, positive: how much the most similar negatives outweigh the others.</param>
    /// <param name="base">λ, finite: the similarity that parts them.</param>
    /// <param name="miningEpsilon">
    /// ε of the paper's mining, if there is any: only positives whose similarity is less than ε above the largest of a
    /// negative count, and negatives less than ε below the smallest of a positive; which, is constant when
    /// differentiating.
    /// </param>
    public static InBatchLoss<T> MultiSimilarity<T>(
        int dimension, double alpha = 2, double beta = 50, double @base = 0.5, double? miningEpsilon = null)
        where T : unmanaged, IFloatingPointIeee754<T> => new(
            KernelOf<T, MultiSimilarity, LogSumExpFold, LogSumExpFold>(new(alpha, beta, @base)),
            dimension,
            AnchorNeeds.Nothing,
            EmbeddingScore.Cosine,
            miningEpsilon: miningEpsilon is { } epsilon ? Parameter.Finite(epsilon, nameof(miningEpsilon)) : null)
        {
            Name = Made($"{dimension}{alpha}{beta}{@base}{miningEpsilon}"),
        };

    /// <inheritdoc cref="Formulas.Circle"/>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="dimension">How many numbers a row has.</param>
    /// <param name="margin">m, finite.</param>
    /// <param name="gamma">γ, positive.</param>
    /// <param name="stopWeights">Whether the factors [·]₊ are held constant when differentiating.</param>
    public static InBatchLoss<T> Circle<T>(
        int dimension, double margin = 0.25, double gamma = 256, bool stopWeights = true)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        FromInBatchFormula<T, Circle, LogSumExpFold, LogSumExpFold>(
            new(margin, gamma, stopWeights), dimension, AnchorNeeds.PositiveAndNegative)
            .Named(Made($"{dimension}{margin}{gamma}{stopWeights}"));

    /// <inheritdoc cref="Formulas.GeneralizedLiftedStructure"/>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="dimension">How many numbers a row has.</param>
    /// <param name="margin">m, finite, in units of distance.</param>
    /// <param name="distance">D: Euclidean, its square or one less the cosine.</param>
    public static InBatchLoss<T> GeneralizedLiftedStructure<T>(
        int dimension, double margin = 1, EmbeddingDistance distance = EmbeddingDistance.Euclidean)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        OnDistances<T, GeneralizedLiftedStructure>(
            new(margin), dimension, AnchorNeeds.PositiveAndNegative, distance)
            .Named(Made($"{dimension}{margin}{distance}"));

    /// <inheritdoc cref="Formulas.Nca"/>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="dimension">How many numbers a row has.</param>
    /// <param name="scale">s, positive and finite.</param>
    /// <param name="distance">What takes the place of D²: Euclidean, its square or one less the cosine.</param>
    public static InBatchLoss<T> Nca<T>(
        int dimension, double scale = 1, EmbeddingDistance distance = EmbeddingDistance.SquaredEuclidean)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        OnDistances<T, Nca>(new(scale), dimension, AnchorNeeds.Positive, distance)
            .Named(Made($"{dimension}{scale}{distance}"));

    private static InBatchLoss<T> OnDistances<T, TFormula>(
        TFormula formula, int dimension, AnchorNeeds needs, EmbeddingDistance distance)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TFormula : struct, IGroupFormula<LogSumExpFold, LogSumExpFold> =>
        Mining.Check(distance) == EmbeddingDistance.Cosine
            ? FromInBatchFormula<T, OnCosine<TFormula>, LogSumExpFold, LogSumExpFold>(new(formula), dimension, needs)
            : FromInBatchFormula<T, TFormula, LogSumExpFold, LogSumExpFold>(
                formula,
                dimension,
                needs,
                distance == EmbeddingDistance.Euclidean ? EmbeddingScore.Distance : EmbeddingScore.SquaredDistance);

    /// <summary>
    /// y·D² + (1 − y)·max(0, m − D)² over all pairs of a labelled batch: y is 1 for rows of one label, else 0.
    /// </summary>
    /// <remarks>
    /// Every row is an anchor to all others, so that each pair counts from both of its ends; the mean is that over all
    /// pairs. PyTorch Metric Learning's linear hinges, with a margin for positives too, are <see
    /// cref="BatchLinearContrastive"/>. Source: Hadsell, Chopra and LeCun, "Dimensionality Reduction by Learning an
    /// Invariant Mapping", CVPR 2006.
    /// </remarks>
    /// <inheritdoc cref="Contrastive"/>
    /// <param name="dimension">How many numbers a row has.</param>
    /// <param name="margin">m, positive, in units of distance.</param>
    /// <param name="distance">D: Euclidean, its square or one less the cosine.</param>
    public static MinedLoss<T> BatchContrastive<T>(
        int dimension, double margin = 1, EmbeddingDistance distance = EmbeddingDistance.Euclidean)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        BatchPairFromDistanceFormula<T, Contrastive>(new(margin), dimension, distance)
            .Named(Made($"{dimension}{margin}{distance}"));

    /// <summary>
    /// y·max(0, D − m₊) + (1 − y)·max(0, m₋ − D) over all pairs of a labelled batch: y is 1 for rows of one label, else
    /// 0.
    /// </summary>
    /// <remarks>
    /// Every row is an anchor to all others, and the mean is that over all pairs; PyTorch Metric Learning's
    /// <c>ContrastiveLoss</c> normalises rows, and averages each kind of pair over its losses above 0. Source: Hadsell,
    /// Chopra and LeCun, "Dimensionality Reduction by Learning an Invariant Mapping", CVPR 2006, without the squares.
    /// </remarks>
    /// <inheritdoc cref="LinearContrastive"/>
    /// <param name="dimension">How many numbers a row has.</param>
    /// <param name="positiveMargin">m₊, finite, in units of distance.</param>
    /// <param name="negativeMargin">m₋, finite, in units of distance.</param>
    /// <param name="distance">D: Euclidean, its square or one less the cosine.</param>
    public static MinedLoss<T> BatchLinearContrastive<T>(
        int dimension,
        double positiveMargin = 0,
        double negativeMargin = 1,
        EmbeddingDistance distance = EmbeddingDistance.Euclidean)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        BatchPairFromDistanceFormula<T, SnrContrastive>(new(positiveMargin, negativeMargin), dimension, distance)
            .Named(Made($"{dimension}{positiveMargin}{negativeMargin}{distance}"));

    /// <summary>
    /// A loss of all pairs of a labelled batch from a formula of your own on their distance, its prediction, and
    /// whether they have the same label, its target: 1 if so, else 0.
    /// </summary>
    /// <inheritdoc cref="PairFromDistanceFormula"/>
    /// <param name="formula">The formula with its parameters.</param>
    /// <param name="dimension">How many numbers a row has.</param>
    /// <param name="distance">The distance: Euclidean, its square or one less the cosine.</param>
    public static MinedLoss<T> BatchPairFromDistanceFormula<T, TFormula>(
        TFormula formula, int dimension, EmbeddingDistance distance = EmbeddingDistance.Euclidean)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TFormula : struct, IPointwiseFormula =>
        new(new AllPairs<T>(PointwiseKernel<T>.For(formula), distance), dimension)
        {
            Name = Made($"{formula}{dimension}{distance}"),
        };

    /// <summary>
    /// A loss of triplets that are found in a labelled batch, from a formula of your own on the margin D(a, n) − D(a,
    /// p) by which an anchor is nearer to its positive.
    /// </summary>
    /// <remarks>
    /// Losses are ordered by anchor, then positive, then negative. The choice is taken as constant in the gradient.
    /// </remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <typeparam name="TFormula">A <c>readonly struct</c>.</typeparam>
    /// <param name="formula">The formula with its parameters.</param>
    /// <param name="dimension">How many numbers a row has.</param>
    /// <param name="mining">Which triplets there is a loss of.</param>
    /// <param name="distance">
    /// D: Euclidean, its square or one less the cosine; by default squared for <see cref="TripletMining.SemiHard"/>,
    /// else Euclidean.
    /// </param>
    public static MinedLoss<T> BatchTripletFromMarginFormula<T, TFormula>(
        TFormula formula, int dimension, TripletMining mining, EmbeddingDistance? distance = null)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TFormula : struct, IMarginFormula
    {
        Kernel<T> kernel = OnDifference<T, TFormula>(formula);
        EmbeddingDistance chosen = distance ?? (
            mining == TripletMining.SemiHard ? EmbeddingDistance.SquaredEuclidean : EmbeddingDistance.Euclidean);
        return new(
            mining switch
            {
                TripletMining.All => new AllTriplets<T>(kernel, chosen, activeOnly: false),
                TripletMining.Active => new AllTriplets<T>(kernel, chosen, activeOnly: true),
                TripletMining.Hardest => new HardestTriplet<T>(kernel, chosen),
                TripletMining.SemiHard => new SemiHardTriplets<T>(kernel, chosen),
                _ => throw new ArgumentOutOfRangeException(
                    nameof(mining), mining, "Expected All, Active, Hardest or SemiHard."),
            },
            dimension)
        {
            Name = Made($"{formula}{dimension}{mining}{distance}"),
        };
    }

    /// <summary>
    /// max(0, m + D(a, p) − D(a, n)) of every anchor a of a labelled batch, with its farthest positive p and its
    /// nearest negative n.
    /// </summary>
    /// <remarks>
    /// Of equally hard rows the first is taken. Anchors without a positive or a negative are not counted. Source:
    /// Hermans, Beyer and Leibe, "In Defense of the Triplet Loss for Person Re-Identification", 2017.
    /// </remarks>
    /// <inheritdoc cref="Triplet"/>
    /// <param name="dimension">How many numbers a row has.</param>
    /// <param name="margin">m, in units of distance.</param>
    /// <param name="distance">D: Euclidean, its square or one less the cosine.</param>
    public static MinedLoss<T> BatchHardTriplet<T>(
        int dimension, double margin = 1, EmbeddingDistance distance = EmbeddingDistance.Euclidean)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        BatchTripletFromMarginFormula<T, MarginHinge>(new(margin), dimension, TripletMining.Hardest, distance)
            .Named(Made($"{dimension}{margin}{distance}"));

    /// <summary>
    /// log(1 + e^(D(a, p) − D(a, n))) of every anchor a of a labelled batch, with its farthest positive p and its
    /// nearest negative n.
    /// </summary>
    /// <inheritdoc cref="BatchHardTriplet"/>
    /// <param name="dimension">How many numbers a row has.</param>
    /// <param name="distance">D: Euclidean, its square or one less the cosine.</param>
    public static MinedLoss<T> BatchHardSoftTriplet<T>(
        int dimension, EmbeddingDistance distance = EmbeddingDistance.Euclidean)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        BatchTripletFromMarginFormula<T, SoftMargin>(new(0), dimension, TripletMining.Hardest, distance)
            .Named(Made($"{dimension}{distance}"));

    /// <summary>max(0, m + D(a, p) − D(a, n)) of every triplet of a labelled batch.</summary>
    /// <remarks>
    /// Losses are ordered by anchor, then positive, then negative. Source: Hermans, Beyer and Leibe, "In Defense of the
    /// Triplet Loss for Person Re-Identification", 2017.
    /// </remarks>
    /// <inheritdoc cref="Triplet"/>
    /// <param name="dimension">How many numbers a row has.</param>
    /// <param name="margin">m, in units of distance.</param>
    /// <param name="activeOnly">
    /// Whether the mean is over those with a loss above 0, so that it does not fade as triplets are learnt; once all
    /// are, it is NaN.
    /// </param>
    /// <param name="distance">D: Euclidean, its square or one less the cosine.</param>
    public static MinedLoss<T> BatchAllTriplet<T>(
        int dimension,
        double margin = 1,
        bool activeOnly = false,
        EmbeddingDistance distance = EmbeddingDistance.Euclidean)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        BatchTripletFromMarginFormula<T, MarginHinge>(
            new(margin), dimension, activeOnly ? TripletMining.Active : TripletMining.All, distance)
            .Named(Made($"{dimension}{margin}{activeOnly}{distance}"));

    /// <summary>
    /// max(0, m + D²(a, p) − D²(a, n)) of every anchor a and positive p of a labelled batch, with the nearest negative
    /// n that is farther than p or, if there is none, the farthest.
    /// </summary>
    /// <remarks>
    /// Selection and usual margin of TensorFlow's <c>triplet_semihard_loss</c>. Of equals the first row is taken.
    /// Losses are ordered by anchor, then positive; anchors without a negative have none. Source: Schroff, Kalenichenko
    /// and Philbin, "FaceNet: A Unified Embedding for Face Recognition and Clustering", CVPR 2015.
    /// </remarks>
    /// <inheritdoc cref="TripletSquared"/>
    /// <param name="dimension">How many numbers a row has.</param>
    /// <param name="margin">m, in units of the distance.</param>
    /// <param name="distance">What takes the place of D²: Euclidean, its square or one less the cosine.</param>
    public static MinedLoss<T> SemiHardTriplet<T>(
        int dimension, double margin = 1, EmbeddingDistance distance = EmbeddingDistance.SquaredEuclidean)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        BatchTripletFromMarginFormula<T, MarginHinge>(new(margin), dimension, TripletMining.SemiHard, distance)
            .Named(Made($"{dimension}{margin}{distance}"));

    /// <inheritdoc cref="Formulas.MarginBased"/>
    /// <remarks>
    /// Of all pairs of a labelled batch, from both of their ends; β is that of the first row's label, or one for all
    /// (<see cref="Labelled{T}.Boundaries"/>). Only pairs with a loss above 0 count. Without the paper's sampling and
    /// regulariser. Source: Wu et al., "Sampling Matters in Deep Embedding Learning", ICCV 2017.
    /// </remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="dimension">How many numbers a row has.</param>
    /// <param name="margin">α, in units of distance.</param>
    /// <param name="distance">D: Euclidean, its square or one less the cosine.</param>
    public static MinedLoss<T> MarginBased<T>(
        int dimension, double margin = 0.2, EmbeddingDistance distance = EmbeddingDistance.Euclidean)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        new(
            new AllPairs<T>(
                PointwiseKernel<T>.For<MarginBased>(new(margin)), distance, activeOnly: true, hasBoundaries: true),
            dimension)
        { Name = Made($"{dimension}{margin}{distance}") };

    /// <inheritdoc cref="Formulas.SnrContrastive"/>
    /// <remarks>
    /// Of all ordered pairs of a labelled batch; variances are over the numbers of a row, and where x_i does not vary,
    /// r is 0. All pairs count; PyTorch Metric Learning normalises rows, and averages each kind of pair over its losses
    /// above 0. Without the paper's regulariser. Source: Yuan et al., "Signal-to-Noise Ratio: A Robust Distance Metric
    /// for Deep Metric Learning", CVPR 2019.
    /// </remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="dimension">How many numbers a row has.</param>
    /// <param name="positiveMargin">m₊, finite.</param>
    /// <param name="negativeMargin">m₋, finite.</param>
    public static MinedLoss<T> SnrContrastive<T>(
        int dimension, double positiveMargin = 0, double negativeMargin = 1)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        new(
            new AllPairs<T>(
                PointwiseKernel<T>.For<SnrContrastive>(new(positiveMargin, negativeMargin)),
                EmbeddingDistance.SquaredEuclidean,
                isRelative: true),
            dimension)
        { Name = Made($"{dimension}{positiveMargin}{negativeMargin}") };

    /// <summary>
    /// ½·max(0, D(i, j) + log Σ e^(m − D))² of each pair i, j of one label: the sum is over all distances of either of
    /// both to rows of other labels.
    /// </summary>
    /// <remarks>
    /// Each pair has one loss, and the weight of its first row; without rows of other labels it is 0. With references,
    /// a pair is a row i and a reference j, and the sum is over the distances of i alone: references are not compared
    /// with each other. PyTorch Metric Learning adds those of the row that has j's number by chance. Rows are not
    /// normalised, as it does by default. Gradient 0 of distances of 0, and where the hinge's argument is. Source: Song
    /// et al., "Deep Metric Learning via Lifted Structured Feature Embedding", CVPR 2016.
    /// </remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="dimension">How many numbers a row has.</param>
    /// <param name="margin">m, finite, in units of distance.</param>
    /// <param name="distance">D: Euclidean, its square or one less the cosine.</param>
    public static MinedLoss<T> LiftedStructure<T>(
        int dimension, double margin = 1, EmbeddingDistance distance = EmbeddingDistance.Euclidean)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        new(new LiftedMining<T>(Parameter.Finite(margin).In<T>(nameof(margin)).Value, distance), dimension)
        {
            Name = Made($"{dimension}{margin}{distance}"),
        };

    /// <summary>
    /// log(1 + Σ_n e^(s(cos θ_in − cos(θ_ij − β)))) of each ordered pair i, j of one label, θ the angles of its first
    /// row to its second and to all rows n of other labels.
    /// </summary>
    /// <remarks>
    /// The gradient of an angle of 0 is 0. PyTorch Metric Learning has β in degrees. With β = 0 and s = 1/τ it is
    /// <see cref="BatchNtXent"/>. Source: Yu and Tao, "Deep Metric Learning with Tuplet Margin Loss",
    /// ICCV 2019.
    /// </remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="dimension">How many numbers a row has.</param>
    /// <param name="margin">β in radians, finite; the default is 5.73°.</param>
    /// <param name="scale">s, positive and finite.</param>
    public static MinedLoss<T> TupletMargin<T>(int dimension, double margin = 0.1, double scale = 64)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        new(
            new TupletMining<T>(
                OnDifference<T, Logistic>(default),
                Parameter.Finite(margin).In<T>(nameof(margin)).Value,
                Parameter.Positive(scale).In<T>(nameof(scale)).Value),
            dimension)
        { Name = Made($"{dimension}{margin}{scale}") };

    /// <summary>
    /// −log(e^(c_ij/τ)/(e^(c_ij/τ) + Σ_n e^(c_in/τ))) of each ordered pair i, j of one label, c the cosines of its
    /// first row with its second and with all rows n of other labels: NT-Xent with several positives.
    /// </summary>
    /// <remarks>
    /// Positives do not compete with each other, as they do in <see cref="SupervisedContrastive"/>. The mean is that
    /// over the pairs: PyTorch Metric Learning's <c>NTXentLoss</c> on labels. Without rows of other labels the loss is
    /// 0. Source: Chen et al., "A Simple Framework for Contrastive Learning of Visual Representations", ICML 2020, of
    /// one positive.
    /// </remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="dimension">How many numbers a row has.</param>
    /// <param name="temperature">τ, positive and finite.</param>
    public static MinedLoss<T> BatchNtXent<T>(int dimension, double temperature = 0.07)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        TupletMargin<T>(dimension, 0, 1 / Parameter.Positive(temperature).In<T>(nameof(temperature)).Value)
            .Named(Made($"{dimension}{temperature}"));

    /// <summary>
    /// 1 less the average precision of the rows of a row's label among all others in the order of their squared
    /// distances, whose histograms are soft: FastAP.
    /// </summary>
    /// <remarks>
    /// Rows are normalised; each distance counts for the two nearest of evenly spaced centres 0, 4/bins, …, 4, the more
    /// the nearer. At a centre the gradient is 0. Rows without another of their label do not count. Source: Cakir et
    /// al., "Deep Metric Learning to Rank", CVPR 2019.
    /// </remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="dimension">How many numbers a row has.</param>
    /// <param name="bins">How many parts the range of squared distances has, at least 1.</param>
    public static MinedLoss<T> FastAp<T>(int dimension, int bins = 10)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bins);
        return new(new FastApMining<T>(bins), dimension) { Name = Made($"{dimension}{bins}") };
    }

    /// <inheritdoc cref="Formulas.Angular"/>
    /// <remarks>
    /// Rows are normalised. PyTorch Metric Learning does not normalise the negatives. With references, z_j and z_n are
    /// among these. Source: Wang et al., "Deep Metric Learning with Angular Loss", ICCV 2017.
    /// </remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="dimension">How many numbers a row has.</param>
    /// <param name="angle">α in radians, between 0 and π/2; the default is 40°.</param>
    public static LabelPairLoss<T> Angular<T>(int dimension, double angle = 0.698)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        new(KernelOf<T, Angular, LogSumExpFold, LogSumExpFold, AtMatch>(new(angle)), dimension)
        {
            Name = Made($"{dimension}{angle}"),
        };

    /// <summary>
    /// The mean of max(0, (1 − ε₊)·s̄ − s)² over the cosines s of all pairs of one label and their mean s̄, plus that
    /// of max(0, s − (1 + ε₋)·s̄)² over all pairs of different ones.
    /// </summary>
    /// <remarks>
    /// The means are differentiated; a kind without pairs adds 0. Goes with another loss of the same batch. Source: Yu
    /// and Tao, "Deep Metric Learning with Tuplet Margin Loss", ICCV 2019.
    /// </remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="dimension">How many numbers a row has.</param>
    /// <param name="positiveEpsilon">ε₊, finite.</param>
    /// <param name="negativeEpsilon">ε₋, finite.</param>
    public static PairVarianceLoss<T> IntraPairVariance<T>(
        int dimension, double positiveEpsilon = 0.01, double negativeEpsilon = 0.01)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        new(dimension, positiveEpsilon, negativeEpsilon)
        {
            Name = Made($"{dimension}{positiveEpsilon}{negativeEpsilon}"),
        };
}
