namespace LossKit.Formulas;

/// <summary>
/// A loss of one prediction and one target, written once: <see cref="Loss.FromFormula{T, TFormula}"/> makes its
/// value, gradient and Hessian diagonal over whole batches of it, at the speed of a built-in loss.
/// </summary>
/// <remarks>
/// Implement it by a <c>readonly struct</c> with the parameters as fields. The attribute lets it be compiled into the
/// loop; without it, each register of examples costs a call.
/// <code>
/// public readonly struct Overpricing(double cost) : IPointwiseFormula
/// {
///     private readonly Parameter _cost = Parameter.Positive(cost);
///
///     [MethodImpl(MethodImplOptions.AggressiveInlining)]
///     public TLane Loss&lt;TLane&gt;(TLane prediction, TLane target) where TLane : struct, ILane&lt;TLane&gt;
///     {
///         TLane error = prediction - target;
///         return TLane.SelectGreater(error, 0.0, _cost * error, TLane.Square(error));
///     }
/// }
/// </code>
/// A NaN prediction or target makes the loss and its derivatives NaN, whatever the formula does with it.
/// </remarks>
public interface IPointwiseFormula : IFormula
{
    /// <summary>What is known about the loss; a formula need not say anything.</summary>
    LossFacts Facts => LossFacts.Unknown;

    /// <summary>The loss of <paramref name="prediction"/> for <paramref name="target"/>.</summary>
    /// <typeparam name="TLane">Plain numbers, or numbers with derivatives with respect to the prediction.</typeparam>
    TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane>;

    /// <summary>
    /// Whether <see cref="FisherInformation"/> is known, as of some likelihoods; not unless it is said.
    /// </summary>
    bool HasFisherInformation => false;

    /// <summary>
    /// What the second derivative is expected to be if targets are drawn from the predicted distribution: what
    /// <see cref="PointwiseLoss{T}.WithFisherHessian"/> gives in its place.
    /// </summary>
    /// <typeparam name="TLane">Plain numbers.</typeparam>
    TLane FisherInformation<TLane>(TLane prediction) where TLane : struct, ILane<TLane> =>
        throw new NotSupportedException();
}
