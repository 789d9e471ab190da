namespace LossKit;

// Losses of two views of the same items, of queries with their keys.
public static partial class Loss
{
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
    /// <param name="temperature">
    /// τ, positive; small ones make hard negatives count more. Where it is learnt, its inverse is an input, the batch's
    /// <c>Scale</c>.
    /// </param>
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
        if (symmetric && offset > 0)
        {
            throw new ArgumentOutOfRangeException(nameof(offset), offset, "Expected 0, for the loss is symmetric.");
        }

        return new(dimension, offset: offset)
        {
            Normalizes = normalize,
            IsSymmetric = symmetric,
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
    /// <param name="offset">How far the key of a query is from the query's own place.</param>
    public static RetrievalLoss<T> SigLip<T>(int dimension, int offset = 0)
        where T : unmanaged, IFloatingPointIeee754<T> => new(dimension, offset: offset)
        {
            Kernel = SumsOf<T, BinaryCrossEntropyLogits>(new()),
            TakesBias = true,
            Name = Made($"{dimension}{offset}"),
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
    /// <param name="offset">How far the key of a query is from the query's own place.</param>
    public static RetrievalLoss<T> MultipleNegativesRanking<T>(
        int dimension, double scale = 20, bool inBatch = true, bool allNegatives = true, int offset = 0)
        where T : unmanaged, IFloatingPointIeee754<T> => new(dimension, scale, offset)
        {
            HidesOtherMatches = !inBatch,
            HidesOtherFurther = !allNegatives,
            Name = Made($"{dimension}{scale}{inBatch}{allNegatives}{offset}"),
        };

    /// <summary>
    /// −log softmax_j(a_i·p_j) of each anchor a_i, in the mean over the positives p_j of its label, plus
    /// r/4·(‖a_i‖² + ‖p_i‖²): the N-pair loss.
    /// </summary>
    /// <remarks>
    /// Rows are not normalised, which the penalty makes up for. Anchors are <see cref="Retrieval{T}.Queries"/>,
    /// positives the keys, and labels those of the keys and so of their anchors. TensorFlow Addons has the same factor
    /// ¼. Source: Sohn, "Improved Deep Metric Learning with Multi-class N-pair Loss Objective", NeurIPS 2016.
    /// </remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="dimension">How many numbers a row has.</param>
    /// <param name="l2">r, finite and not negative.</param>
    /// <param name="offset">How far the key of a query is from the query's own place.</param>
    public static RetrievalLoss<T> NPairs<T>(int dimension, double l2 = 0, int offset = 0)
        where T : unmanaged, IFloatingPointIeee754<T> => new(dimension, offset: offset)
        {
            Normalizes = false,
            Kernel = new BlockKernel<T, PartnersProgram<No>>(default),
            NeedsLabels = true,
            Penalty = Parameter.NotNegative(l2).In<T>(nameof(l2)).Value,
            Name = Made($"{dimension}{l2}{offset}"),
        };
}
