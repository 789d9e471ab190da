namespace LossKit.Formulas;

/// <summary>
/// 0 where a predicted label and the true one are the same number, else 1: its mean is the error rate of labels.
/// </summary>
/// <remarks>
/// Nothing is rounded: predictions have to be labels, not scores or probabilities. Of scores and targets of −1 or +1 it
/// is <see cref="LossKit.Loss.ZeroOne"/>; of logits or probabilities and targets of 0 or 1
/// <c>new DecisionCosts(1, 1).AtThreshold&lt;T&gt;(threshold)</c>, with the threshold 0 or ½; of rows of classes a
/// <see cref="CostMatrix"/> of ones with zeros on its diagonal. scikit-learn's <c>zero_one_loss</c>,
/// LossFunctions.jl's <c>MisclassLoss</c>. Source: Hastie, Tibshirani and Friedman, "The Elements of Statistical
/// Learning", 2nd ed., section 2.4, 2009.
/// </remarks>
internal readonly struct Misclassification : IPointwiseFormula
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
        TLane.SelectGreater(
            prediction, target, 1.0, TLane.SelectGreater(target, prediction, 1.0, 0.0));
}
