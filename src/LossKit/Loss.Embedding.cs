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
    /// log(1 + e^(m + D(a, p) − D(a, n))) of the Euclidean distances, or squared ones, of an anchor a to a positive p
    /// and a negative n: the triplet loss with a soft margin.
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
    /// log Σ e^(z_i·z_j/τ) over all normalised rows of two views but those of the same item, less w·z_i·z_i′/τ at the
    /// other view of it: decoupled contrastive learning.
    /// </summary>
    /// <remarks>
    /// Without the match in the sum, gradients do not fade in small batches. w is 1 or, with σ, 2 − n·softmax(c/σ) of
    /// the cosine c of the item's views among those of all n items, held constant. There are 2n losses, those of the
    /// first views before those of the second; of a single item they are −∞. Source: Yeh et al., "Decoupled Contrastive
    /// Learning", ECCV 2022.
    /// </remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="dimension">How many numbers a row has.</param>
    /// <param name="temperature">τ, positive.</param>
    /// <param name="sigma">σ, positive, where matches are weighted; usual is 0.5.</param>
    public static MatchLoss<T> DecoupledContrastive<T>(int dimension, double temperature = 0.1, double? sigma = null)
        where T : unmanaged, IFloatingPointIeee754<T> => new(
            dimension,
            temperature,
            normalizes: true,
            isSymmetric: true,
            KernelOf<T, DecoupledContrastive, LogSumExpFold, LogSumExpFold, AtMatch>(default),
            sigma)
        { Name = Made($"{dimension}{temperature}{sigma}") };

    /// <summary>
    /// Σ_k w_k·InfoNCE of the first d_k numbers of each row, each normalised by itself: embeddings that can be cut.
    /// </summary>
    /// <remarks>
    /// A sum, not a mean. Sentence Transformers' <c>MatryoshkaLoss</c>. Source: Kusupati et al., "Matryoshka
    /// Representation Learning", NeurIPS 2022.
    /// </remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="dimension">How many numbers a row has.</param>
    /// <param name="dimensions">The lengths d_k.</param>
    /// <param name="dimensionWeights">The weights w_k; all 1 by default.</param>
    /// <param name="temperature">τ, positive.</param>
    public static MatryoshkaLoss<T> MatryoshkaInfoNce<T>(
        int dimension,
        IReadOnlyList<int> dimensions,
        IReadOnlyList<double>? dimensionWeights = null,
        double temperature = 0.07)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        new(dimension, dimensions, dimensionWeights, temperature)
        {
            Name = Made($"{dimension}{dimensions}{dimensionWeights}{temperature}"),
        };

    /// <summary>
    /// −½·cos(p₁, z₂) − ½·cos(p₂, z₁) of what is predicted from each of two views, p, and the projection of the other,
    /// z.
    /// </summary>
    /// <remarks>
    /// The projections are held constant, without which all rows would become the same. lightly's criterion is one half
    /// of it, <see cref="NegativeCosine"/>. Source: Chen and He, "Exploring Simple Siamese Representation Learning",
    /// CVPR 2021.
    /// </remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="dimension">How many numbers a row has.</param>
    public static SimSiamLoss<T> SimSiam<T>(int dimension)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        new(NegativeCosine<T>(dimension)) { Name = Made($"{dimension}") };

    /// <summary>
    /// log(1 + Σ e^(s(c_i − c_j))) over all pairs of pairs whose targets are t_i &lt; t_j, c their cosines: what is to
    /// be more similar is to have the larger cosine.
    /// </summary>
    /// <remarks>
    /// Only the order of <see cref="Pairs{T}.Targets"/> counts; equal ones are not compared. Sentence Transformers'
    /// <c>CoSENTLoss</c>. Source: Su, "CoSENT", 2022.
    /// </remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="dimension">How many numbers a row has.</param>
    /// <param name="scale">s, positive and finite.</param>
    public static CoSentLoss<T> CoSent<T>(int dimension, double scale = 20)
        where T : unmanaged, IFloatingPointIeee754<T> => new(dimension, scale) { Name = Made($"{dimension}{scale}") };

    /// <summary>
    /// Σ_i (1 − C_ii)² + λ·Σ C_ij², i ≠ j, of the correlations C of the features of two views: the same features are to
    /// agree, different ones to say different things.
    /// </summary>
    /// <remarks>
    /// Features are standardised over the batch with its biased variance plus ε; one that does not vary correlates with
    /// nothing. As lightly and the authors; MONAI divides by n − 1, so that equal views do not give 0, and solo-learn
    /// multiplies by 0.025. Source: Zbontar et al., "Barlow Twins: Self-Supervised Learning via Redundancy Reduction",
    /// ICML 2021.
    /// </remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="dimension">How many features there are.</param>
    /// <param name="lambda">λ, finite and not negative.</param>
    /// <param name="epsilon">ε, finite and not negative.</param>
    public static CorrelationLoss<T> BarlowTwins<T>(int dimension, double lambda = 0.005, double epsilon = 1e-5)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        FromCorrelationFormula<T, BarlowTwins>(new(lambda), dimension, epsilon)
            .Named(Made($"{dimension}{lambda}{epsilon}"));

    /// <summary>
    /// A loss of two views from a formula of your own on the correlation of each feature of one with each of the other,
    /// added up over all: its target is 1 for a feature with itself, else 0.
    /// </summary>
    /// <remarks>Features are standardised over the batch with its biased variance plus ε.</remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <typeparam name="TFormula">A <c>readonly struct</c>.</typeparam>
    /// <param name="formula">The formula with its parameters.</param>
    /// <param name="dimension">How many features there are.</param>
    /// <param name="epsilon">ε, finite and not negative.</param>
    public static CorrelationLoss<T> FromCorrelationFormula<T, TFormula>(
        TFormula formula, int dimension, double epsilon = 1e-5)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TFormula : struct, IPointwiseFormula => new(
            SumsOf<T, TFormula>(formula),
            dimension,
            Parameter.NotNegative(epsilon).In<T>(nameof(epsilon)).Value)
        { Name = Made($"{formula}{dimension}{epsilon}") };

    /// <summary>
    /// i·mean (x − y)² of two views x and y of n items, plus v/2·mean max(0, 1 − √(Var + ε)) of the features of each,
    /// plus c/d·Σ Cov² of each pair of its d features.
    /// </summary>
    /// <remarks>
    /// Views are to agree, features to vary, and to say different things. Variances and covariances divide by n − 1, so
    /// that at least two items are needed: the loss of one is NaN. As lightly and PyTorch Metric Learning; solo-learn
    /// has no ½. Source: Bardes, Ponce and LeCun, "VICReg: Variance-Invariance-Covariance Regularization", ICLR 2022.
    /// </remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="dimension">d, how many features there are.</param>
    /// <param name="invariance">i, finite and not negative.</param>
    /// <param name="variance">v, finite and not negative.</param>
    /// <param name="covariance">c, finite and not negative.</param>
    /// <param name="epsilon">ε, finite and not negative.</param>
    public static CorrelationLoss<T> VicReg<T>(
        int dimension, double invariance = 25, double variance = 25, double covariance = 1, double epsilon = 1e-4)
        where T : unmanaged, IFloatingPointIeee754<T> => new(
            SumsOf<T, VicRegMoments>(new(
                Parameter.NotNegative(variance).Value / EmbeddingChecks.Dimension(dimension),
                Parameter.NotNegative(covariance).Value / dimension,
                epsilon)),
            dimension,
            epsilon: null,
            Parameter.NotNegative(invariance).In<T>(nameof(invariance)).Value)
        { Name = Made($"{dimension}{invariance}{variance}{covariance}{epsilon}") };

    /// <summary>
    /// log Σ_j e^(s·q_i·k_j) − s·q_i·k_i of each query q_i with its own key and all others: InfoNCE with a learnt
    /// scale, further keys, and keys that are known to be no negatives.
    /// </summary>
    /// <remarks>
    /// Gradients of the scale and of mined negatives too. Where several devices share their keys, key <paramref
    /// name="offset"/> + i is that of query i. With <see cref="Retrieval{T}.Labels"/>, duplicates in a batch are no
    /// negatives of each other. The scale is 1 where it is left out. Sources: van den Oord, Li and Vinyals,
    /// "Representation Learning with Contrastive Predictive Coding", 2018; Cheng et al., "Breaking the Memory Barrier"
    /// (Inf-CL), 2024.
    /// </remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="dimension">How many numbers a row has.</param>
    /// <param name="normalize">Whether products are cosines; the gradient goes through the norms.</param>
    /// <param name="symmetric">Whether it is the mean of that and of the same from each key to all queries.</param>
    /// <param name="offset">How far the key of a query is from the query's own place.</param>
    public static RetrievalLoss<T> InBatchInfoNce<T>(
        int dimension, bool normalize = true, bool symmetric = false, int offset = 0)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (offset < 0 || (symmetric && offset > 0))
        {
            throw new ArgumentOutOfRangeException(
                nameof(offset), offset, "Expected 0 or, if the loss is not symmetric, a positive number of rows.");
        }

        return new(dimension)
        {
            Normalizes = normalize,
            IsSymmetric = symmetric,
            Offset = offset,
            Name = Made($"{dimension}{normalize}{symmetric}{offset}"),
        };
    }

    /// <summary>
    /// ½(log Σ_j e^(x_ij) + log Σ_j e^(x_ji)) − x_ii of the products x_ij = s·q_i·k_j of texts and images, or of any
    /// two views of the same items: both have to find each other.
    /// </summary>
    /// <remarks>
    /// The scale s is learnt as a rule, as the exponential of a parameter that is kept below log 100, which is the
    /// caller's business; it is 1 where it is left out. Source: Radford et al., "Learning Transferable Visual Models
    /// From Natural Language Supervision" (CLIP), ICML 2021.
    /// </remarks>
    /// <inheritdoc cref="InBatchInfoNce"/>
    public static RetrievalLoss<T> Clip<T>(int dimension, bool normalize = true)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        new(dimension) { Normalizes = normalize, IsSymmetric = true, Name = Made($"{dimension}{normalize}") };

    /// <summary>
    /// log(1 + e^(−x_ii)) + Σ log(1 + e^(x_ij)), j ≠ i, of each query i, with x_ij = s·c_ij + b of its cosines with all
    /// keys: the sigmoid loss of language–image pairs.
    /// </summary>
    /// <remarks>
    /// Every pair is a binary decision by itself. The scale s and the bias b are learnt, from 10 and −10 on as a rule;
    /// they are 1 and 0 where they are left out. The mean divides by the queries, not by the pairs. Source: Zhai et
    /// al., "Sigmoid Loss for Language Image Pre-Training", ICCV 2023.
    /// </remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="dimension">How many numbers a row has.</param>
    public static RetrievalLoss<T> SigLip<T>(int dimension) where T : unmanaged, IFloatingPointIeee754<T> =>
        new(dimension)
        {
            Kernel = SumsOf<T, BinaryCrossEntropyLogits>(new()),
            TakesBias = true,
            Name = Made($"{dimension}"),
        };

    /// <summary>
    /// −log softmax of s times the cosines of each query with its candidates, at its own key: the candidates are the
    /// keys, and mined negatives if there are any.
    /// </summary>
    /// <remarks>
    /// Sentence Transformers' <c>MultipleNegativesRankingLoss</c>. Source: Henderson et al., "Efficient Natural
    /// Language Response Suggestion for Smart Reply", 2017.
    /// </remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="dimension">How many numbers a row has.</param>
    /// <param name="scale">s, where the batch has no scale of its own.</param>
    /// <param name="inBatch">Whether the keys of other queries are candidates.</param>
    /// <param name="allNegatives">Whether the negatives of other queries are.</param>
    public static RetrievalLoss<T> MultipleNegativesRanking<T>(
        int dimension, double scale = 20, bool inBatch = true, bool allNegatives = true)
        where T : unmanaged, IFloatingPointIeee754<T> => new(dimension, scale)
        {
            HidesOtherMatches = !inBatch,
            HidesOtherFurther = !allNegatives,
            Name = Made($"{dimension}{scale}{inBatch}{allNegatives}"),
        };

    /// <summary>
    /// −log softmax_j(a_i·p_j) of each anchor a_i, in the mean over the positives p_j of its label, plus
    /// r/4·(‖a_i‖² + ‖p_i‖²): the N-pair loss.
    /// </summary>
    /// <remarks>
    /// Rows are not normalised, which the penalty makes up for. Anchors are <see cref="Retrieval{T}.Queries"/>,
    /// positives the keys, and labels those of both. TensorFlow Addons has the same factor ¼. Source: Sohn, "Improved
    /// Deep Metric Learning with Multi-class N-pair Loss Objective", NeurIPS 2016.
    /// </remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="dimension">How many numbers a row has.</param>
    /// <param name="l2">r, finite and not negative.</param>
    public static RetrievalLoss<T> NPairs<T>(int dimension, double l2 = 0)
        where T : unmanaged, IFloatingPointIeee754<T> => new(dimension)
        {
            Normalizes = false,
            Kernel = new BlockKernel<T, PartnersProgram<No>>(default),
            NeedsLabels = true,
            Penalty = Parameter.NotNegative(l2).In<T>(nameof(l2)).Value,
            Name = Made($"{dimension}{l2}"),
        };

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
    /// log(1 + e^(D(a, p) − D(a, n))) of every anchor a of a labelled batch, with its farthest positive p and its
    /// nearest negative n.
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

    /// <inheritdoc cref="Formulas.MarginBased"/>
    /// <remarks>
    /// Of all pairs of a labelled batch, from both of their ends; β is that of the first row's label, or one for all
    /// (<see cref="Labelled{T}.Boundaries"/>). Only pairs with a loss above 0 count. Without the paper's sampling and
    /// regulariser. Source: Wu et al., "Sampling Matters in Deep Embedding Learning", ICCV 2017.
    /// </remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="dimension">How many numbers a row has.</param>
    /// <param name="margin">α, in units of distance.</param>
    public static MinedLoss<T> MarginBased<T>(int dimension, double margin = 0.2)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        new(
            new AllPairs<T>(PointwiseKernel<T>.For<MarginBased>(new(margin)), activeOnly: true, hasBoundaries: true),
            dimension)
        { Name = Made($"{dimension}{margin}") };

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
                PointwiseKernel<T>.For<SnrContrastive>(new(positiveMargin, negativeMargin)), isRelative: true),
            dimension)
        { Name = Made($"{dimension}{positiveMargin}{negativeMargin}") };

    /// <summary>
    /// ½·max(0, D(i, j) + log Σ e^(m − D))² of each pair i, j of one label: the sum is over all distances of either of
    /// both to rows of other labels.
    /// </summary>
    /// <remarks>
    /// Each pair has one loss, and the weight of its first row; without rows of other labels it is 0. Rows are not
    /// normalised, as PyTorch Metric Learning does by default. Gradient 0 of distances of 0, and where the hinge's
    /// argument is. Source: Song et al., "Deep Metric Learning via Lifted Structured Feature Embedding", CVPR 2016.
    /// </remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="dimension">How many numbers a row has.</param>
    /// <param name="margin">m, finite, in units of distance.</param>
    public static MinedLoss<T> LiftedStructure<T>(int dimension, double margin = 1)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        new(new LiftedMining<T>(Parameter.Finite(margin).In<T>(nameof(margin)).Value), dimension)
        {
            Name = Made($"{dimension}{margin}"),
        };

    /// <summary>
    /// log(1 + Σ_n e^(s(cos θ_in − cos(θ_ij − β)))) of each ordered pair i, j of one label, θ the angles of its first
    /// row to its second and to all rows n of other labels.
    /// </summary>
    /// <remarks>
    /// The gradient of an angle of 0 is 0. PyTorch Metric Learning has β in degrees. Source: Yu and Tao, "Deep Metric
    /// Learning with Tuplet Margin Loss", ICCV 2019.
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
    /// Rows are normalised. PyTorch Metric Learning does not normalise the negatives. Source: Wang et al., "Deep Metric
    /// Learning with Angular Loss", ICCV 2017.
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

    private static PointwiseKernel<T> OnDifference<T, TFormula>(TFormula formula)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TFormula : struct, IMarginFormula => PointwiseKernel<T>.For(new OfDifference<TFormula>(formula));
}
