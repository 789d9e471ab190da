namespace LossKit;

// Losses of sequences whose frames are not aligned with their labels.
public static partial class Loss
{
    /// <summary>
    /// −log Σ of the probabilities of all alignments of a target with a sequence of frames: each frame says a label or
    /// blank, repeated labels are one, and blanks are left out: connectionist temporal classification.
    /// </summary>
    /// <remarks>
    /// <para>
    /// On logits; the softmax is part of the loss. Gradient with respect to a logit: its probability minus the share of
    /// the alignments that say its class in this frame, divided as the loss is. A target needs as many frames as it has
    /// labels, and one more wherever a label repeats the one before; one that does not fit has an infinite loss and a
    /// gradient of 0, where PyTorch's is NaN. An empty target is all blanks.
    /// </para>
    /// <para>
    /// PyTorch's <c>ctc_loss</c> takes log-probabilities; its <c>reduction="mean"</c> is the mean with
    /// <paramref name="lengthNormalized"/>. optax and Keras do not divide. Source: Graves, Fernández, Gomez and
    /// Schmidhuber, "Connectionist Temporal Classification", ICML 2006.
    /// </para>
    /// </remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="classes">How many logits a frame has, the blank's included.</param>
    /// <param name="blank">The class that means no label.</param>
    /// <param name="zeroInfinity">
    /// Whether a target that does not fit has a loss of 0; it is counted all the same.
    /// </param>
    /// <param name="lengthNormalized">
    /// Whether each loss is divided by the length of its target, if that is not 0.
    /// </param>
    public static LatticeLoss<T> Ctc<T>(
        int classes, int blank = 0, bool zeroInfinity = false, bool lengthNormalized = false)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        FromTopology<T>(new CtcTopology(Blank(blank, classes)), classes, zeroInfinity, lengthNormalized)
            .Named(Made($"{classes}{blank}{zeroInfinity}{lengthNormalized}"));

    /// <summary>
    /// −log Σ of the probabilities of all ways through a grid of frames and labels said so far: a blank goes on to the
    /// next frame, a label stays in it, and the last step is a blank in the last frame: the recurrent neural network
    /// transducer, RNN-T.
    /// </summary>
    /// <remarks>
    /// On logits, sequences × frames × (labels of the longest target + 1) × classes: the joint network's for each frame
    /// after each number of labels. The softmax is part of the loss. Gradient with respect to a logit: the share of
    /// the ways through its place times its probability, minus the share that says its class there; 0 in places that
    /// the target or the frames do not reach. Nothing is divided by lengths. torchaudio's <c>rnnt_loss</c>,
    /// warp-transducer. Source: Graves, "Sequence Transduction with Recurrent Neural Networks", 2012.
    /// </remarks>
    /// <inheritdoc cref="Ctc"/>
    /// <param name="classes">How many logits a frame has after each number of labels, the blank's included.</param>
    /// <param name="blank">The class that means no label.</param>
    public static LatticeLoss<T> RnnTransducer<T>(int classes, int blank = 0)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        FromTopology<T>(new RnnTransducerTopology(Blank(blank, classes)), classes)
            .Named(Made($"{classes}{blank}"));

    /// <summary>
    /// log Σ e^score over all ways to tag the frames of a sequence, minus the score of its own tags; a score is the
    /// sum of start, emissions, transitions and end: the linear-chain conditional random field, CRF.
    /// </summary>
    /// <remarks>
    /// Gradient with respect to a score: the probability of all taggings that have it, minus how often the own tags do;
    /// the transitions, start and end are shared, and theirs is the sum over the batch, weights and the mean's divisor
    /// included. <see cref="CrfLoss{T}.Decode"/> finds the most probable tags. pytorch-crf's <c>CRF</c> has the
    /// opposite sign, and its <c>reduction="mean"</c> is the mean over sequences. Source: Lafferty, McCallum and
    /// Pereira, "Conditional Random Fields", ICML 2001.
    /// </remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="classes">How many tags there are.</param>
    public static CrfLoss<T> Crf<T>(int classes)
        where T : unmanaged, IFloatingPointIeee754<T> => new(classes) { Name = Made($"{classes}") };

    /// <summary>
    /// −γ·log Σ e^(−c/γ) over all alignments of two series, with c the sum of the squared distances of the points that
    /// an alignment puts together: soft dynamic time warping.
    /// </summary>
    /// <remarks>
    /// An alignment begins with both first points, ends with both last ones, and goes on in one of the series or in
    /// both. Gradient with respect to a point: Σ over the other series of (the share of the alignments that put the two
    /// together)·2·(their difference). Smooth for every γ; for γ → 0 it is dynamic time warping, and for two equal
    /// series it is below 0. tslearn's <c>soft_dtw</c>. Source: Cuturi and Blondel, "Soft-DTW: a Differentiable Loss
    /// Function for Time-Series", ICML 2017.
    /// </remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="dimension">How many numbers a point has.</param>
    /// <param name="gamma">γ, the temperature of the minimum, in units of squared distances; positive.</param>
    public static SoftDtwLoss<T> SoftDtw<T>(int dimension = 1, double gamma = 1)
        where T : unmanaged, IFloatingPointIeee754<T> => new(dimension, gamma) { Name = Made($"{dimension}{gamma}") };

    /// <summary>
    /// −log of the probability that frames say their labels, with a topology of your own: how labels may be spread over
    /// frames.
    /// </summary>
    /// <inheritdoc cref="Ctc"/>
    /// <param name="topology">The states of a target and their arcs.</param>
    /// <param name="classes">How many logits a frame has.</param>
    /// <param name="zeroInfinity">
    /// Whether a target that does not fit has a loss of 0; it is counted all the same.
    /// </param>
    /// <param name="lengthNormalized">
    /// Whether each loss is divided by the length of its target, if that is not 0.
    /// </param>
    public static LatticeLoss<T> FromTopology<T>(
        ITopology topology, int classes, bool zeroInfinity = false, bool lengthNormalized = false)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(topology);
        return new(new LatticeOptions(topology, classes, zeroInfinity, lengthNormalized))
        {
            Name = Made($"{topology}{classes}{zeroInfinity}{lengthNormalized}"),
        };
    }

    private static int Blank(int blank, int classes) => blank >= 0 && blank < BatchChecks.Positive(classes, "how many there are")
        ? blank
        : throw new ArgumentOutOfRangeException(
            nameof(blank), blank, $"'blank' must be one of the {classes} classes, from 0 on.");
}
