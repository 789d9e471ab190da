namespace LossKit.Formulas;

/// <summary>The Kullback–Leibler divergence of (σ(h), σ(−h)) from (1 − ε, ε), with h = β(c − r).</summary>
/// <remarks>
/// c and r are log-ratios, in nats: predictions are the log-probabilities of the chosen and of the rejected answer,
/// targets those by the reference. Smooth; 0 where σ(h) = 1 − ε. TRL's <c>exo_pair</c>. Source: Ji et al., "Towards
/// Efficient Exact Optimization of Language Model Alignment", ICML 2024.
/// </remarks>
/// <param name="beta">β, the inverse of the temperature; positive and finite.</param>
/// <param name="labelSmoothing">ε, strictly between 0 and 1.</param>
public readonly struct ExoPair(double beta, double labelSmoothing) : IPreferenceFormula
{
    private readonly Parameter _beta = Parameter.Positive(beta);
    private readonly Parameter _logKept = Math.Log(1 - Parameter.InnerProbability(labelSmoothing).Value);
    private readonly Parameter _logLost = Math.Log(labelSmoothing);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane chosen, TLane rejected) where TLane : struct, ILane<TLane>
    {
        Logistic<TLane> at = TLane.Logistic(_beta * (chosen - rejected));
        return -(at.Sigmoid * (at.OppositeSoftplus + _logKept)) - at.OppositeSigmoid * (at.Softplus + _logLost);
    }
}
