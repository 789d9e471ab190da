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
}
