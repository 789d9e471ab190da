namespace LossKit.Formulas;

/// <summary>
/// max(0, α + D − β) of the distance D of two rows of one label, max(0, α − (D − β)) of two of different ones: β, which
/// is learnt, parts them.
/// </summary>
/// <remarks>
/// The prediction is D − β; the target is 1 for one label, else 0. Gradient 0 where the hinge's argument is 0. <see
/// cref="Loss.MarginBased{T}"/> takes it of the rows themselves. Source: Wu et al., "Sampling Matters in Deep Embedding
/// Learning", ICCV 2017.
/// </remarks>
/// <param name="margin">α, finite.</param>
public readonly struct MarginBased(double margin) : IPointwiseFormula
{
    private readonly Parameter _margin = Parameter.Finite(margin);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
        TLane.PositivePart(_margin + TLane.SelectGreater(target, 0.5, prediction, -prediction));
}
