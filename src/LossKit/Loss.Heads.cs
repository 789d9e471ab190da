namespace LossKit;

// Losses with the linear layer before them.
public static partial class Loss
{
    /// <summary>
    /// −log softmax(x)_y of the label y, plus λ·(log Σ eˣ)², of the logits x = h·Wᵀ + b of a linear layer: the head of a
    /// language model, or of a classifier of very many classes, without the matrix of logits in memory.
    /// </summary>
    /// <remarks>
    /// <para>
    /// With class weights and label smoothing as <see cref="SoftmaxCrossEntropy"/>. Gradients of the hidden states h, the weight W (the classes' prototypes) and the bias b, each only if it is asked
    /// for. With a soft cap the logits are c·tanh(x/c) first. The z-loss keeps log Σ eˣ near 0; it counts by the rows'
    /// weights, not by those of the classes, and <see cref="LinearLoss{T}"/> reports its part.
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
}
