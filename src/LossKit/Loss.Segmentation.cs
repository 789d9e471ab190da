namespace LossKit;

// Losses of segmentations that are not of each class by itself; those that are: GroupedLoss.OfClasses.
public static partial class Loss
{
    /// <summary>
    /// 1 − (2Σ_c w_c Σpt + a)/(Σ_c w_c(Σp + Σt) + b): the Dice of all classes together, each with a weight by its
    /// number of pixels Σt, a constant when differentiating.
    /// </summary>
    /// <remarks>
    /// There is one loss an example, or one of the batch. An absent class has the largest of the other weights, as in
    /// MONAI; with 1/(Σt)² + ε, as optax has it, it would decide all. Source: Sudre et al.,
    /// "Generalised Dice Overlap as a Deep Learning Loss Function for Highly Unbalanced Segmentations", DLMIA 2017.
    /// </remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="classes">How many classes predictions have.</param>
    /// <param name="weighting">What a class counts.</param>
    /// <param name="smoothNumerator">a, finite and at least 0.</param>
    /// <param name="smoothDenominator">b, positive and finite.</param>
    /// <param name="activation">What makes probabilities of predictions.</param>
    /// <param name="perBatch">Whether there is one loss of the whole batch, instead of one of each example.</param>
    /// <param name="ignoreIndex">The label of pixels that have no part.</param>
    public static SegmentationLoss<T> GeneralizedDice<T>(
        int classes,
        RegionWeighting weighting = RegionWeighting.Square,
        double smoothNumerator = 1e-5,
        double smoothDenominator = 1e-5,
        ClassActivation activation = ClassActivation.Softmax,
        bool perBatch = false,
        int ignoreIndex = -100)
        where T : unmanaged, IFloatingPointIeee754<T> => Enum.IsDefined(weighting)
            ? new(
                OfSides<T, RegionColumns, WeighedDice>(
                    new(classes, weighting), new(smoothNumerator, smoothDenominator)),
                classes,
                activation,
                perBatch,
                ignoreIndex: ignoreIndex)
            {
                Traits = new() { Of = RegionTraits.Scope.Joint },
                Name = Made(
                    $"{classes}{weighting}{smoothNumerator}{smoothDenominator}{activation}{perBatch}{ignoreIndex}"),
            }
            : throw new ArgumentOutOfRangeException(
                nameof(weighting), weighting, "Expected Square, Simple or Uniform.");

    /// <summary>
    /// Σ_k max(0, e_k)·(Δ_k − Δ_{k−1}) over the pixels of an image in falling order of their errors e, 1 − x of the
    /// foreground and 1 + x of the rest, Δ_k = k/|foreground ∪ first k|: Lovász' extension of the Jaccard index.
    /// </summary>
    /// <remarks>
    /// Predictions are scores of one class, labels 1 and 0. Equal errors keep the order of the inputs; at an error of 0
    /// the gradient is 0. The authors' code. Source: Berman, Rannen Triki and Blaschko, "The Lovász-Softmax Loss", CVPR
    /// 2018.
    /// </remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="perImage">Whether there is one loss an image, instead of one of the batch.</param>
    /// <param name="ignoreIndex">The label of pixels that have no part.</param>
    public static SegmentationLoss<T> LovaszHinge<T>(bool perImage = true, int ignoreIndex = -100)
        where T : unmanaged, IFloatingPointIeee754<T> => new(
            OfSides<T, LovaszColumns, WeighedErrors<HingeError>>(new(ofMargins: true), default),
            classes: 1,
            ClassActivation.None,
            perBatch: !perImage,
            ignoreIndex: ignoreIndex)
        {
            Traits = new() { IsOfScores = true },
            Name = Made($"{perImage}{ignoreIndex}"),
        };

    /// <summary>
    /// The mean over classes of Lovász' extension of the Jaccard index, as <see cref="LovaszHinge"/> has it, of the
    /// errors |t − p| of the class' probabilities.
    /// </summary>
    /// <remarks>
    /// A class without a pixel, if it counts, has its largest error as its loss. An image whose pixels are all ignored
    /// has a loss of 0, and counts. The authors' code. Source: Berman, Rannen Triki and Blaschko, "The Lovász-Softmax
    /// Loss", CVPR 2018.
    /// </remarks>
    /// <inheritdoc cref="LovaszHinge"/>
    /// <param name="classes">How many classes predictions have.</param>
    /// <param name="activation">What makes probabilities of predictions.</param>
    /// <param name="perImage">Whether there is one loss an image, instead of one of the batch.</param>
    /// <param name="onlyPresent">Whether only classes with a pixel count.</param>
    /// <param name="ignoreIndex">The label of pixels that have no part.</param>
    public static SegmentationLoss<T> LovaszSoftmax<T>(
        int classes,
        ClassActivation activation = ClassActivation.Softmax,
        bool perImage = true,
        bool onlyPresent = true,
        int ignoreIndex = -100)
        where T : unmanaged, IFloatingPointIeee754<T> => new(
            OfSides<T, LovaszColumns, WeighedErrors<AbsoluteProbabilityError>>(new(ofMargins: false), default),
            classes,
            activation,
            perBatch: !perImage,
            ignoreIndex: ignoreIndex)
        {
            Traits = new()
            {
                Of = onlyPresent ? RegionTraits.Scope.MeanOfPresent : RegionTraits.Scope.MeanOfAll,
            },
            Name = Made($"{classes}{activation}{perImage}{onlyPresent}{ignoreIndex}"),
        };

    /// <summary>
    /// Two weights times the mean of <see cref="SoftDice"/> over all classes of all examples, and the mean
    /// cross-entropy over all pixels: both of one softmax of the logits.
    /// </summary>
    /// <remarks>
    /// One loss of the batch. MONAI's DiceCELoss. A batch whose pixels are all ignored has no cross-entropy. Source:
    /// Isensee et al., "nnU-Net: A Self-configuring Method for Deep Learning-based Biomedical Image Segmentation",
    /// Nature Methods 18, 2021.
    /// </remarks>
    /// <inheritdoc cref="GeneralizedDice"/>
    /// <param name="classes">How many classes predictions have.</param>
    /// <param name="diceWeight">What Dice counts, finite and at least 0.</param>
    /// <param name="crossEntropyWeight">What the cross-entropy counts, finite and at least 0.</param>
    /// <param name="squared">Whether probabilities and targets are squared in the denominator.</param>
    /// <param name="smoothNumerator">a, finite and at least 0.</param>
    /// <param name="smoothDenominator">b, positive and finite.</param>
    /// <param name="ignoreIndex">The label of pixels that have no part.</param>
    public static SegmentationLoss<T> DiceCrossEntropy<T>(
        int classes,
        double diceWeight = 1,
        double crossEntropyWeight = 1,
        bool squared = false,
        double smoothNumerator = 1e-5,
        double smoothDenominator = 1e-5,
        int ignoreIndex = -100)
        where T : unmanaged, IFloatingPointIeee754<T> => new(
            OfRegions<T, SoftDice<OfProbabilities>>(
                new(smoothNumerator, smoothDenominator, squared), AbsentTargets.Count),
            classes,
            ClassActivation.Softmax,
            ignoreIndex: ignoreIndex)
        {
            Traits = new()
            {
                Of = RegionTraits.Scope.Batch,
                RegionWeight = Parameter.NotNegative(diceWeight).Value,
                CrossEntropyWeight = Parameter.NotNegative(crossEntropyWeight).Value,
            },
            Name = Made(
                $"{classes}{diceWeight}{crossEntropyWeight}{squared}{smoothNumerator}{smoothDenominator}{ignoreIndex}"),
        };

    /// <summary>
    /// The mean of p·φ over the pixels of a class, φ being the signed distance from the true boundary, negative inside:
    /// given in place of the targets.
    /// </summary>
    /// <remarks>Source: Kervadec et al., "Boundary Loss for Highly Unbalanced Segmentation", MIDL 2019.</remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="classes">How many classes predictions have.</param>
    /// <param name="activation">What makes probabilities of predictions.</param>
    public static SegmentationLoss<T> Boundary<T>(
        int classes, ClassActivation activation = ClassActivation.Softmax)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        new(OfSides<T, AsGiven, WeighedErrors<DistanceError>>(default, default), classes, activation)
        {
            Traits = new() { Sides = RegionTraits.Side.Share },
            Name = Made($"{classes}{activation}"),
        };

    /// <summary>
    /// The mean of (p − t)²·(d_p^α + d_t^α) over the pixels of a class, d being the distances from the predicted and
    /// from the true boundary: constants when differentiating.
    /// </summary>
    /// <remarks>
    /// MONAI's HausdorffDTLoss, given the distances. Source: Karimi and Salcudean, "Reducing the Hausdorff Distance in
    /// Medical Image Segmentation with Convolutional Neural Networks", IEEE TMI 39, 2020.
    /// </remarks>
    /// <inheritdoc cref="Boundary"/>
    /// <param name="classes">How many classes predictions have.</param>
    /// <param name="alpha">α, positive and finite.</param>
    /// <param name="activation">What makes probabilities of predictions.</param>
    public static SegmentationLoss<T> HausdorffDt<T>(
        int classes, double alpha = 2, ClassActivation activation = ClassActivation.Softmax)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        new(OfSides<T, AsGiven, WeighedErrors<SquaredProbabilityError>>(default, default), classes, activation)
        {
            Traits = new() { Sides = RegionTraits.Side.Distances, Alpha = Parameter.Positive(alpha).Value },
            Name = Made($"{classes}{alpha}{activation}"),
        };
}
