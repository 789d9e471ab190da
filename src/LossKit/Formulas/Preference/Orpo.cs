namespace LossKit.Formulas;

/// <summary>
/// λ·softplus(o(r) − o(c)) − a·c with the log-odds o(x) = x − log(1 − eˣ): odds ratio preference optimization.
/// </summary>
/// <remarks>
/// Predictions c and r are averages over the tokens of the chosen and of the rejected answer of their
/// log-probabilities, in nats and at most 0; no targets, as there is no reference; a·c stands for the likelihood of the
/// chosen answer. Smooth; of a chosen answer that is certain, c = 0, the odds cost nothing and pull with −λ times those
/// of the rejected one. TRL returns what this is the negative of, and subtracts it. Source: Hong, Lee and Thorne,
/// "ORPO", EMNLP 2024.
/// </remarks>
/// <param name="lambda">λ, what the odds count; positive and finite.</param>
/// <param name="likelihoodWeight">a, what the likelihood of the chosen answer counts; finite and at least 0.</param>
public readonly struct Orpo(double lambda, double likelihoodWeight) : IPreferenceFormula, IFormulaDomains
{
    private readonly Parameter _lambda = Parameter.Positive(lambda);
    private readonly Parameter _likelihood = Parameter.NotNegative(likelihoodWeight);

    Domain IFormulaDomains.PredictionDomain(int k) => Domain.NotPositive;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane chosen, TLane rejected) where TLane : struct, ILane<TLane>
    {
        // The ratio of both odds, which is 0 where the chosen answer is certain, would leave the range where it is not
        // probable at all.
        TLane ofChosen = Opposite(chosen);
        TLane ofRejected = Opposite(rejected);
        TLane ratio = TLane.Exp(rejected - chosen) * (ofChosen / ofRejected);
        TLane difference = rejected - chosen + TLane.Log(ofChosen) - TLane.Log(ofRejected);
        TLane odds = TLane.SelectGreater(chosen, -1.0, TLane.Log1p(ratio), TLane.Softplus(difference));
        return _lambda * odds - _likelihood * chosen;
    }

    /// <summary>1 − eˣ.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Opposite<TLane>(TLane x) where TLane : struct, ILane<TLane> => 0.0 - TLane.Expm1(x);
}
