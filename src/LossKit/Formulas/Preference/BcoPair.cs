namespace LossKit.Formulas;

/// <summary>softplus(−βc) + softplus(βr): binary classifier optimization, without its running shift.</summary>
/// <remarks>
/// c and r are log-ratios, in nats: predictions are the log-probabilities of the chosen and of the rejected answer,
/// targets those by the reference. Smooth. Source: Jung et al., "Binary Classifier Optimization for Large Language
/// Model Alignment", 2024.
/// </remarks>
/// <param name="beta">β, the inverse of the temperature; positive and finite.</param>
public readonly struct BcoPair(double beta) : IPreferenceFormula
{
    private readonly Parameter _beta = Parameter.Positive(beta);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane chosen, TLane rejected) where TLane : struct, ILane<TLane> =>
        TLane.Softplus(-(_beta * chosen)) + TLane.Softplus(_beta * rejected);
}
