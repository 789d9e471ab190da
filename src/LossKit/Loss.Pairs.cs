namespace LossKit;

// Losses of pairs and triplets of embeddings, rows × dimension.
public static partial class Loss
{
    /// <summary>
    /// y·D² + (1 − y)·max(0, m − D)² of the distance D of two rows, Euclidean by default: similar ones (y = 1) are
    /// drawn together, others (y = 0) are pushed m apart.
    /// </summary>
    /// <remarks>
    /// No factor ½. Gradient 0 at D = 0 and, for dissimilar rows, at D = m. Source: Hadsell, Chopra and LeCun,
    /// "Dimensionality Reduction by Learning an Invariant Mapping", CVPR 2006.
    /// </remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="dimension">How many numbers a row has.</param>
    /// <param name="margin">m, positive, in units of distance.</param>
    /// <param name="distance">D.</param>
    public static PairLoss<T> Contrastive<T>(
        int dimension, double margin = 1, EmbeddingDistance distance = EmbeddingDistance.Euclidean)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        PairFromDistanceFormula<T, Contrastive>(new(margin), dimension, distance)
            .Named(Made($"{dimension}{margin}{distance}"));

    /// <summary>
    /// y·max(0, D − m₊) + (1 − y)·max(0, m₋ − D) of the distance D of two rows, Euclidean by default: similar ones (y =
    /// 1) are drawn to within m₊, others (y = 0) are pushed m₋ apart, both linearly.
    /// </summary>
    /// <remarks>
    /// Gradient 0 where a hinge's argument is 0, and of distances of 0. PyTorch Metric Learning's
    /// <c>ContrastiveLoss</c>, which normalises rows, and averages each kind of pair over its losses above 0. Source:
    /// Hadsell, Chopra and LeCun, "Dimensionality Reduction by Learning an Invariant Mapping", CVPR 2006, without the
    /// squares.
    /// </remarks>
    /// <inheritdoc cref="Contrastive"/>
    /// <param name="dimension">How many numbers a row has.</param>
    /// <param name="positiveMargin">m₊, finite, in units of distance.</param>
    /// <param name="negativeMargin">m₋, finite, in units of distance.</param>
    /// <param name="distance">D.</param>
    public static PairLoss<T> LinearContrastive<T>(
        int dimension,
        double positiveMargin = 0,
        double negativeMargin = 1,
        EmbeddingDistance distance = EmbeddingDistance.Euclidean)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        PairFromDistanceFormula<T, SnrContrastive>(new(positiveMargin, negativeMargin), dimension, distance)
            .Named(Made($"{dimension}{positiveMargin}{negativeMargin}{distance}"));

    /// <summary>
    /// A loss of pairs from a formula of your own on the distance of two rows, its prediction, and their label, its
    /// target: 1 if they are similar, 0 if not.
    /// </summary>
    /// <remarks>The gradient of a distance of 0 is 0.</remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <typeparam name="TFormula">A <c>readonly struct</c>.</typeparam>
    /// <param name="formula">The formula with its parameters.</param>
    /// <param name="dimension">How many numbers a row has.</param>
    /// <param name="distance">The distance.</param>
    public static PairLoss<T> PairFromDistanceFormula<T, TFormula>(
        TFormula formula, int dimension, EmbeddingDistance distance = EmbeddingDistance.Euclidean)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TFormula : struct, IPointwiseFormula =>
        new(GeometryOf<T>(distance, dimension), PointwiseKernel<T>.For(formula), PairTargets.Flags)
        {
            Name = Made($"{formula}{dimension}{distance}"),
        };

    private static RowGeometry<T> GeometryOf<T>(EmbeddingDistance distance, int dimension)
        where T : unmanaged, IFloatingPointIeee754<T> => distance switch
        {
            EmbeddingDistance.Euclidean => new DistanceGeometry<T>(dimension),
            EmbeddingDistance.SquaredEuclidean => new SquaredDistanceGeometry<T>(dimension),
            EmbeddingDistance.Manhattan => new AbsoluteGeometry<T>(dimension, isLargest: false),
            EmbeddingDistance.Chebyshev => new AbsoluteGeometry<T>(dimension, isLargest: true),
            EmbeddingDistance.Cosine => new CosineGeometry<T>(dimension, NormFloor.Least, isDistance: true),
            _ => throw new ArgumentOutOfRangeException(
                nameof(distance), distance, "Expected Euclidean, SquaredEuclidean, Manhattan, Chebyshev or Cosine."),
        };

    /// <summary>
    /// 1 − c of the cosine c of two rows that are to be alike (label +1), max(0, c − m) of two that are not (−1).
    /// </summary>
    /// <remarks>
    /// c = u·v / √((u·u + 1e-12)(v·v + 1e-12)), as in PyTorch's <c>cosine_embedding_loss</c>: finite for rows of zeros.
    /// The gradient is 0 at c = m. Source: the documentation of PyTorch's <c>CosineEmbeddingLoss</c>.
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
    /// of a norm below 1e-12 are divided by that instead. Source: Reimers and Gurevych, "Sentence-BERT: Sentence
    /// Embeddings using Siamese BERT-Networks", EMNLP 2019.
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
    /// PyTorch's <c>triplet_margin_with_distance_loss</c>. Gradient 0 where the hinge's argument is 0. Source:
    /// Weinberger and Saul, "Distance Metric Learning for Large Margin Nearest Neighbor Classification", JMLR 10, 2009.
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
            GeometryOf<T>(distance, dimension),
            swap)
        {
            Name = Made($"{formula}{dimension}{swap}{distance}"),
        };

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

    private static Kernel<T> OnDifference<T, TFormula>(TFormula formula)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TFormula : struct, IMarginFormula => PointwiseKernel<T>.For(new OfDifference<TFormula>(formula));
}
