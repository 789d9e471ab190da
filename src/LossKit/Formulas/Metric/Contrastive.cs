namespace LossKit.Formulas;

/// <summary>
/// y·D² + (1 − y)·max(0, m − D)² of the distance D of two rows; y is 1 where they are similar, else 0.
/// </summary>
/// <remarks>
/// No factor ½. Gradient 2D where y = 1, −2(m − D) where y = 0 and D &lt; m, else 0. <see cref="Loss.Contrastive{T}"/>
/// takes it of the rows themselves. Source: Hadsell, Chopra and LeCun, "Dimensionality Reduction by Learning an
/// Invariant Mapping", CVPR 2006.
/// </remarks>
/// <param name="margin">m, in units of distance; positive and finite.</param>
public readonly struct Contrastive(double margin) : IPointwiseFormula
{
    private readonly Parameter _margin = Parameter.Positive(margin);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
        TLane.Weigh(target, TLane.Square(prediction))
        + TLane.Weigh(1.0 - target, TLane.Square(TLane.PositivePart(_margin - prediction)));
}
