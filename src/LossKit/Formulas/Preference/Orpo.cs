namespace LossKit.Formulas;

/// <summary>
/// λ·softplus(o(r) − o(c)) − a·c with the log-odds o(x) = x − log(1 − eˣ): odds ratio preference optimization.
/// </summary>
/// <remarks>
/// Predictions c and r are averages over the tokens of the chosen and of the rejected answer of their
/// log-probabilities, in nats and below 0; no targets, as there is no reference; a·c stands for the likelihood of the
/// chosen answer. Smooth. TRL returns what this is the negative of, and subtracts it. Source: Hong, Lee and Thorne,
/// "ORPO", EMNLP 2024.
/// </remarks>
/// <param name="lambda">λ, what the odds count; positive and finite.</param>
/// <param name="likelihoodWeight">a, what the likelihood of the chosen answer counts; finite and at least 0.</param>
public readonly struct Orpo(double lambda, double likelihoodWeight) : IPreferenceFormula
{
    private readonly Parameter _lambda = Parameter.Positive(lambda);
    private readonly Parameter _likelihood = Parameter.NotNegative(likelihoodWeight);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane chosen, TLane rejected) where TLane : struct, ILane<TLane> =>
        _lambda * TLane.Softplus(LogOdds(rejected) - LogOdds(chosen)) - _likelihood * chosen;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane LogOdds<TLane>(TLane x) where TLane : struct, ILane<TLane> => x - TLane.Log(-TLane.Expm1(x));
}
