namespace LossKit.Formulas;

/// <summary>σ(−βc) + σ(βr): anchored preference optimization that makes chosen answers likelier.</summary>
/// <remarks>
/// c and r are log-ratios, in nats: predictions are the log-probabilities of the chosen and of the rejected answer,
/// targets those by the reference. Smooth; the Hessian takes both signs. TRL's <c>apo_zero</c>, which adds a constant.
/// Source: D'Oosterlinck et al., "Anchored Preference Optimization and Contrastive Revisions", TACL 2025.
/// </remarks>
/// <param name="beta">β, the inverse of the temperature; positive and finite.</param>
public readonly struct ApoZero(double beta) : IPreferenceFormula
{
    private readonly Parameter _beta = Parameter.Positive(beta);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane chosen, TLane rejected) where TLane : struct, ILane<TLane> =>
        TLane.Sigmoid(-(_beta * chosen)) + TLane.Sigmoid(_beta * rejected);
}
