namespace LossKit;

/// <summary>
/// Images of which every pixel has a number for each class. Pixels have any number of axes, flattened.
/// </summary>
/// <remarks>
/// Classes are before pixels, PyTorch's NCHW, unless <see cref="Layout"/> says that they come last, as in NHWC. Targets
/// and distances lie as predictions do, and so does the gradient.
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public readonly ref struct Segmentation<T> where T : unmanaged
{
    /// <summary>
    /// Examples × classes × pixels, or examples × pixels × classes, the last varying fastest: logits, or probabilities.
    /// </summary>
    public required ReadOnlySpan<T> Predictions { get; init; }

    /// <summary>In which order predictions, targets and distances lie: classes before pixels by default.</summary>
    public PixelLayout Layout { get; init; }

    /// <summary>
    /// What is true of each, from 0 to 1; for a loss of distances to the true boundary, these. None if there are
    /// labels.
    /// </summary>
    public ReadOnlySpan<T> Targets { get; init; }

    /// <summary>
    /// The class of each pixel, examples × pixels, in place of targets: from 0 on or, of a single class, 1 where it is
    /// and else 0.
    /// </summary>
    public ReadOnlySpan<int> Labels { get; init; }

    /// <summary>How many pixels an example has.</summary>
    public required int Pixels { get; init; }

    /// <summary>
    /// Which pixels there are, examples × pixels; what is masked has no part, whatever it holds. None means all.
    /// </summary>
    public ReadOnlySpan<bool> Mask { get; init; }

    /// <summary>
    /// How far each pixel is from the boundary of what is predicted, of as many numbers as predictions: for
    /// <see cref="Loss.HausdorffDt"/>.
    /// </summary>
    public ReadOnlySpan<T> PredictionDistances { get; init; }

    /// <summary>How far it is from the boundary of what is true: for <see cref="Loss.HausdorffDt"/>.</summary>
    public ReadOnlySpan<T> TargetDistances { get; init; }
}
