namespace LossKit.Formulas;

/// <summary>softplus(−βc) + ½·softplus(βc) + ½·softplus(βr): noise contrastive alignment of a pair.</summary>
/// <remarks>
/// c and r are log-ratios, in nats: predictions are the log-probabilities of the chosen and of the rejected answer,
/// targets those by the reference. Smooth. TRL's <c>nca_pair</c>. Source: Chen et al., "Noise Contrastive Alignment of
/// Language Models with Explicit Rewards", NeurIPS 2024.
/// </remarks>
/// <param name="beta">β, the inverse of the temperature; positive and finite.</param>
public readonly struct NcaPair(double beta) : IPreferenceFormula
{
    private readonly Parameter _beta = Parameter.Positive(beta);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane chosen, TLane rejected) where TLane : struct, ILane<TLane>
    {
        Logistic<TLane> at = TLane.Logistic(_beta * chosen);
        return at.OppositeSoftplus + 0.5 * (at.Softplus + TLane.Softplus(_beta * rejected));
    }
}
