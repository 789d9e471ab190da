namespace LossKit.Internals.Pointwise;

/// <summary>
/// A formula whose value and first derivative are NaN by themselves where the prediction or target is: the loop need
/// not see to it, which the cheapest losses notice. A test holds each to it.
/// </summary>
internal interface IPropagatesNaN;
