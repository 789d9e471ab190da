namespace LossKit;

// Losses of whole images: those of windows, of neighbours, of frequencies and of features.
public static partial class Loss
{
    private const int MostScales = 32;

    private static readonly double[] s_scaleWeights = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333];

    /// <summary>
    /// 1 − the mean structural similarity (2μxμy + c₁)(2σxy + c₂)/((μx² + μy² + c₁)(σx² + σy² + c₂)) of two images over
    /// channels and all windows that lie wholly inside, with c₁ = (k₁R)², c₂ = (k₂R)².
    /// </summary>
    /// <remarks>
    /// Windows are Gaussian, their weights sum to 1, and variances are biased. The authors' code and pytorch-msssim;
    /// kornia pads by reflection and halves the loss, piq first shrinks images from 384 pixels on, scikit-image has
    /// equal weights (an infinite σ), 7 pixels and n − 1. What is alike keeps its digits: equal images have a loss of
    /// exactly 0. A window with a masked pixel does not count. Time is linear in the pixels and in the window's width.
    /// Source: Wang, Bovik, Sheikh and Simoncelli,
    /// "Image Quality Assessment: From Error Visibility to Structural Similarity", IEEE Transactions on Image
    /// Processing 13(4), 2004.
    /// </remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="dataRange">R, how far apart pixels can be: 1 or 255; positive and finite.</param>
    /// <param name="window">How many pixels a window has along each axis.</param>
    /// <param name="sigma">The standard deviation of its weights in pixels; infinity means equal ones.</param>
    /// <param name="k1">k₁, positive and finite.</param>
    /// <param name="k2">k₂, positive and finite.</param>
    /// <param name="nonNegative">Whether a channel's similarity below 0 counts as 0, with gradient 0.</param>
    public static SsimLoss<T> Ssim<T>(
        double dataRange,
        int window = 11,
        double sigma = 1.5,
        double k1 = 0.01,
        double k2 = 0.03,
        bool nonNegative = false)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        new(new(dataRange, window, sigma, k1, k2, exponents: [1], nonNegative))
        {
            Name = Made($"{dataRange}{window}{sigma}{k1}{k2}{nonNegative}"),
        };

    /// <summary>
    /// 1 − the mean over channels of Π_s max(0, S_s)^w_s over scales s, each of half the size before: S is the mean
    /// structural similarity at the last scale, and before it that of its second factor alone.
    /// </summary>
    /// <remarks>
    /// Images are halved by means of 2 × 2 pixels, of 2 × 2 × 2 in a volume; an odd last row or column is left out. A
    /// factor of 0 has gradient 0. pytorch-msssim pads an odd size. As for <see cref="Ssim"/>; a window must fit at
    /// every scale, so that the usual five want images of at least 176 pixels. Source: Wang, Simoncelli and Bovik,
    /// "Multiscale Structural Similarity for Image Quality Assessment", Asilomar 2003.
    /// </remarks>
    /// <inheritdoc cref="Ssim"/>
    /// <param name="dataRange">R, how far apart pixels can be: 1 or 255; positive and finite.</param>
    /// <param name="scaleWeights">w, one a scale, finite and not negative; the authors' five if there are none.</param>
    /// <param name="window">How many pixels a window has along each axis.</param>
    /// <param name="sigma">The standard deviation of its weights in pixels; infinity means equal ones.</param>
    /// <param name="k1">k₁, positive and finite.</param>
    /// <param name="k2">k₂, positive and finite.</param>
    public static ImageLoss<T> MsSsim<T>(
        double dataRange,
        IReadOnlyList<double>? scaleWeights = null,
        int window = 11,
        double sigma = 1.5,
        double k1 = 0.01,
        double k2 = 0.03)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        double[] weights = Parameter.Weights<T>(scaleWeights ?? s_scaleWeights, nameof(scaleWeights));
        return weights.Length is > 0 and <= MostScales
            ? new(new WindowKernel<T>(dataRange, window, sigma, k1, k2, weights, isClamped: true))
            {
                Name = Made($"{dataRange}{scaleWeights}{window}{sigma}{k1}{k2}"),
            }
            : throw new ArgumentException(
                $"'scaleWeights' has {weights.Length} entries: expected 1 to {MostScales}.", nameof(scaleWeights));
    }

    /// <summary>
    /// The sum of |∂|, of ∂² or of √(∂₁² + ∂₂²) over an image, ∂ being the differences between neighbours along an
    /// axis.
    /// </summary>
    /// <remarks>
    /// Of the predictions alone, and a sum, as kornia has it. Of √ only pixels with a next neighbour along each axis
    /// have a part; at differences of 0 the gradient is 0. What has a masked pixel in it is left out. Source: Rudin,
    /// Osher and Fatemi, "Nonlinear Total Variation Based Noise Removal Algorithms", Physica D 60, 1992.
    /// </remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="form">What is added up.</param>
    public static ImageLoss<T> TotalVariation<T>(VariationForm form = VariationForm.Anisotropic)
        where T : unmanaged, IFloatingPointIeee754<T> => new(form switch
        {
            VariationForm.Anisotropic =>
                new NeighbourKernel<T>(AbsoluteError<T>().Kernel, hasTargets: false, isMean: false),
            VariationForm.Squared =>
                new NeighbourKernel<T>(SquaredError<T>().Kernel, hasTargets: false, isMean: false),
            VariationForm.Isotropic => new NeighbourKernel<T>(
                new ExplicitTupleLoss<T, EuclideanNorm>(new(2)).Kernel,
                new ExplicitTupleLoss<T, EuclideanNorm>(new(3)).Kernel),
            _ => throw new ArgumentOutOfRangeException(
                nameof(form), form, "Expected Anisotropic, Isotropic or Squared."),
        })
        {
            Name = Made($"{form}"),
        };

    /// <summary>
    /// Σ over the axes of the mean of ||∂x| − |∂y||^power, ∂ being the differences between neighbours: how much edges
    /// differ.
    /// </summary>
    /// <remarks>
    /// |0| has gradient 0. A sum in the paper. Pairs with a masked pixel are left out. Source: Mathieu, Couprie and
    /// LeCun, "Deep Multi-Scale Video Prediction Beyond Mean Square Error", ICLR 2016.
    /// </remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="power">The power, finite and at least 1.</param>
    public static ImageLoss<T> GradientDifference<T>(double power = 1)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        new(new NeighbourKernel<T>(
            PointwiseKernel<T>.For(new SizeDifference(power)), hasTargets: true, isMean: true))
        {
            Name = Made($"{power}"),
        };

    /// <summary>
    /// 10·log₁₀(mean (x − y)²/R²) over the pixels of an image: the negative of its peak signal-to-noise ratio in
    /// decibels.
    /// </summary>
    /// <remarks>
    /// kornia, piq. Equal images have a loss of −∞ and gradient 0. Masked pixels are left out. Source: Huynh-Thu and
    /// Ghanbari, "Scope of Validity of PSNR in Image/Video Quality Assessment", Electronics Letters 44, 2008.
    /// </remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="dataRange">R, how far apart pixels can be: 1 or 255; positive and finite.</param>
    public static ImageLoss<T> NegativePsnr<T>(double dataRange)
        where T : unmanaged, IFloatingPointIeee754<T> => OfPsnr<T>(dataRange).Named(Made($"{dataRange}"));

    /// <summary>
    /// 10·log₁₀(R²/mean (x − y)²) over the pixels of an image, its peak signal-to-noise ratio in decibels: infinite for
    /// equal images.
    /// </summary>
    /// <inheritdoc cref="NegativePsnr"/>
    public static ImageMetric<T> Psnr<T>(double dataRange)
        where T : unmanaged, IFloatingPointIeee754<T> => new(OfPsnr<T>(dataRange)) { Name = Made($"{dataRange}") };

    /// <summary>
    /// The mean over channels and frequencies of w·|F|², F being the orthonormal Fourier transform of x − y and
    /// w = |F|^α/max |F|^α of the channel, a constant when differentiating.
    /// </summary>
    /// <remarks>
    /// Frequencies that are hard to reproduce count more. Sizes may be any, but those with large prime factors take
    /// longer. There is no mask, for a frequency has a part of every pixel: fill what is missing alike in both
    /// images. Source: Jiang, Dai, Wu and Loy, "Focal Frequency Loss for Image Reconstruction and Synthesis", ICCV
    /// 2021.
    /// </remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="alpha">α, finite and at least 0.</param>
    public static ImageLoss<T> FocalFrequency<T>(double alpha = 1)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        new(new FrequencyKernel<T>(alpha)) { Name = Made($"{alpha}") };

    /// <summary>
    /// Σ (G − G′)² of the Gram matrices G = XXᵀ/(C·P) of two images' features, C channels of P pixels; or the mean.
    /// </summary>
    /// <remarks>
    /// Of one layer. Masked pixels are left out, of P too. Source: Gatys, Ecker and Bethge,
    /// "Image Style Transfer Using Convolutional Neural Networks", CVPR 2016, up to a factor.
    /// </remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="average">Whether it is the mean over the C² entries.</param>
    public static ImageLoss<T> GramStyle<T>(bool average = true)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        new(new GramKernel<T>(average)) { Name = Made($"{average}") };

    /// <summary>
    /// Σ_l w_l·mean (x − y)² over the features of layers l; normalised, pixels are divided by their norm over channels
    /// + ε, and it is the sum over channels and the mean over pixels.
    /// </summary>
    /// <remarks>
    /// An image is the features of all layers, one after the other, each channels × pixels; which sizes its numbers
    /// are said to have does not matter, but for a mask: it is one a number of an image of one channel, and a pixel
    /// of a layer is left out of sum and mean if it is masked in any channel. A norm of 0 has gradient 0. Sources:
    /// Johnson, Alahi and Fei-Fei, "Perceptual Losses for Real-Time Style Transfer and Super-Resolution", ECCV 2016;
    /// Zhang et al., "The Unreasonable Effectiveness of Deep Features as a Perceptual Metric", CVPR 2018 (LPIPS, with
    /// one weight a layer).
    /// </remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="layerChannels">How many channels each layer has.</param>
    /// <param name="layerPixels">How many pixels each layer has.</param>
    /// <param name="layerWeights">w, finite and not negative; all 1 by default.</param>
    /// <param name="normalize">Whether pixels are divided by their norms.</param>
    /// <param name="epsilon">ε, positive and finite.</param>
    public static ImageLoss<T> FeatureDistance<T>(
        IReadOnlyList<int> layerChannels,
        IReadOnlyList<int> layerPixels,
        IReadOnlyList<double>? layerWeights = null,
        bool normalize = false,
        double epsilon = 1e-10)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        new(new FeatureKernel<T>(layerChannels, layerPixels, layerWeights, normalize, epsilon))
        {
            Name = Made($"{layerChannels}{layerPixels}{layerWeights}{normalize}{epsilon}"),
        };

    private static ImageLoss<T> OfPsnr<T>(double dataRange) where T : unmanaged, IFloatingPointIeee754<T> =>
        new(new GroupImageKernel<T>(OfGroups<T, NegativePsnr, LogSumExpFold, SumFold>(
            new(Parameter.Positive(dataRange).In<T>(nameof(dataRange)).Value), GroupPresence.OfEntries)));
}
