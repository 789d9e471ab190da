namespace LossKit.Formulas;

/// <summary>
/// ((1 − ε)·softplus(−h) − ε·softplus(h))/(1 − 2ε) with h = β(c − r): what a share ε of confused pairs leaves unbiased.
/// </summary>
/// <remarks>
/// c and r are log-ratios, in nats: predictions are the log-probabilities of the chosen and of the rejected answer,
/// targets those by the reference. Smooth; may be negative. TRL's <c>robust</c>. Source: Chowdhury, Kini and
/// Natarajan, "Provably Robust DPO", ICML 2024.
/// </remarks>
/// <param name="beta">β, the inverse of the temperature; positive and finite.</param>
/// <param name="labelSmoothing">ε, the share of pairs whose answers are confused; at least 0 and below ½.</param>
public readonly struct RobustDpo(double beta, double labelSmoothing) : IPreferenceFormula
{
    private readonly Parameter _beta = Parameter.Positive(beta);
    private readonly Parameter _tilt =
        -labelSmoothing / (1 - 2 * Parameter.InRange(0, 0.5, labelSmoothing).Value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane chosen, TLane rejected) where TLane : struct, ILane<TLane> =>
        TiltedLogistic.Loss(_beta * (chosen - rejected), _tilt);
}
