namespace LossKit.Formulas;

/// <summary>
/// A loss of several predictions and targets of one example, written once:
/// <see cref="LossKit.Loss.FromTupleFormula{T, TFormula}"/> makes its value, gradient and Hessian diagonal over whole
/// batches of it.
/// </summary>
/// <remarks>
/// Implement it by a <c>readonly struct</c> with the parameters as fields, as <see cref="IPointwiseFormula"/>. Whatever
/// an example is judged by besides its prediction (a price, an exposure, a bound) is a target more:
/// <code>
/// public readonly struct PricedError : ITupleFormula
/// {
///     public static int Predictions => 1;
///
///     public static int Targets => 2;
///
///     [MethodImpl(MethodImplOptions.AggressiveInlining)]
///     public TLane Loss&lt;TLane, TExample&gt;(TExample x)
///         where TLane : struct, ILane&lt;TLane&gt;
///         where TExample : struct, IExample&lt;TLane&gt;, allows ref struct =>
///         x.Target(1) * TLane.Abs(x[0] - x.Target(0));
/// }
/// </code>
/// A NaN among an example's numbers makes its loss and all its derivatives NaN, whatever the formula does with it.
/// </remarks>
public interface ITupleFormula : IFormula
{
    /// <summary>How many predictions an example has: 1 or more, always the same.</summary>
    static abstract int Predictions { get; }

    /// <summary>How many targets and side inputs an example has: 0 or more, always the same.</summary>
    static abstract int Targets { get; }

    /// <summary>The loss of an example.</summary>
    /// <typeparam name="TLane">
    /// Plain numbers, or numbers with derivatives with respect to one of the predictions: the formula is evaluated once
    /// for each.
    /// </typeparam>
    /// <typeparam name="TExample">Where the numbers come from.</typeparam>
    /// <param name="x">The example.</param>
    TLane Loss<TLane, TExample>(TExample x)
        where TLane : struct, ILane<TLane>
        where TExample : struct, IExample<TLane>, allows ref struct;

    /// <summary>
    /// Whether <see cref="FisherInformation"/> is known, as of some likelihoods; not unless it is said.
    /// </summary>
    bool HasFisherInformation => false;

    /// <summary>
    /// What the second derivative with respect to prediction <paramref name="k"/> is expected to be if the targets are
    /// drawn from the predicted distribution: what <see cref="TupleLoss{T}.WithFisherHessian"/> gives in its place.
    /// </summary>
    /// <typeparam name="TLane">Plain numbers.</typeparam>
    /// <typeparam name="TExample">Where the numbers come from.</typeparam>
    /// <param name="x">The example; what is drawn is not to be read.</param>
    /// <param name="k">Which prediction, from 0.</param>
    TLane FisherInformation<TLane, TExample>(TExample x, int k)
        where TLane : struct, ILane<TLane>
        where TExample : struct, IExample<TLane>, allows ref struct => throw new NotSupportedException();
}
