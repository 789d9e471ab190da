namespace LossKit.Formulas;

/// <summary>max(0, 1 − h) with h = β(c − r).</summary>
/// <remarks>
/// c and r are log-ratios, in nats: predictions are the log-probabilities of the chosen and of the rejected answer,
/// targets those by the reference. Gradient 0 at h = 1 and above. TRL's <c>hinge</c>. Source: Zhao et al., "SLiC-HF",
/// 2023.
/// </remarks>
/// <param name="beta">β, the inverse of the temperature; positive and finite.</param>
public readonly struct SlicHinge(double beta) : IPreferenceFormula
{
    private readonly Parameter _beta = Parameter.Positive(beta);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane chosen, TLane rejected) where TLane : struct, ILane<TLane> =>
        TLane.PositivePart(1.0 - _beta * (chosen - rejected));
}
