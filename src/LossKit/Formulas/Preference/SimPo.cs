namespace LossKit.Formulas;

/// <summary>(1 − ε)·softplus(−h) + ε·softplus(h) with h = β(c − r) − γ: simple preference optimization.</summary>
/// <remarks>
/// Predictions c and r are averages over the tokens of the chosen and of the rejected answer of their
/// log-probabilities, in nats; no targets, as there is no reference. Smooth. TRL subtracts γ/β before it multiplies by
/// β: the same number. Source: Meng, Xia and Chen, "SimPO", NeurIPS 2024.
/// </remarks>
/// <param name="beta">β, the inverse of the temperature; positive and finite.</param>
/// <param name="gamma">γ, the margin that is aimed at, in units of h; finite and at least 0.</param>
/// <param name="labelSmoothing">ε, the share of pairs whose answers are confused; from 0 to 1.</param>
public readonly struct SimPo(double beta, double gamma, double labelSmoothing) : IPreferenceFormula
{
    private readonly Parameter _beta = Parameter.Positive(beta);
    private readonly Parameter _gamma = Parameter.NotNegative(gamma);
    private readonly Parameter _tilt = Parameter.Probability(labelSmoothing);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane chosen, TLane rejected) where TLane : struct, ILane<TLane> =>
        TiltedLogistic.Loss(_beta * (chosen - rejected) - _gamma, _tilt);
}
