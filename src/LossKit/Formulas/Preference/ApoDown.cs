namespace LossKit.Formulas;

/// <summary>
/// σ(βc) + σ(−h) with h = β(c − r): anchored preference optimization that makes both answers less likely.
/// </summary>
/// <remarks>
/// c and r are log-ratios, in nats: predictions are the log-probabilities of the chosen and of the rejected answer,
/// targets those by the reference. Smooth; the Hessian takes both signs. TRL's <c>apo_down</c>. Source: as <see
/// cref="ApoZero"/>.
/// </remarks>
/// <param name="beta">β, the inverse of the temperature; positive and finite.</param>
public readonly struct ApoDown(double beta) : IPreferenceFormula
{
    private readonly Parameter _beta = Parameter.Positive(beta);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane chosen, TLane rejected) where TLane : struct, ILane<TLane> =>
        TLane.Sigmoid(_beta * chosen) + TLane.Sigmoid(_beta * (rejected - chosen));
}
