namespace LossKit;

// Losses of embeddings, rows × dimension.
public static partial class Loss
{
    /// <summary>
    /// y·D² + (1 − y)·max(0, m − D)² of the Euclidean distance D of two rows: similar ones (y = 1) are drawn together,
    /// others (y = 0) are pushed m apart.
    /// </summary>
    /// <remarks>
    /// No factor ½. Gradient 0 at D = 0 and, for dissimilar rows, at D = m. Source: Hadsell, Chopra and LeCun,
    /// "Dimensionality Reduction by Learning an Invariant Mapping", CVPR 2006.
    /// </remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="dimension">How many numbers a row has.</param>
    /// <param name="margin">m, positive, in units of distance.</param>
    public static PairLoss<T> Contrastive<T>(int dimension, double margin = 1)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        PairFromDistanceFormula<T, Contrastive>(new(margin), dimension)
            .Named(Made($"{dimension}{margin}"));

    /// <summary>
    /// A loss of pairs from a formula of your own on the Euclidean distance of two rows, its prediction, and their
    /// label, its target: 1 if they are similar, 0 if not.
    /// </summary>
    /// <remarks>The gradient of a distance of 0 is 0.</remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <typeparam name="TFormula">A <c>readonly struct</c>.</typeparam>
    /// <param name="formula">The formula with its parameters.</param>
    /// <param name="dimension">How many numbers a row has.</param>
    public static PairLoss<T> PairFromDistanceFormula<T, TFormula>(TFormula formula, int dimension)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TFormula : struct, IPointwiseFormula =>
        new(new DistanceGeometry<T>(dimension), PointwiseKernel<T>.For(formula), PairTargets.Flags)
        {
            Name = Made($"{formula}{dimension}"),
        };

    /// <summary>
    /// 1 − c of the cosine c of two rows that are to be alike (label +1), max(0, c − m) of two that are not (−1).
    /// </summary>
    /// <remarks>
    /// c = u·v / √((u·u + 1e-12)(v·v + 1e-12)), as in PyTorch's <c>cosine_embedding_loss</c>: finite for rows of zeros.
    /// The gradient is 0 at c = m.
    /// </remarks>
    /// <inheritdoc cref="Contrastive"/>
    /// <param name="dimension">How many numbers a row has.</param>
    /// <param name="margin">m, a cosine.</param>
    public static PairLoss<T> CosineEmbedding<T>(int dimension, double margin = 0)
        where T : unmanaged, IFloatingPointIeee754<T> => new(
            new CosineGeometry<T>(dimension, NormFloor.Added),
            PointwiseKernel<T>.For<CosineEmbedding>(new(margin)),
            PairTargets.Signs)
        { Name = Made($"{dimension}{margin}") };

    /// <summary>(c − t)² of the cosine c of two rows and what it is to be, t: for graded similarities.</summary>
    /// <remarks>
    /// Sentence Transformers' <c>CosineSimilarityLoss</c>. <see cref="Pairs{T}.Targets"/> are t, between −1 and 1. Rows
    /// of a norm below 1e-12 are divided by that instead.
    /// </remarks>
    /// <inheritdoc cref="Contrastive"/>
    /// <param name="dimension">How many numbers a row has.</param>
    public static PairLoss<T> CosineRegression<T>(int dimension)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        PairFromCosineFormula<T, SquaredError>(default, dimension).Named(Made($"{dimension}"));

    /// <summary>−c, or 2 − 2c, of the cosine c of two rows that are to be alike: no label, no negatives.</summary>
    /// <remarks>
    /// Leave out the gradient of the rows that are to stand still, as SimSiam and BYOL do. Rows of a norm below 1e-12
    /// are divided by that instead. Source: Chen and He, "Exploring Simple Siamese Representation Learning", CVPR 2021;
    /// Grill et al., "Bootstrap Your Own Latent", NeurIPS 2020.
    /// </remarks>
    /// <inheritdoc cref="Contrastive"/>
    /// <param name="dimension">How many numbers a row has.</param>
    /// <param name="form">Which of both.</param>
    public static PairLoss<T> NegativeCosine<T>(
        int dimension, NegativeCosineForm form = NegativeCosineForm.SimSiam)
        where T : unmanaged, IFloatingPointIeee754<T> => new(
            new CosineGeometry<T>(dimension, NormFloor.Least),
            PointwiseKernel<T>.For<NegativeCosine>(form switch
            {
                NegativeCosineForm.SimSiam => new(0, 1),
                NegativeCosineForm.Byol => new(2, 2),
                _ => throw new ArgumentOutOfRangeException(nameof(form), form, "Expected SimSiam or Byol."),
            }),
            PairTargets.Nothing)
        { Name = Made($"{dimension}{form}") };

    /// <summary>
    /// A loss of pairs from a formula of your own on the cosine of two rows, its prediction, and what it is to be, its
    /// target: a number of <see cref="Pairs{T}.Targets"/>.
    /// </summary>
    /// <remarks>Rows of a norm below 1e-12 are divided by that instead.</remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <typeparam name="TFormula">A <c>readonly struct</c>.</typeparam>
    /// <param name="formula">The formula with its parameters.</param>
    /// <param name="dimension">How many numbers a row has.</param>
    public static PairLoss<T> PairFromCosineFormula<T, TFormula>(TFormula formula, int dimension)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TFormula : struct, IPointwiseFormula => new(
            new CosineGeometry<T>(dimension, NormFloor.Least),
            PointwiseKernel<T>.For(formula),
            PairTargets.Numbers)
        { Name = Made($"{formula}{dimension}") };

    /// <summary>
    /// max(0, m − y(x₁ − x₂)) of two scores: the first is to rank higher by m where y = +1, the second where y = −1.
    /// </summary>
    /// <remarks>
    /// PyTorch's <c>margin_ranking_loss</c>, except that the gradient is 0 at the kink. Source: Joachims, "Optimizing
    /// Search Engines Using Clickthrough Data", KDD 2002.
    /// </remarks>
    /// <inheritdoc cref="Contrastive"/>
    /// <param name="margin">m, in units of scores.</param>
    public static PairLoss<T> MarginRanking<T>(double margin = 0)
        where T : unmanaged, IFloatingPointIeee754<T> => new(
            new DifferenceGeometry<T>(),
            PointwiseKernel<T>.For<Margin<MarginHinge>>(new(new(margin))),
            PairTargets.Signs)
        { Name = Made($"{margin}") };

    /// <summary>
    /// max(0, m + D(a, p) − D(a, n)) of the Euclidean distances of an anchor a to a positive p and a negative n.
    /// </summary>
    /// <remarks>
    /// PyTorch's <c>triplet_margin_loss</c> without the ε that it adds to differences. Gradient 0 where the hinge's
    /// argument is 0, and of distances of 0. Source: Weinberger and Saul, "Distance Metric Learning for Large Margin
    /// Nearest Neighbor Classification", JMLR 10, 2009; swap: Balntas et al., "Learning Local Feature Descriptors with
    /// Triplets and Shallow Convolutional Neural Networks", BMVC 2016.
    /// </remarks>
    /// <inheritdoc cref="Contrastive"/>
    /// <param name="dimension">How many numbers a row has.</param>
    /// <param name="margin">m, in units of distance.</param>
    /// <param name="swap">
    /// Whether D(p, n) takes the place of D(a, n) where it is smaller: the negative is then nearer to the positive.
    /// </param>
    public static TripletLoss<T> Triplet<T>(int dimension, double margin = 1, bool swap = false)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        TripletFromMarginFormula<T, MarginHinge>(new(margin), dimension, swap)
            .Named(Made($"{dimension}{margin}{swap}"));

    /// <summary>
    /// max(0, m + d(a, p) − d(a, n)) of distances of your choice of an anchor a to a positive p and a negative n.
    /// </summary>
    /// <remarks>
    /// PyTorch's <c>triplet_margin_with_distance_loss</c>. Gradient 0 where the hinge's argument is 0.
    /// </remarks>
    /// <inheritdoc cref="Triplet"/>
    /// <param name="dimension">How many numbers a row has.</param>
    /// <param name="distance">d.</param>
    /// <param name="margin">m, in units of the distance.</param>
    /// <param name="swap">Whether d(p, n) takes the place of d(a, n) where it is smaller.</param>
    public static TripletLoss<T> TripletWithDistance<T>(
        int dimension, EmbeddingDistance distance, double margin = 1, bool swap = false)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        TripletFromMarginFormula<T, MarginHinge>(new(margin), dimension, swap, distance)
            .Named(Made($"{dimension}{distance}{margin}{swap}"));

    /// <summary>
    /// log(1 + e^(m + D(a, p) − D(a, n))) of the Euclidean distances, or squared ones, of an anchor a to a positive p and
    /// a negative n: the triplet loss with a soft margin.
    /// </summary>
    /// <remarks>
    /// Smooth but for distances of 0, whose gradient is 0. Source: Hermans, Beyer and Leibe, "In Defense of the Triplet
    /// Loss for Person Re-Identification", 2017, with m = 0.
    /// </remarks>
    /// <inheritdoc cref="Contrastive"/>
    /// <param name="dimension">How many numbers a row has.</param>
    /// <param name="margin">m, in units of distance.</param>
    /// <param name="squared">Whether distances are squared.</param>
    public static TripletLoss<T> SoftTriplet<T>(int dimension, double margin = 0, bool squared = false)
        where T : unmanaged, IFloatingPointIeee754<T> => TripletFromMarginFormula<T, SoftMargin>(
            new(margin),
            dimension,
            distance: squared ? EmbeddingDistance.SquaredEuclidean : EmbeddingDistance.Euclidean)
            .Named(Made($"{dimension}{margin}{squared}"));

    /// <summary>max(0, m + D²(a, p) − D²(a, n)): the triplet loss on squared distances.</summary>
    /// <remarks>
    /// Gradient 0 where the hinge's argument is 0. Source: Schroff, Kalenichenko and Philbin, "FaceNet: A Unified
    /// Embedding for Face Recognition and Clustering", CVPR 2015.
    /// </remarks>
    /// <inheritdoc cref="Contrastive"/>
    /// <param name="dimension">How many numbers a row has.</param>
    /// <param name="margin">m, in units of squared distance.</param>
    public static TripletLoss<T> TripletSquared<T>(int dimension, double margin = 0.2)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        TripletFromMarginFormula<T, MarginHinge>(
            new(margin), dimension, distance: EmbeddingDistance.SquaredEuclidean)
            .Named(Made($"{dimension}{margin}"));

    /// <summary>
    /// A triplet loss from a formula of your own on the margin d(a, n) − d(a, p) by which an anchor is nearer to its
    /// positive: with <see cref="Formulas.SoftMargin"/> it has a soft margin.
    /// </summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <typeparam name="TFormula">A <c>readonly struct</c>.</typeparam>
    /// <param name="formula">The formula with its parameters.</param>
    /// <param name="dimension">How many numbers a row has.</param>
    /// <param name="swap">Whether d(p, n) takes the place of d(a, n) where it is smaller.</param>
    /// <param name="distance">d.</param>
    public static TripletLoss<T> TripletFromMarginFormula<T, TFormula>(
        TFormula formula,
        int dimension,
        bool swap = false,
        EmbeddingDistance distance = EmbeddingDistance.Euclidean)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TFormula : struct, IMarginFormula => new(
            OnDifference<T, TFormula>(formula),
            distance switch
            {
                EmbeddingDistance.Euclidean => new DistanceGeometry<T>(dimension),
                EmbeddingDistance.SquaredEuclidean => new SquaredDistanceGeometry<T>(dimension),
                EmbeddingDistance.Manhattan => new AbsoluteGeometry<T>(dimension, isLargest: false),
                EmbeddingDistance.Chebyshev => new AbsoluteGeometry<T>(dimension, isLargest: true),
                EmbeddingDistance.Cosine => new CosineGeometry<T>(dimension, NormFloor.Least, isDistance: true),
                _ => throw new ArgumentOutOfRangeException(
                    nameof(distance),
                    distance,
                    "Expected Euclidean, SquaredEuclidean, Manhattan, Chebyshev or Cosine."),
            },
            swap)
        {
            Name = Made($"{formula}{dimension}{swap}{distance}"),
        };

    /// <summary>
    /// −log softmax_j(q_i·k_j/τ) at j = i, for queries q and keys k of which the i-th belong together: each query is to
    /// find its key among those of the batch.
    /// </summary>
    /// <remarks>
    /// Also known as multiple-negatives ranking: how retrieval models are trained. One direction; for both, add the
    /// loss with queries and keys exchanged. Rows of a norm below 1e-12 are divided by that instead. Source: van den
    /// Oord, Li and Vinyals, "Representation Learning with Contrastive Predictive Coding", 2018; Henderson et al.,
    /// "Efficient Natural Language Response Suggestion for Smart Reply", 2017.
    /// </remarks>
    /// <inheritdoc cref="Contrastive"/>
    /// <param name="dimension">How many numbers a row has.</param>
    /// <param name="temperature">τ, positive; small ones make hard negatives count more.</param>
    /// <param name="normalize">Whether similarities are cosines; the gradient goes through the norms.</param>
    public static MatchLoss<T> InfoNce<T>(int dimension, double temperature = 0.07, bool normalize = true)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        new(dimension, temperature, normalize, isSymmetric: false)
        {
            Name = Made($"{dimension}{temperature}{normalize}"),
        };

    /// <summary>
    /// −log softmax_j(z_i·z_j/τ), j ≠ i, at the other view of the same item, for all 2n normalised rows z of two views
    /// of n items.
    /// </summary>
    /// <remarks>
    /// There are 2n losses, those of the first views before those of the second. Source: Chen et al., "A Simple
    /// Framework for Contrastive Learning of Visual Representations" (SimCLR), ICML 2020.
    /// </remarks>
    /// <inheritdoc cref="InfoNce"/>
    public static MatchLoss<T> NtXent<T>(int dimension, double temperature = 0.5)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        new(dimension, temperature, normalizes: true, isSymmetric: true) { Name = Made($"{dimension}{temperature}") };

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
            new BlockKernel<T, PartnersProgram>(default),
            dimension,
            AnchorNeeds.Positive,
            normalize ? EmbeddingScore.Cosine : EmbeddingScore.DotProduct,
            1 / Parameter.Positive(temperature).In<T>(nameof(temperature)).Value,
            hidesItself: true)
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
        where TSecond : struct, IFold =>
        new BlockKernel<T, FoldProgram<OfTwoFolds<TFormula, TFirst, TSecond>, TFirst, TSecond, NoFold, SameLabel>>(
            new(new(formula)));

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
    public static InBatchLoss<T> GeneralizedLiftedStructure<T>(int dimension, double margin = 1)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        FromInBatchFormula<T, GeneralizedLiftedStructure, LogSumExpFold, LogSumExpFold>(
            new(margin), dimension, AnchorNeeds.PositiveAndNegative, EmbeddingScore.Distance)
            .Named(Made($"{dimension}{margin}"));

    /// <inheritdoc cref="Formulas.Nca"/>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="dimension">How many numbers a row has.</param>
    /// <param name="scale">s, positive and finite.</param>
    public static InBatchLoss<T> Nca<T>(int dimension, double scale = 1)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        FromInBatchFormula<T, Nca, LogSumExpFold, LogSumExpFold>(
            new(scale), dimension, AnchorNeeds.Positive, EmbeddingScore.SquaredDistance)
            .Named(Made($"{dimension}{scale}"));

    /// <summary>
    /// y·D² + (1 − y)·max(0, m − D)² over all pairs of a labelled batch: y is 1 for rows of one label, else 0.
    /// </summary>
    /// <remarks>
    /// Every row is an anchor to all others, so that each pair counts from both of its ends; the mean is that over all
    /// pairs.
    /// </remarks>
    /// <inheritdoc cref="Contrastive"/>
    public static MinedLoss<T> BatchContrastive<T>(int dimension, double margin = 1)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        BatchPairFromDistanceFormula<T, Contrastive>(new(margin), dimension)
            .Named(Made($"{dimension}{margin}"));

    /// <summary>
    /// A loss of all pairs of a labelled batch from a formula of your own on their Euclidean distance, its prediction,
    /// and whether they have the same label, its target: 1 if so, else 0.
    /// </summary>
    /// <inheritdoc cref="PairFromDistanceFormula"/>
    public static MinedLoss<T> BatchPairFromDistanceFormula<T, TFormula>(TFormula formula, int dimension)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TFormula : struct, IPointwiseFormula =>
        new(new AllPairs<T>(PointwiseKernel<T>.For(formula)), dimension) { Name = Made($"{formula}{dimension}") };

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
    public static MinedLoss<T> BatchTripletFromMarginFormula<T, TFormula>(
        TFormula formula, int dimension, TripletMining mining)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TFormula : struct, IMarginFormula
    {
        PointwiseKernel<T> kernel = OnDifference<T, TFormula>(formula);
        return new(
            mining switch
            {
                TripletMining.All => new AllTriplets<T>(kernel, activeOnly: false),
                TripletMining.Active => new AllTriplets<T>(kernel, activeOnly: true),
                TripletMining.Hardest => new HardestTriplet<T>(kernel),
                TripletMining.SemiHard => new SemiHardTriplets<T>(kernel),
                _ => throw new ArgumentOutOfRangeException(
                    nameof(mining), mining, "Expected All, Active, Hardest or SemiHard."),
            },
            dimension)
        {
            Name = Made($"{formula}{dimension}{mining}"),
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
    public static MinedLoss<T> BatchHardTriplet<T>(int dimension, double margin = 1)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        BatchTripletFromMarginFormula<T, MarginHinge>(new(margin), dimension, TripletMining.Hardest)
            .Named(Made($"{dimension}{margin}"));

    /// <summary>
    /// log(1 + e^(D(a, p) − D(a, n))) of every anchor a of a labelled batch, with its farthest positive p and its nearest
    /// negative n.
    /// </summary>
    /// <inheritdoc cref="BatchHardTriplet"/>
    /// <param name="dimension">How many numbers a row has.</param>
    public static MinedLoss<T> BatchHardSoftTriplet<T>(int dimension)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        BatchTripletFromMarginFormula<T, SoftMargin>(new(0), dimension, TripletMining.Hardest)
            .Named(Made($"{dimension}"));

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
    public static MinedLoss<T> BatchAllTriplet<T>(int dimension, double margin = 1, bool activeOnly = false)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        BatchTripletFromMarginFormula<T, MarginHinge>(
            new(margin), dimension, activeOnly ? TripletMining.Active : TripletMining.All)
            .Named(Made($"{dimension}{margin}{activeOnly}"));

    /// <summary>
    /// max(0, m + D²(a, p) − D²(a, n)) of every anchor a and positive p of a labelled batch, with the nearest negative
    /// n that is farther than p or, if there is none, the farthest.
    /// </summary>
    /// <remarks>
    /// On squared distances; selection and usual margin of TensorFlow's <c>triplet_semihard_loss</c>. Of equals the
    /// first row is taken. Losses are ordered by anchor, then positive; anchors without a negative have none. Source:
    /// Schroff, Kalenichenko and Philbin, "FaceNet: A Unified Embedding for Face Recognition and Clustering", CVPR
    /// 2015.
    /// </remarks>
    /// <inheritdoc cref="TripletSquared"/>
    public static MinedLoss<T> SemiHardTriplet<T>(int dimension, double margin = 1)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        BatchTripletFromMarginFormula<T, MarginHinge>(new(margin), dimension, TripletMining.SemiHard)
            .Named(Made($"{dimension}{margin}"));

    private static PointwiseKernel<T> OnDifference<T, TFormula>(TFormula formula)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TFormula : struct, IMarginFormula => PointwiseKernel<T>.For(new OfDifference<TFormula>(formula));
}
