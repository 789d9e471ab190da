namespace LossKit;

/// <summary>What a gradient (and Hessian) is the derivative of.</summary>
public enum Reduction
{
    /// <summary>The mean loss Σ wᵢlᵢ / Σ wᵢ of the batch: the step of an optimiser.</summary>
    Mean,

    /// <summary>
    /// The sum Σ wᵢlᵢ: for accumulating gradients over micro-batches or workers. Add them up and divide once by the
    /// merged <see cref="Cost.Weight"/>; averaging the means of unequal batches would be wrong.
    /// </summary>
    Sum,

    /// <summary>
    /// The weighted sum divided by how many losses count, Σ wᵢlᵢ / n: as <c>weight</c> of PyTorch's pointwise losses,
    /// where a weight is a factor and not a share. A weight of 0 counts, an ignored label or a group that is not there
    /// does not.
    /// </summary>
    /// <remarks><see cref="Cost.Mean"/> is the other mean, whose divisor is Σ wᵢ, all the same.</remarks>
    MeanOverCount,
}
