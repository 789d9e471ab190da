namespace LossKit.Formulas;

/// <summary>
/// (1 − ε)·softplus(−h) + ε·softplus(h) − a·c with h = β(c − r): contrastive preference optimization.
/// </summary>
/// <remarks>
/// Predictions c and r are the log-probabilities of the chosen and of the rejected answer, in nats; no targets, as
/// there is no reference. Smooth. Source: Xu et al., "Contrastive Preference Optimization", ICML 2024.
/// </remarks>
/// <param name="beta">β, the inverse of the temperature; positive and finite.</param>
/// <param name="labelSmoothing">ε, the share of pairs whose answers are confused; from 0 to 1.</param>
/// <param name="likelihoodWeight">a, what the likelihood of the chosen answer counts; finite and at least 0.</param>
public readonly struct Cpo(double beta, double labelSmoothing, double likelihoodWeight) : IPreferenceFormula
{
    private readonly Parameter _beta = Parameter.Positive(beta);
    private readonly Parameter _tilt = Parameter.Probability(labelSmoothing);
    private readonly Parameter _likelihood = Parameter.NotNegative(likelihoodWeight);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane chosen, TLane rejected) where TLane : struct, ILane<TLane> =>
        TiltedLogistic.Loss(_beta * (chosen - rejected), _tilt) - _likelihood * chosen;
}
