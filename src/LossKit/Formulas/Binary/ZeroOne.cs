namespace LossKit.Formulas;

/// <summary>
/// 1 where the margin a = y·x is negative, else 0, for a score x and a target y of −1 or +1: its mean is the error
/// rate.
/// </summary>
/// <remarks>
/// A score of 0 counts as right, as in LossFunctions.jl. Targets of 0 and 1 are not its own:
/// <c>new DecisionCosts(1, 1).AtThreshold&lt;T&gt;(0)</c> takes these with logits. Report it, and train on one of the
/// convex margin losses. Source: Bartlett, Jordan and McAuliffe, "Convexity, Classification, and Risk Bounds", JASA
/// 101(473), 2006.
/// </remarks>
internal readonly struct ZeroOne : IMarginFormula
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane margin) where TLane : struct, ILane<TLane> =>
        TLane.SelectGreater(0.0, margin, 1.0, 0.0);
}
