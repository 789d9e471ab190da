namespace LossKit.Formulas;

/// <summary>σ(−a) of a margin a: a smooth count of errors.</summary>
/// <remarks>
/// Derivative with respect to a: −σ(a)·σ(−a). Half of <see cref="SigmoidMargin"/> at half the margin. Bounded by 1, so
/// that pairs that are far out of order have little force; not convex.
/// </remarks>
public readonly struct SoftZeroOne : IMarginFormula
{
    /// <inheritdoc/>
    public LossFacts Facts => new()
    {
        Convexity = Convexity.None,
        Curvature = Curvature.AnySign,
        Lipschitz = 0.25,
    };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane margin) where TLane : struct, ILane<TLane> => TLane.Sigmoid(-margin);
}
