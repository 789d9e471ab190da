namespace LossKit;

// Losses with the linear layer before them.
public static partial class Loss
{
    /// <summary>
    /// −log softmax(x)_y of the label y, plus λ·(log Σ eˣ)², of the logits x = h·Wᵀ + b of a linear layer: the head of
    /// a language model, or of a classifier of very many classes, without the matrix of logits in memory.
    /// </summary>
    /// <remarks>
    /// <para>
    /// With class weights and label smoothing as <see cref="SoftmaxCrossEntropy"/>. Gradients of the hidden states h,
    /// the weight W (the classes' prototypes) and the bias b, each only if it is asked for. With a soft cap the logits
    /// are c·tanh(x/c) first. The z-loss keeps log Σ eˣ near 0; it counts by the rows' weights, not by those of the
    /// classes, and <see cref="LinearLoss{T}"/> reports its part.
    /// </para>
    /// <para>
    /// The mean divides as in <see cref="SoftmaxCrossEntropy"/>; Liger divides the z-loss by the rows even where class
    /// weights divide the rest. Sources: Wijmans et al., "Cut Your Losses in Large-Vocabulary Language Models", ICLR
    /// 2025; Chowdhery et al., "PaLM", 2022 (z-loss); Gemma Team, "Gemma 2", 2024 (soft cap).
    /// </para>
    /// </remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="classes">C, the rows of W.</param>
    /// <param name="dimension">The columns of h and of W.</param>
    /// <param name="classWeights">One a class, finite and not negative; all 1 by default.</param>
    /// <param name="labelSmoothing">s in [0, 1], what is taken from the label and spread over all classes.</param>
    /// <param name="ignoreIndex">Rows with this label count nowhere.</param>
    /// <param name="zLoss">λ, finite and not negative; usual is 1e-4.</param>
    /// <param name="softCap">c, positive; usual are 30 and 50. None by default.</param>
    public static LinearLoss<T> LinearCrossEntropy<T>(
        int classes,
        int dimension,
        IReadOnlyList<double>? classWeights = null,
        double labelSmoothing = 0,
        int ignoreIndex = UsualIgnoreIndex,
        double zLoss = 0,
        double? softCap = null)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        SoftmaxCrossEntropy<T>(classes, classWeights, labelSmoothing, ignoreIndex).OfLinear(dimension, zLoss, softCap)
            .Named(Made($"{classes}{dimension}{classWeights}{labelSmoothing}{ignoreIndex}{zLoss}{softCap}"));

    /// <summary>
    /// −log p_y of the label y among very many classes: p is the head's softmax at a frequent class; at one of tail i
    /// it is the head's at the tail times softmax((h·Pᵢᵀ)·Wᵢᵀ) of the tail's own classes.
    /// </summary>
    /// <remarks>
    /// <para>
    /// PyTorch's <c>AdaptiveLogSoftmaxWithLoss</c>, with any head bias (<see cref="AdaptiveLinear{T}.HeadBias"/>),
    /// but for labels to be ignored and weights of rows, which it lacks. Frequent classes come first. Tail i has the
    /// classes from cutoffs[i] on, and ⌊dimension/dᶦ⁺¹⌋ numbers a row. Gradients of the hidden states h, the head,
    /// its bias, the projections P and the tails' prototypes W, each only if it is asked for.
    /// </para>
    /// <para>
    /// Source: Grave et al., "Efficient Softmax Approximation for GPUs", ICML 2017.
    /// </para>
    /// </remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="classes">How many classes there are, the frequent ones first.</param>
    /// <param name="dimension">How many numbers hidden states have.</param>
    /// <param name="cutoffs">The first class of each tail: positive, increasing and less than the classes.</param>
    /// <param name="divValue">d, what the numbers of a row are divided by from tail to tail; at least 1.</param>
    /// <param name="ignoreIndex">Rows with this label count nowhere.</param>
    public static AdaptiveSoftmaxLoss<T> AdaptiveSoftmax<T>(
        int classes,
        int dimension,
        IReadOnlyList<int> cutoffs,
        double divValue = 4,
        int ignoreIndex = UsualIgnoreIndex)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        new(classes, dimension, cutoffs, divValue, ignoreIndex)
        {
            Name = Made($"{classes}{dimension}{cutoffs}{divValue}{ignoreIndex}"),
        };

    /// <summary>
    /// −log softmax of s·cos θ over the angles θ between a row and the prototypes of all classes, at the label y, where
    /// cos(θ + m) takes the place of its cosine.
    /// </summary>
    /// <remarks>
    /// <para>
    /// Beyond θ = π − m, where cos(θ + m) would rise again, it is cos θ − m·sin m. With k sub-centres the cosine of a
    /// class is the largest of those of its k prototypes, which lie one after the other. Gradients of rows and
    /// prototypes go through their norms; <see cref="RowLosses.OfAngles"/> makes the same of other formulas and other
    /// losses of rows.
    /// </para>
    /// <para>
    /// Where a row points along its prototype, the gradient of the angle is 0; PyTorch Metric Learning has NaN there,
    /// and its margin in degrees. Sources: Deng et al., "ArcFace: Additive Angular Margin Loss for Deep Face
    /// Recognition", CVPR 2019; Deng et al., "Sub-center ArcFace", ECCV 2020.
    /// </para>
    /// </remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="classes">C, how many classes there are.</param>
    /// <param name="dimension">How many numbers rows and prototypes have.</param>
    /// <param name="margin">m, in radians; finite.</param>
    /// <param name="scale">s, positive and finite.</param>
    /// <param name="subCenters">k, how many prototypes a class has.</param>
    /// <param name="classMargins">The margin of each class, in place of one for all.</param>
    /// <param name="ignoreIndex">Rows with this label count nowhere.</param>
    public static LinearLoss<T> ArcFace<T>(
        int classes,
        int dimension,
        double margin = 0.5,
        double scale = 64,
        int subCenters = 1,
        IReadOnlyList<double>? classMargins = null,
        int ignoreIndex = UsualIgnoreIndex)
        where T : unmanaged, IFloatingPointIeee754<T> => SoftmaxCrossEntropy<T>(classes, ignoreIndex: ignoreIndex)
            .OfAngles(default(ArcFace), dimension, margin, scale, subCenters, classMargins: classMargins)
            .Named(Made($"{classes}{dimension}{margin}{scale}{subCenters}{classMargins}{ignoreIndex}"));

    /// <summary>
    /// −log softmax of s·cos θ over the angles θ between a row and the prototypes of all classes, at the label y, where
    /// cos θ − m takes the place of its cosine.
    /// </summary>
    /// <remarks>
    /// Source: Wang et al., "CosFace: Large Margin Cosine Loss for Deep Face Recognition", CVPR 2018.
    /// </remarks>
    /// <inheritdoc cref="ArcFace"/>
    /// <param name="classes">C, how many classes there are.</param>
    /// <param name="dimension">How many numbers rows and prototypes have.</param>
    /// <param name="margin">m, in units of cosines; finite.</param>
    /// <param name="scale">s, positive and finite.</param>
    /// <param name="subCenters">k, how many prototypes a class has.</param>
    /// <param name="classMargins">The margin of each class, in place of one for all.</param>
    /// <param name="ignoreIndex">Rows with this label count nowhere.</param>
    public static LinearLoss<T> CosFace<T>(
        int classes,
        int dimension,
        double margin = 0.35,
        double scale = 64,
        int subCenters = 1,
        IReadOnlyList<double>? classMargins = null,
        int ignoreIndex = UsualIgnoreIndex)
        where T : unmanaged, IFloatingPointIeee754<T> => SoftmaxCrossEntropy<T>(classes, ignoreIndex: ignoreIndex)
            .OfAngles(default(CosFace), dimension, margin, scale, subCenters, classMargins: classMargins)
            .Named(Made($"{classes}{dimension}{margin}{scale}{subCenters}{classMargins}{ignoreIndex}"));

    /// <summary>
    /// −log softmax of s·cos θ over the angles θ between a row and the prototypes of all classes, at the label y, where
    /// (−1)ᵏ·cos mθ − 2k, k = ⌊mθ/π⌋, takes the place of its cosine.
    /// </summary>
    /// <remarks>
    /// k is constant when differentiating. With the norm of features, as in the paper and in PyTorch Metric Learning,
    /// all logits are multiplied with that of the row. Source: Liu et al., "SphereFace: Deep Hypersphere Embedding for
    /// Face Recognition", CVPR 2017.
    /// </remarks>
    /// <inheritdoc cref="ArcFace"/>
    /// <param name="classes">C, how many classes there are.</param>
    /// <param name="dimension">How many numbers rows and prototypes have.</param>
    /// <param name="margin">m, from 1 to 100.</param>
    /// <param name="scale">s, positive and finite.</param>
    /// <param name="subCenters">k, how many prototypes a class has.</param>
    /// <param name="featureNorm">Whether logits are multiplied with the norm of the row.</param>
    /// <param name="ignoreIndex">Rows with this label count nowhere.</param>
    public static LinearLoss<T> SphereFace<T>(
        int classes,
        int dimension,
        int margin = 4,
        double scale = 30,
        int subCenters = 1,
        bool featureNorm = false,
        int ignoreIndex = UsualIgnoreIndex)
        where T : unmanaged, IFloatingPointIeee754<T> => SoftmaxCrossEntropy<T>(classes, ignoreIndex: ignoreIndex)
            .OfAngles(new SphereFace(margin), dimension, 0, scale, subCenters, featureNorm)
            .Named(Made($"{classes}{dimension}{margin}{scale}{subCenters}{featureNorm}{ignoreIndex}"));

    /// <inheritdoc cref="Formulas.ProxyNca"/>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="classes">How many classes and proxies there are.</param>
    /// <param name="dimension">How many numbers rows and proxies have.</param>
    /// <param name="scale">s, positive and finite.</param>
    /// <param name="excludePositive">Whether the sum leaves out the label's proxy.</param>
    /// <param name="ignoreIndex">Rows with this label count nowhere.</param>
    public static LinearLoss<T> ProxyNca<T>(
        int classes,
        int dimension,
        double scale = 1,
        bool excludePositive = false,
        int ignoreIndex = UsualIgnoreIndex)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        FromPrototypeFormula<T, ProxyNca, LogSumExpFold, LogSumExpFold>(
            new(scale, excludePositive), classes, dimension, ignoreIndex)
            .Named(Made($"{classes}{dimension}{scale}{excludePositive}{ignoreIndex}"));

    /// <summary>
    /// A loss of labelled rows from a formula of your own on two folds of the cosines between a row and the prototypes
    /// of all classes.
    /// </summary>
    /// <remarks>
    /// The targets of the formula are 1 for the prototype of the row's label and 0 for all others. Rows and prototypes
    /// are normalised, by at least 1e-12, and gradients go through that; there is no bias.
    /// </remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <typeparam name="TFormula">A <c>readonly struct</c>.</typeparam>
    /// <typeparam name="TFirst">How the first number is folded.</typeparam>
    /// <typeparam name="TSecond">How the second number is folded.</typeparam>
    /// <param name="formula">The formula with its parameters.</param>
    /// <param name="classes">How many classes and prototypes there are.</param>
    /// <param name="dimension">How many numbers rows and prototypes have.</param>
    /// <param name="ignoreIndex">Rows with this label count nowhere.</param>
    public static LinearLoss<T> FromPrototypeFormula<T, TFormula, TFirst, TSecond>(
        TFormula formula, int classes, int dimension, int ignoreIndex = UsualIgnoreIndex)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TFormula : struct, IGroupFormula<TFirst, TSecond>
        where TFirst : struct, IFold
        where TSecond : struct, IFold => new(
            new BlockKernel<
                T,
                FoldProgram<OfTwoFolds<TFormula, TFirst, TSecond>, TFirst, TSecond, NoFold, LabelOfEntry>>(
                    new(new(formula))),
            new(classes, ignoreIndex: ignoreIndex),
            dimension)
        {
            Name = Made($"{formula}{classes}{dimension}{ignoreIndex}"),
        };

    /// <summary>
    /// Σ_z log(1 + Σ e^(−α(s − δ)))/C₊ + Σ_z log(1 + Σ e^(α(s + δ)))/C over all C proxies z, the inner sums over the
    /// cosines s of z with the rows of its label and with all others; C₊ is the number of proxies that have a row.
    /// </summary>
    /// <remarks>
    /// One loss of a whole batch, with the gradients of rows and proxies. Source: Kim et al., "Proxy Anchor Loss for
    /// Deep Metric Learning", CVPR 2020.
    /// </remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="classes">C, how many classes and proxies there are.</param>
    /// <param name="dimension">How many numbers rows and proxies have.</param>
    /// <param name="margin">δ, finite.</param>
    /// <param name="alpha">α, positive and finite.</param>
    public static ProxyAnchorLoss<T> ProxyAnchor<T>(
        int classes, int dimension, double margin = 0.1, double alpha = 32)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ClassOptions<T> options = new(classes);
        return new(
            new BlockKernel<
                T,
                FoldProgram<
                    OfThreeFolds<ProxyAnchor, LogSumExpFold, LogSumExpFold, LargestFold>,
                    LogSumExpFold,
                    LogSumExpFold,
                    LargestFold,
                    LabelOfEntry>>(new(new(new(margin, alpha)))),
            new(new SoftmaxKernel<T, TrueClassProgram<CrossEntropy>>(default, options), options),
            dimension)
        {
            Name = Made($"{classes}{dimension}{margin}{alpha}"),
        };
    }
}
