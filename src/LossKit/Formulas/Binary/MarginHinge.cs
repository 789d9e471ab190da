namespace LossKit.Formulas;

/// <summary>max(0, m − a) of a margin a: what is to be ahead is to be so by m.</summary>
/// <remarks>The derivative with respect to a is −1 where a &lt; m, else 0, also at a = m.</remarks>
/// <param name="margin">m, finite.</param>
public readonly struct MarginHinge(double margin) : IMarginFormula
{
    private readonly Parameter _margin = Parameter.Finite(margin);

    /// <summary>With a margin of 1.</summary>
    public MarginHinge() : this(1)
    {
    }

    /// <inheritdoc/>
    public LossFacts Facts => new()
    {
        Convexity = Convexity.Convex,
        Curvature = Curvature.Zero,
        Lipschitz = 1,
        Kinks = [_margin.Value],
    };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane margin) where TLane : struct, ILane<TLane> => TLane.PositivePart(_margin - margin);
}
