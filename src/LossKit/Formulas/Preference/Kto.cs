namespace LossKit.Formulas;

/// <summary>
/// d·σ(β(k − x)) of an answer that is desirable, u·σ(β(x − k)) of one that is not, with x the log-ratio of model and
/// reference: Kahneman–Tversky optimization.
/// </summary>
/// <remarks>
/// Prediction: the log-probability of the answer, in nats; targets: that by the reference, and the label, 1 or 0.
/// Smooth; the Hessian takes both signs. Source: Ethayarajh et al., "KTO: Model Alignment as Prospect Theoretic
/// Optimization", ICML 2024.
/// </remarks>
/// <param name="beta">β, the inverse of the temperature; positive and finite.</param>
/// <param name="kl">k, the divergence from the reference that is estimated elsewhere; finite and at least 0.</param>
/// <param name="desirableWeight">d, which the mean's divisor does not contain; finite and at least 0.</param>
/// <param name="undesirableWeight">u; finite and at least 0.</param>
public readonly struct Kto(double beta, double kl, double desirableWeight, double undesirableWeight)
    : ITupleFormula, IFormulaDomains
{
    private readonly Parameter _beta = Parameter.Positive(beta);
    private readonly Parameter _kl = Parameter.NotNegative(kl);
    private readonly Parameter _desirable = Parameter.NotNegative(desirableWeight);
    private readonly Parameter _undesirable = Parameter.NotNegative(undesirableWeight);

    /// <inheritdoc/>
    public static int Predictions => 1;

    /// <inheritdoc/>
    public static int Targets => 2;

    Domain IFormulaDomains.TargetDomain(int k) => k == 1 ? Domain.Flags : Domain.Reals;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane, TExample>(TExample x)
        where TLane : struct, ILane<TLane>
        where TExample : struct, IExample<TLane>, allows ref struct
    {
        Logistic<TLane> at = TLane.Logistic(_beta * (_kl - (x[0] - x.Target(0))));
        return TLane.SelectGreater(
            x.Target(1), 0.5, _desirable * at.Sigmoid, _undesirable * at.OppositeSigmoid);
    }
}
