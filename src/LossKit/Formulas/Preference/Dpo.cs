namespace LossKit.Formulas;

/// <summary>(1 − ε)·softplus(−h) + ε·softplus(h) with h = β(c − r): direct preference optimization.</summary>
/// <remarks>
/// c and r are log-ratios, in nats: predictions are the log-probabilities of the chosen and of the rejected answer,
/// targets those by the reference. Smooth; gradient −β(σ(−h) − ε) of c. TRL's <c>sigmoid</c>; with ε conservative DPO.
/// Sources: Rafailov et al., "Direct Preference Optimization", NeurIPS 2023; Mitchell, "A Note on DPO with Noisy
/// Preferences", 2023.
/// </remarks>
/// <param name="beta">β, the inverse of the temperature; positive and finite.</param>
/// <param name="labelSmoothing">ε, the share of pairs whose answers are confused; from 0 to 1.</param>
public readonly struct Dpo(double beta, double labelSmoothing) : IPreferenceFormula
{
    private readonly Parameter _beta = Parameter.Positive(beta);
    private readonly Parameter _tilt = Parameter.Probability(labelSmoothing);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane chosen, TLane rejected) where TLane : struct, ILane<TLane> =>
        TiltedLogistic.Loss(_beta * (chosen - rejected), _tilt);
}
