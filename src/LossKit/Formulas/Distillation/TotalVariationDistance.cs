namespace LossKit.Formulas;

/// <summary>
/// ½|p − t| of a log-probability log p and the log-probability log t it should have: one class' part of the total
/// variation distance.
/// </summary>
/// <remarks>
/// The derivative with respect to log p is ½p·sign(p − t), 0 where both are equal. Source: Wen et al., "f-Divergence
/// Minimization for Sequence-Level Knowledge Distillation", ACL 2023.
/// </remarks>
public readonly struct TotalVariationDistance : IPointwiseFormula, IExplicitFormula
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
        TLane.Evaluate(this, prediction, target);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Derivatives<TLane> Derivatives<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane>
    {
        TLane larger = TLane.Exp(TLane.Max(prediction, target));
        TLane apart = TLane.Weigh(larger, -TLane.Expm1(-TLane.Abs(prediction - target)));
        TLane slope = Signed.Compare(prediction, target, 0.5 * TLane.Exp(prediction));
        return new() { Value = 0.5 * apart, First = slope, Second = slope };
    }
}
