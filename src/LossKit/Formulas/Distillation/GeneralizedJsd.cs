namespace LossKit.Formulas;

/// <summary>
/// β·t·log(t/m) + (1 − β)·p·log(p/m), m = βt + (1 − β)p, of a log-probability log p and the log-probability log t it
/// should have: one class' part of the generalised Jensen–Shannon divergence.
/// </summary>
/// <remarks>
/// The derivative with respect to log p is (1 − β)·p·log(p/m). Source: Agarwal et al., "On-Policy Distillation of
/// Language Models", ICLR 2024.
/// </remarks>
/// <param name="beta">β, strictly between 0 and 1.</param>
public readonly struct GeneralizedJsd(double beta) : IPointwiseFormula, IExplicitFormula
{
    private readonly Parameter _beta = Parameter.InnerProbability(beta);
    private readonly Parameter _opposite = 1 - beta;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
        TLane.Evaluate(this, prediction, target);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Derivatives<TLane> Derivatives<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane>
    {
        Mixture<TLane> ofTarget = new(target, prediction, _beta);
        Mixture<TLane> mixture = new(prediction, target, _opposite);
        TLane slope = -TLane.Weigh(mixture.A, mixture.Ratio);
        return new()
        {
            Value = _beta * ofTarget.Divergence + _opposite * mixture.Divergence,
            First = _opposite * slope,
            Second = _opposite * (slope + mixture.A * mixture.ByMiddle(_beta * mixture.B)),
        };
    }
}
