namespace LossKit;

/// <summary>What losses of rows against labels can be made.</summary>
public static class RowLosses
{
    /// <summary>This loss of logits that are products of hidden states with the prototypes of classes.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="loss">A loss of logits or scores.</param>
    /// <param name="dimension">How many numbers hidden states and prototypes have.</param>
    /// <param name="zLoss">
    /// λ of λ·(log Σ eˣ)², which is added to the loss of each row; finite and not negative, and 0 unless the loss is one
    /// of a softmax.
    /// </param>
    /// <param name="softCap">c, positive: logits x become c·tanh(x/c) before anything else. None by default.</param>
    public static LinearLoss<T> OfLinear<T>(
        this RowLoss<T, int> loss, int dimension, double zLoss = 0, double? softCap = null)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(loss);
        return new(loss, dimension, zLoss, softCap) { Name = loss.Then($"{dimension}{zLoss}{softCap}") };
    }
}
